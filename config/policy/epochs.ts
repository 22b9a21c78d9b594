import { toHex } from '../../crypto/bytes.ts';
import type { KeyAnnouncement, KeyPurpose } from '../../proto/domain/control.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { EpochKeys, MembershipState, Placed } from './state.ts';

/** Announcements of a purpose in an epoch, in the order in which they came. */
export function announced(
  state: MembershipState,
  purpose: KeyPurpose,
  epoch: number,
): readonly Placed<KeyAnnouncement>[] {
  return (state.epochs.get(epoch)?.announcements ?? []).filter(({ value }) => value.purpose === purpose);
}

/** The highest generation of member keys in an epoch; 0 when there is none. */
export function highestGeneration(state: MembershipState, epoch: number): number {
  return announced(state, 'member', epoch).reduce((highest, { value }) => Math.max(highest, value.generation), 0);
}

/** Where the keys of an epoch are written. */
export function keysOf(state: MembershipState, epoch: number): EpochKeys {
  const keys = state.epochs.get(epoch) ?? { announcements: [], erasures: [] };
  state.epochs.set(epoch, keys);
  return keys;
}

/**
 * The announcement to use: of the highest generation unless one is named, and of two for one generation the one with
 * the lower key id (DESIGN, section 4, the member key).
 */
export function preferred(
  announcements: readonly Placed<KeyAnnouncement>[],
  filter: { readonly generation?: number; readonly peerId?: PeerIdText },
): KeyAnnouncement | undefined {
  const { generation, peerId } = filter;
  return announcements
    .map(({ value }) => value)
    .filter((value) => generation === undefined || value.generation === generation)
    .filter((value) => peerId === undefined || value.peerId === peerId)
    .toSorted((one, other) => other.generation - one.generation || (toHex(one.keyId) < toHex(other.keyId) ? -1 : 1))
    .at(0);
}
