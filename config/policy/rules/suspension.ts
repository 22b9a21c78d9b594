import { toHex } from '../../../crypto/bytes.ts';
import type { Suspension } from '../../../proto/domain/control.ts';
import type { AgencyId } from '../../../proto/domain/ids.ts';
import { membershipRefusal } from '../refusal.ts';
import { approvalsNeeded, approvingAgencies } from '../signers.ts';
import type { Effect, MembershipState, StatementContext, SuspensionAuthority } from '../state.ts';

/**
 * Cuts a node or an agency off: a node by the CA or by an officer of its own agency, either by officers of m agencies.
 * Takes effect before it is logged, as it needs no coordinator. What the log says of its signers then holds, whatever
 * copy gossip brought first.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_DUPLICATE
 */
export function judgeSuspension(state: MembershipState, suspension: Suspension, context: StatementContext): Effect {
  const { target } = suspension;
  const agencyId = target.kind === 'agency' ? target.agencyId : state.nodes.get(target.peerId)?.agencyId;
  if (agencyId === undefined || !state.agencies.has(agencyId)) {
    throw membershipRefusal('MEMBERSHIP_UNKNOWN', { target: target.kind });
  }
  const authority = authorityOf(state, agencyId, target.kind, context);
  const id = toHex(suspension.suspensionId);
  const before = state.suspensions.get(id);
  // Two bodies under one id: a lift could mean either, so the log's stands and a second one is nothing.
  if (before !== undefined && before.position !== 'pending') {
    throw membershipRefusal('MEMBERSHIP_DUPLICATE', { suspension: id });
  }
  const liftedAt = before?.liftedAt ?? null;
  const entry = { suspension, position: context.position, authority, liftedAt };
  return () => state.suspensions.set(id, entry);
}

function authorityOf(
  state: MembershipState,
  agencyId: AgencyId,
  target: Suspension['target']['kind'],
  { signers }: StatementContext,
): SuspensionAuthority {
  const [ownOfficer] = target === 'node' ? (signers.officers.get(agencyId) ?? []) : [];
  const approvals = approvingAgencies(state, signers).length;
  const needed = approvalsNeeded(state);
  const authority = {
    coordinator: target === 'node' && signers.coordinator,
    officer: ownOfficer === undefined ? null : { agencyId, publicKey: ownOfficer },
    agencies: approvals >= needed,
  };
  if (!authority.coordinator && authority.officer === null && !authority.agencies) {
    throw membershipRefusal('MEMBERSHIP_APPROVALS', { needed, given: approvals });
  }
  // When m agencies stand behind it, an own officer among them is one of m, not an authority beside them.
  return authority.agencies ? { ...authority, officer: null } : authority;
}
