import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Codes of refusals that parsers give. */
export const FORMAT_ERRORS = {
  ALERT_INVALID: 'an alert does not follow the schema; detail.field names the first field at fault',
  ROW_INVALID: 'a row of a table does not follow its columns; detail.field and detail.code say where and how',
  TABLE_HEADER: 'a table lacks a column that it must have; detail.field names it',
} as const;
type FormatErrorCode = keyof typeof FORMAT_ERRORS;

/** Builds the refusal for a code; its text is the code's own, so that no value can slip into it. */
export function formatError(
  code: FormatErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, FORMAT_ERRORS[code], options);
}
