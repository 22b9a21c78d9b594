import { equalBytes, toHex } from '../../../crypto/bytes.ts';
import type { SuspensionLift } from '../../../proto/domain/control.ts';
import { membershipRefusal } from '../refusal.ts';
import { assertApproved } from '../signers.ts';
import type { Effect, MembershipState, Signers, StatementContext, SuspensionEntry } from '../state.ts';

/**
 * Ends a suspension: officers of m agencies; one by the CA also the CA; one by an agency's own officer also that
 * officer. The CA alone never lifts what officers signed. An officer who is one no more is stood in for by any present
 * officer of his agency, as otherwise a node could never return after he has left.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_DUPLICATE, MEMBERSHIP_UNLOGGED
 */
export function judgeSuspensionLift(state: MembershipState, lift: SuspensionLift, context: StatementContext): Effect {
  const id = toHex(lift.suspensionId);
  const entry = state.suspensions.get(id);
  if (entry === undefined) throw membershipRefusal('MEMBERSHIP_UNKNOWN', { suspension: id });
  if (entry.position === 'pending' && context.position !== 'pending') {
    throw membershipRefusal('MEMBERSHIP_UNKNOWN', { suspension: id });
  }
  if (typeof entry.liftedAt === 'number') throw membershipRefusal('MEMBERSHIP_DUPLICATE', { suspension: id });
  assertApproved(state, context.signers);
  if (entry.authority.coordinator && !context.signers.coordinator) {
    throw membershipRefusal('MEMBERSHIP_APPROVALS', { suspension: id, missing: 'coordinator' });
  }
  if (!officerAgrees(state, entry, context.signers)) {
    throw membershipRefusal('MEMBERSHIP_APPROVALS', { suspension: id, missing: 'officer' });
  }
  return () => state.suspensions.set(id, { ...entry, liftedAt: context.position });
}

function officerAgrees(state: MembershipState, { authority }: SuspensionEntry, signers: Signers): boolean {
  const { officer } = authority;
  if (officer === null) return true;
  const { agencyId, publicKey } = officer;
  const signed = signers.officers.get(agencyId) ?? [];
  const stillOfficer = state.agencies.get(agencyId)?.officerKeys.some((key) => equalBytes(key, publicKey)) ?? false;
  return stillOfficer ? signed.some((key) => equalBytes(key, publicKey)) : signed.length > 0;
}
