import { ConcordatError, type ErrorDetail, type Verdict } from '../../proto/domain/errors.ts';
import { MEMBERSHIP_ERRORS, type MembershipErrorCode } from './errors.ts';

/**
 * What the network does with a refused statement. Those that depend on how much of the log the reader has seen are
 * ignored, as a member further on may send them in good faith; the others no honest member forwards.
 */
const VERDICTS: Readonly<Record<MembershipErrorCode, Verdict>> = {
  MEMBERSHIP_SIGNER: 'ignore',
  MEMBERSHIP_SIGNATURE: 'reject',
  MEMBERSHIP_APPROVALS: 'ignore',
  MEMBERSHIP_DUPLICATE: 'ignore',
  MEMBERSHIP_KEY: 'reject',
  MEMBERSHIP_UNKNOWN: 'ignore',
  MEMBERSHIP_SUSPENDED: 'ignore',
  MEMBERSHIP_ORDER: 'ignore',
  MEMBERSHIP_UNLOGGED: 'reject',
  MEMBERSHIP_LIMIT: 'ignore',
};

/** Builds the refusal for a code; the text is the code's own. */
export function membershipRefusal(
  code: MembershipErrorCode,
  detail: ErrorDetail = {},
  cause?: unknown,
): ConcordatError {
  return new ConcordatError(code, MEMBERSHIP_ERRORS[code], { detail, verdict: VERDICTS[code], cause });
}
