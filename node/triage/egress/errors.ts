import { ConcordatError, type ErrorDetail } from '../../../proto/domain/errors.ts';

/** Refusals and failures of calls that leave the node for services outside the federation. */
export const EGRESS_ERRORS = {
  EGRESS_HOST: 'the host and port are not among those that the operator allows',
  EGRESS_PRIVATE: 'the name leads to a private address that the operator has not listed',
  EGRESS_PLAIN: 'a call without TLS may not leave for a public address',
  EGRESS_REDIRECT: 'the service answered with a redirection, which is never followed',
  EGRESS_SIZE: 'the answer is larger than answers may be',
  EGRESS_UNREACHABLE: 'the service could not be reached, or broke off',
} as const;
export type EgressErrorCode = keyof typeof EGRESS_ERRORS;

/** Builds the refusal of a code; its text is the code's own. */
export function egressRefusal(
  code: EgressErrorCode,
  options: { detail?: ErrorDetail; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, EGRESS_ERRORS[code], options);
}
