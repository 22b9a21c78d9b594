import { equalBytes } from '../../../crypto/bytes.ts';
import type { KeyErasure } from '../../../proto/domain/control.ts';
import { announced, keysOf } from '../epochs.ts';
import { membershipRefusal } from '../refusal.ts';
import type { Effect, MembershipState, Placed, StatementContext } from '../state.ts';
import { suspensionsOf, viewAt } from '../suspended.ts';

/**
 * The holder's word that a key is gone, by the node that announced it.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_SUSPENDED, MEMBERSHIP_DUPLICATE
 */
export function judgeKeyErasure(state: MembershipState, value: KeyErasure, context: StatementContext): Effect {
  const { purpose, epoch, peerId, keyId } = value;
  const isSameKey = (other: Pick<KeyErasure, 'purpose' | 'epoch' | 'peerId' | 'keyId'>): boolean =>
    other.purpose === purpose && other.epoch === epoch && other.peerId === peerId && equalBytes(other.keyId, keyId);
  if (epoch > state.currentEpoch || !announced(state, purpose, epoch).some(({ value: key }) => isSameKey(key))) {
    throw membershipRefusal('MEMBERSHIP_UNKNOWN', { purpose, epoch });
  }
  if (!context.signers.nodes.has(peerId)) throw membershipRefusal('MEMBERSHIP_APPROVALS', { peer: peerId });
  if (suspensionsOf(state, peerId, viewAt(context.position)).length > 0) {
    throw membershipRefusal('MEMBERSHIP_SUSPENDED', { peer: peerId });
  }
  const erasures = state.epochs.get(epoch)?.erasures ?? [];
  const isLoggedOrCounts = ({ position }: Placed<KeyErasure>): boolean =>
    context.position === 'pending' || position !== 'pending';
  if (erasures.filter(isLoggedOrCounts).some(({ value: erased }) => isSameKey(erased))) {
    throw membershipRefusal('MEMBERSHIP_DUPLICATE', { purpose, epoch });
  }
  return () => {
    const { erasures } = keysOf(state, epoch);
    const pending = erasures.findIndex((other) => other.position === 'pending' && isSameKey(other.value));
    erasures.splice(pending === -1 ? erasures.length : pending, 1, { value, position: context.position });
  };
}
