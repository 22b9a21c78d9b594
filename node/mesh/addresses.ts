import { multiaddr, type Multiaddr } from '@multiformats/multiaddr';
import { LIMITS } from '../../config/settings/limits.ts';
import { meshRefusal } from './errors.ts';

const HOSTS = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6']);

/**
 * Reads an address of a peer: host and TCP port, optionally with its own peer id at the end, which is put there
 * otherwise, so that the dial fails if another peer answers.
 * @throws MESH_ADDRESS on any other form: no relays, no other transports, nobody else's peer id
 */
export function peerAddress(text: string, peerId: string): Multiaddr {
  if (text.length > LIMITS.addressCharacters) throw meshRefusal('MESH_ADDRESS');
  let address: Multiaddr;
  try {
    address = multiaddr(text);
  } catch (cause) {
    throw meshRefusal('MESH_ADDRESS', { cause });
  }
  const [host, port, peer, ...rest] = address.getComponents();
  const known = host !== undefined && HOSTS.has(host.name) && port?.name === 'tcp' && rest.length === 0;
  if (!known || (peer !== undefined && (peer.name !== 'p2p' || peer.value !== peerId)))
    throw meshRefusal('MESH_ADDRESS');
  return peer === undefined ? address.encapsulate(`/p2p/${peerId}`) : address;
}

/** Those of some addresses that can be dialled; the others are left out, and no more are taken than the bound. */
export function dialable(addresses: readonly string[], peerId: string): Multiaddr[] {
  return addresses.slice(0, LIMITS.addressesPerPeer).flatMap((text) => {
    try {
      return [peerAddress(text, peerId)];
    } catch {
      return []; // an address of a kind that this node does not dial says nothing about the others
    }
  });
}
