import { toHex } from '../../crypto/bytes.ts';
import type { KeyAnnouncement, KeyPurpose } from '../../proto/domain/control.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { MembershipState } from './state.ts';

/** The epoch that has begun last: the highest with a member key. 0 before the first. */
export function currentEpoch(state: MembershipState): number {
  return announced(state, 'member').reduce((highest, { epoch }) => Math.max(highest, epoch), 0);
}

/** The highest generation of member keys in an epoch; 0 when there is none. */
export function highestGeneration(state: MembershipState, epoch: number): number {
  return announced(state, 'member', epoch).reduce((highest, { generation }) => Math.max(highest, generation), 0);
}

/** Announcements of a purpose, of one epoch where one is given, in the order in which they came. */
export function announced(state: MembershipState, purpose: KeyPurpose, epoch?: number): readonly KeyAnnouncement[] {
  return state.announcements
    .map(({ value }) => value)
    .filter((value) => value.purpose === purpose && (epoch === undefined || value.epoch === epoch));
}

/**
 * The announcement to use: of the highest generation unless one is named, and of two for one generation the one with
 * the lower key id (DESIGN, section 4, the member key).
 */
export function preferred(
  announcements: readonly KeyAnnouncement[],
  filter: { readonly generation?: number; readonly peerId?: PeerIdText },
): KeyAnnouncement | undefined {
  const { generation, peerId } = filter;
  return announcements
    .filter((value) => generation === undefined || value.generation === generation)
    .filter((value) => peerId === undefined || value.peerId === peerId)
    .toSorted((one, other) => other.generation - one.generation || (toHex(one.keyId) < toHex(other.keyId) ? -1 : 1))
    .at(0);
}
