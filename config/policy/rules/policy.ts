import { equalBytes } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { Policy } from '../../../proto/domain/policy.ts';
import { loggedPosition } from '../logged.ts';
import { membershipRefusal } from '../refusal.ts';
import { assertApproved } from '../signers.ts';
import type { Effect, MembershipState, StatementContext } from '../state.ts';

/** What the first policy names as the hash of the one before. */
const NO_POLICY = new Uint8Array(32);

/**
 * The next policy: officers of m agencies, with version and hash of the one before, so that of two made side by side
 * only one takes effect.
 * @throws MEMBERSHIP_APPROVALS, MEMBERSHIP_ORDER, MEMBERSHIP_UNKNOWN
 */
export function judgePolicy(state: MembershipState, policy: Policy, context: StatementContext): Effect {
  assertApproved(state, context.signers);
  const before = state.policies.at(-1);
  const expected = (before?.value.version ?? 0) + 1;
  if (policy.version !== expected || !equalBytes(policy.previousHash, before?.hash ?? NO_POLICY)) {
    throw membershipRefusal('MEMBERSHIP_ORDER', { version: policy.version, expected });
  }
  const named = [...policy.gateways.flatMap((rule) => rule.agencies), policy.keyHolderAgency];
  const unknown = named.find((agencyId) => agencyId !== '' && !state.agencies.has(agencyId));
  if (unknown !== undefined) throw membershipRefusal('MEMBERSHIP_UNKNOWN', { agency: unknown });
  const placed = { value: policy, position: loggedPosition(context), hash: sha256(context.body) };
  return () => state.policies.push(placed);
}
