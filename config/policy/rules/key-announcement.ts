import { equalBytes } from '../../../crypto/bytes.ts';
import type { KeyAnnouncement } from '../../../proto/domain/control.ts';
import { announced, highestGeneration, keysOf } from '../epochs.ts';
import { loggedPosition } from '../logged.ts';
import { membershipRefusal } from '../refusal.ts';
import type { Effect, Member, MembershipState, Placed, StatementContext } from '../state.ts';
import { suspensionsOf, viewAt } from '../suspended.ts';

/**
 * A key of an epoch, announced by the node that made it. A member key may begin the next epoch and counts before it
 * is logged; flag and match keys come under the number of an epoch that has begun, and only by the log, because
 * everybody must check proofs against one and the same key.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_SUSPENDED, MEMBERSHIP_ORDER, MEMBERSHIP_DUPLICATE,
 *         MEMBERSHIP_UNLOGGED
 */
export function judgeKeyAnnouncement(
  state: MembershipState,
  value: KeyAnnouncement,
  context: StatementContext,
): Effect {
  const node = assertAnnouncer(state, value, context);
  switch (value.purpose) {
    case 'member':
      assertMemberKey(state, value, context);
      break;
    case 'flag':
      assertFlagKey(state, value, node, context);
      break;
    case 'match':
      assertMatchKey(state, value, context);
      break;
  }
  return () => announce(state, { value, position: context.position });
}

/** What the log says takes the place of the same announcement that gossip brought. */
function announce(state: MembershipState, placed: Placed<KeyAnnouncement>): void {
  const { purpose, epoch, keyId } = placed.value;
  const { announcements } = keysOf(state, epoch);
  const pending = announcements.findIndex(
    ({ position, value: other }) =>
      position === 'pending' && other.purpose === purpose && equalBytes(other.keyId, keyId),
  );
  announcements.splice(pending === -1 ? announcements.length : pending, 1, placed);
  if (purpose === 'member') state.currentEpoch = Math.max(state.currentEpoch, epoch);
}

function assertAnnouncer(state: MembershipState, { peerId }: KeyAnnouncement, context: StatementContext): Member {
  const node = state.nodes.get(peerId);
  if (node === undefined) throw membershipRefusal('MEMBERSHIP_UNKNOWN', { peer: peerId });
  if (!context.signers.nodes.has(peerId)) throw membershipRefusal('MEMBERSHIP_APPROVALS', { peer: peerId });
  if (suspensionsOf(state, peerId, viewAt(context.position)).length > 0) {
    throw membershipRefusal('MEMBERSHIP_SUSPENDED', { peer: peerId });
  }
  return node;
}

/**
 * Two agencies may make the key of one generation at once (the lower id is used), but none makes two. A logged one is
 * not measured against what only gossip has brought: other members may not have that.
 */
function assertMemberKey(state: MembershipState, value: KeyAnnouncement, { position }: StatementContext): void {
  const { epoch, generation, peerId, keyId } = value;
  if (epoch > state.currentEpoch + 1) throw membershipRefusal('MEMBERSHIP_ORDER', { epoch, generation });
  if (generation < 1 || generation > highestGeneration(state, epoch) + 1) {
    throw membershipRefusal('MEMBERSHIP_ORDER', { epoch, generation });
  }
  const clash = announced(state, 'member', epoch)
    .filter((other) => position === 'pending' || other.position !== 'pending')
    .some(
      ({ value: other }) =>
        equalBytes(other.keyId, keyId) || (other.generation === generation && other.peerId === peerId),
    );
  if (clash) throw membershipRefusal('MEMBERSHIP_DUPLICATE', { epoch, generation, peer: peerId });
}

/** One flag key per epoch, by a node of the agency that policy names: if it dies unerased, the epoch is skipped. */
function assertFlagKey(
  state: MembershipState,
  { epoch, peerId }: KeyAnnouncement,
  node: Member,
  context: StatementContext,
): void {
  loggedPosition(context);
  if (state.policies.at(-1)?.value.keyHolderAgency !== node.agencyId) {
    throw membershipRefusal('MEMBERSHIP_APPROVALS', { peer: peerId, missing: 'key holder' });
  }
  if (epoch > state.currentEpoch) throw membershipRefusal('MEMBERSHIP_ORDER', { epoch });
  if (announced(state, 'flag', epoch).length > 0) throw membershipRefusal('MEMBERSHIP_DUPLICATE', { epoch });
}

/** A node's match keys of an epoch rise in generation: one that lost its key (it is in no backup) makes the next. */
function assertMatchKey(
  state: MembershipState,
  { epoch, generation, peerId }: KeyAnnouncement,
  context: StatementContext,
): void {
  loggedPosition(context);
  if (epoch > state.currentEpoch) throw membershipRefusal('MEMBERSHIP_ORDER', { epoch, generation });
  const later = announced(state, 'match', epoch).some(
    ({ value: other }) => other.peerId === peerId && other.generation >= generation,
  );
  if (later) throw membershipRefusal('MEMBERSHIP_ORDER', { epoch, generation });
}
