import type { Incarnation } from '../../../proto/domain/control.ts';
import { membershipRefusal } from '../refusal.ts';
import type { Effect, MembershipState, StatementContext } from '../state.ts';

/**
 * The next incarnation of a restored or promoted node, with the last heads of the one before: an officer of its agency.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_ORDER
 */
export function judgeIncarnation(state: MembershipState, value: Incarnation, context: StatementContext): Effect {
  const node = state.nodes.get(value.peerId);
  if (node === undefined) throw membershipRefusal('MEMBERSHIP_UNKNOWN', { peer: value.peerId });
  if (!context.signers.officers.has(node.agencyId)) {
    throw membershipRefusal('MEMBERSHIP_APPROVALS', { agency: node.agencyId });
  }
  // What is pending gives way to what is logged under the same number.
  const kept = (state.incarnations.get(value.peerId) ?? []).filter(
    ({ position }) => context.position === 'pending' || position !== 'pending',
  );
  const expected = (kept.at(-1)?.value.incarnation ?? 0) + 1;
  if (value.incarnation !== expected) {
    throw membershipRefusal('MEMBERSHIP_ORDER', { incarnation: value.incarnation, expected });
  }
  if (value.heads.some((head) => head.incarnation >= value.incarnation)) {
    throw membershipRefusal('MEMBERSHIP_ORDER', { incarnation: value.incarnation });
  }
  return () => state.incarnations.set(value.peerId, [...kept, { value, position: context.position }]);
}
