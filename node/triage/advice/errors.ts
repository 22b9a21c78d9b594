import { ConcordatError, type ErrorDetail } from '../../../proto/domain/errors.ts';

/** Why advice did not come. None of them keeps an alert from being decided. */
export const ADVISER_ERRORS = {
  ADVISER_TIMEOUT: 'advice did not come within its time',
  ADVISER_STOPPED: 'the node is stopping and waits for no more advice',
  ADVISER_STATUS: 'the model server refused the call',
  ADVISER_PROTOCOL: 'the model server answered in another form than its protocol has',
  ADVISER_REFUSED: 'the model refused to write',
  ADVISER_CUT_OFF: "the model's answer ended before it was complete",
  ADVISER_CONTEXT: 'the model could not take in so much text',
  ADVISER_REPLY: 'the model wrote something else than it was asked for, and again when told so',
  ADVISER_BUDGET: 'the tokens of the alert or of the day are spent',
  ADVISER_CIRCUIT: 'the model has failed too often; it is asked again after a rest',
  ADVISER_NOT_RECORDED: 'no answer to this question was recorded',
  ADVISER_PROMPT: 'a prompt file is not the one that the manifest names',
  ADVISER_FAULT: 'the adviser itself failed',
} as const;
export type AdviserErrorCode = keyof typeof ADVISER_ERRORS;

/** Builds the refusal of a code; its text is the code's own, so that nothing a model wrote can slip into it. */
export function adviserRefusal(
  code: AdviserErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, ADVISER_ERRORS[code], options);
}
