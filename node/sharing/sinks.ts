import { encodeEnvelope } from '../../proto/codec/envelope.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { SharingLink, SharingMesh } from './mesh-port.ts';
import type { ReachableSink } from './outbox.ts';
import { isFinalCode } from './refusal.ts';

/** Objects under way to the coordinator at a time; its stream keeps their order. Chosen. */
const LINK_WINDOW = 256;

/** Where objects can go at this moment. */
export function reachableSinks(mesh: SharingMesh, link: SharingLink): readonly ReachableSink[] {
  const online = mesh.online();
  const peers = online.map((peerId) => peerSink(mesh, peerId));
  const gossip: ReachableSink = {
    name: 'gossip',
    window: 1,
    isFinal: (code) => code === 'MESH_OVERSIZE',
    send: async (envelope) => void (await mesh.publish('summaries', encodeEnvelope(envelope))),
  };
  const coordinator: ReachableSink = {
    name: 'coordinator',
    window: LINK_WINDOW,
    // What the link says of itself may pass; a code of the coordinator's is its last word.
    isFinal: (code) =>
      code !== 'FAULT' && (code === 'LINK_OVERSIZE' || !/^(?:LINK|COORDINATOR|STORE|CALL)_/.test(code)),
    send: (envelope) => link.publish(envelope),
  };
  return [...(online.length > 0 ? [gossip] : []), ...(link.connected() ? [coordinator] : []), ...peers];
}

function peerSink(mesh: SharingMesh, peerId: PeerIdText): ReachableSink {
  return {
    name: `peer:${peerId}`,
    window: 1,
    // A peer whose program does not say so yet is known by its code.
    isFinal: (code) => isFinalCode(code) || code === 'MESH_OVERSIZE',
    send: (envelope) => mesh.deliver(peerId, envelope),
  };
}
