import type { KadDHT } from '@libp2p/kad-dht';
import { peerIdFromString } from '@libp2p/peer-id';
import type { Multiaddr } from '@multiformats/multiaddr';
import { LIMITS } from '../../config/settings/limits.ts';
import { dialable } from './addresses.ts';

/**
 * Asks connected members where another member listens: the fallback for when the roster's addresses do not answer.
 * The caller asks only for members of the roster. Nothing found here is believed: an address is only tried, with the
 * member's peer id in it, so whoever answers there has to prove that identity.
 * @returns addresses to try, none when nobody knows or none knew in time
 */
export async function lookUpAddresses(dht: KadDHT, peerId: string, signal: AbortSignal): Promise<Multiaddr[]> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LIMITS.addressLookupMs)]);
  try {
    for await (const event of dht.findPeer(peerIdFromString(peerId), { signal: bounded, useCache: false })) {
      if (event.name !== 'FINAL_PEER' || event.peer.id.toString() !== peerId) continue;
      return dialable(
        event.peer.multiaddrs.map((address) => address.toString()),
        peerId,
      );
    }
  } catch {
    // Not found, or no time left: the same to the caller, who tries again later.
  }
  return [];
}
