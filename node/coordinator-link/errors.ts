import { ConcordatError, type ErrorDetail, type Verdict } from '../../proto/domain/errors.ts';

/** Refusals of the link. Codes that the coordinator answered with are passed on as they came. */
export const LINK_ERRORS = {
  LINK_AWAY: 'the coordinator cannot be reached or did not answer in time; the call may have been carried out',
  LINK_DENIED: 'the coordinator does not take this certificate for this call',
  LINK_REFUSED: 'the coordinator refused and named no code',
  LINK_ANSWER: 'the answer is not of the form that was asked for',
  LINK_FULL: 'too many objects already wait for the coordinator',
  LINK_OVERSIZE: 'an object is larger than the coordinator takes',
  LINK_STOPPED: 'the link has been stopped; an object that was under way may have arrived',
} as const;
export type LinkErrorCode = keyof typeof LINK_ERRORS;

/** Builds the refusal for a code; the text is the code's own. */
export function linkRefusal(
  code: LinkErrorCode,
  options: { detail?: ErrorDetail; verdict?: Verdict; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, LINK_ERRORS[code], options);
}
