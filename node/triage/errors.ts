import { ConcordatError, type ErrorDetail } from '../../proto/domain/errors.ts';

/** Refusals and failures of triage. */
export const TRIAGE_ERRORS = {
  ALERT_CONFLICT: 'another alert was taken under this id before; the first one is kept',
  TRIAGE_BUSY: 'more alerts wait than the queue holds; try again later',
  TRIAGE_STOPPED: 'triage is stopping; what was taken is decided after the next start',
  TRIAGE_UNKNOWN: 'no such alert has been taken and decided',
  TRIAGE_TIMEOUT: 'a stage did not end within its deadline; the alert is escalated',
  TRIAGE_CITATION: 'a sentence of the narrative cites nothing, or evidence that does not exist',
  TRIAGE_MODEL: 'a scorer artefact is malformed, or breaks a promise that every scorer keeps',
} as const;
export type TriageErrorCode = keyof typeof TRIAGE_ERRORS;

/** Builds the refusal of a code; its text is the code's own, so that no name or account can slip into it. */
export function triageRefusal(
  code: TriageErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, TRIAGE_ERRORS[code], options);
}
