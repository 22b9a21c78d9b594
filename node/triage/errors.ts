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
  TRIAGE_MODEL_ROWS: 'too few confirmed or dismissed alerts to learn from or to judge by; the model in force stays',
  TRIAGE_MODEL_UNKNOWN: 'no such model is in the registry',
  TRIAGE_MODEL_EXISTS: 'another model of this name and version is in the registry',
  TRIAGE_MODEL_SIGNATURE: 'a model is not signed by whom it should be, or was changed since',
  TRIAGE_MODEL_PERSON: 'who has made a model cannot approve it; a second person must',
  TRIAGE_MODEL_IN_FORCE: 'this model is in force already',
  TRIAGE_MODEL_UNCOMPARED: 'the model was not compared with the one in force on alerts that both have not seen',
  TRIAGE_MODEL_FIRST: 'there was no other model before the one in force',
  TRIAGE_JOB_BUSY: 'another job over stored alerts is under way',
  TRIAGE_DETECTION_RANGE: 'the range, and what comes before it, holds more transfers than one run looks at',
  TRIAGE_MODEL_OVERLAP: 'a model was trained on alerts that it is to be judged by',
} as const;
export type TriageErrorCode = keyof typeof TRIAGE_ERRORS;

/** Builds the refusal of a code; its text is the code's own, so that no name or account can slip into it. */
export function triageRefusal(
  code: TriageErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, TRIAGE_ERRORS[code], options);
}
