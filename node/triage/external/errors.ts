import { ConcordatError, type ErrorDetail } from '../../../proto/domain/errors.ts';

/** Why an outside source gave nothing. They stand as warnings in a decision's data quality and never fail a stage. */
export const EXTERNAL_ERRORS = {
  EXTERNAL_STATUS: 'the outside source refused the question',
  EXTERNAL_REPLY: 'the outside source answered in another form than it should',
  EXTERNAL_TIMEOUT: 'the outside source did not answer within its time',
  EXTERNAL_FAULT: 'the question to the outside source failed',
} as const;
export type ExternalErrorCode = keyof typeof EXTERNAL_ERRORS;

/** Builds the refusal of a code; its text is the code's own. */
export function externalRefusal(
  code: ExternalErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, EXTERNAL_ERRORS[code], options);
}
