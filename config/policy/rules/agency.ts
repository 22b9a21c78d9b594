import { equalBytes } from '../../../crypto/bytes.ts';
import { assertIdentityKey } from '../../../crypto/keys.ts';
import type { Agency } from '../../../proto/domain/control.ts';
import { LIMITS } from '../../settings/limits.ts';
import { membershipRefusal } from '../refusal.ts';
import { assertApproved } from '../signers.ts';
import type { Effect, MembershipState, StatementContext } from '../state.ts';

/**
 * A new agency, or a new record of one (its officers, group or name): officers of m agencies.
 * @throws MEMBERSHIP_APPROVALS, MEMBERSHIP_KEY, MEMBERSHIP_LIMIT
 */
export function judgeAgency(state: MembershipState, agency: Agency, { signers }: StatementContext): Effect {
  assertApproved(state, signers);
  if (!state.agencies.has(agency.agencyId) && state.agencies.size >= LIMITS.agencies) {
    throw membershipRefusal('MEMBERSHIP_LIMIT', { limit: LIMITS.agencies });
  }
  assertOfficers(state, agency);
  return () => state.agencies.set(agency.agencyId, agency);
}

/**
 * One key speaks for one agency and is no node's key: otherwise one person could count as two agencies, or a node
 * could sign as its own officer.
 * @throws MEMBERSHIP_KEY, MEMBERSHIP_LIMIT
 */
export function assertOfficers(state: MembershipState, agency: Agency): void {
  const { officerKeys, agencyId } = agency;
  if (officerKeys.length > LIMITS.officersPerAgency) {
    throw membershipRefusal('MEMBERSHIP_LIMIT', { agency: agencyId, limit: LIMITS.officersPerAgency });
  }
  const taken = [
    state.genesis.logKey,
    ...[...state.agencies.values()]
      .filter((other) => other.agencyId !== agencyId)
      .flatMap((other) => other.officerKeys),
    ...[...state.nodes.values()].map((node) => node.identityKey),
  ];
  for (const [index, key] of officerKeys.entries()) {
    try {
      assertIdentityKey(key);
    } catch (cause) {
      throw membershipRefusal('MEMBERSHIP_KEY', { agency: agencyId }, cause);
    }
    const others = [...taken, ...officerKeys.slice(0, index)];
    if (others.some((other) => equalBytes(other, key))) throw membershipRefusal('MEMBERSHIP_KEY', { agency: agencyId });
  }
}
