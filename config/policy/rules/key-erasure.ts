import { equalBytes } from '../../../crypto/bytes.ts';
import type { KeyErasure } from '../../../proto/domain/control.ts';
import { membershipRefusal } from '../refusal.ts';
import type { MembershipState, StatementContext } from '../state.ts';
import { suspensionsOf, viewAt } from '../suspended.ts';

/**
 * The holder's word that a key is gone, by the node that announced it.
 * @throws MEMBERSHIP_UNKNOWN, MEMBERSHIP_APPROVALS, MEMBERSHIP_SUSPENDED, MEMBERSHIP_DUPLICATE
 */
export function applyKeyErasure(state: MembershipState, value: KeyErasure, context: StatementContext): void {
  const { purpose, epoch, peerId, keyId } = value;
  const isSameKey = (other: Pick<KeyErasure, 'purpose' | 'epoch' | 'peerId' | 'keyId'>): boolean =>
    other.purpose === purpose &&
    other.epoch === epoch &&
    other.peerId === peerId &&
    equalBytes(other.keyId, keyId);
  if (!state.announcements.some(({ value: announced }) => isSameKey(announced))) {
    throw membershipRefusal('MEMBERSHIP_UNKNOWN', { purpose, epoch });
  }
  if (!context.signers.nodes.has(peerId)) throw membershipRefusal('MEMBERSHIP_APPROVALS', { peer: peerId });
  if (suspensionsOf(state, peerId, viewAt(context.position)).length > 0) {
    throw membershipRefusal('MEMBERSHIP_SUSPENDED', { peer: peerId });
  }
  if (state.erasures.some(({ value: erased }) => isSameKey(erased))) {
    throw membershipRefusal('MEMBERSHIP_DUPLICATE', { purpose, epoch });
  }
  state.erasures.push({ value, position: context.position });
}
