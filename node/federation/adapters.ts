import type { Mesh } from '../mesh/mesh.ts';
import type { CoordinatorLink } from '../coordinator-link/link.ts';
import type { Inbound } from '../sharing/inbound.ts';
import type { SharingLink, SharingMesh, TopicName } from '../sharing/mesh-port.ts';
import type { Sharing } from '../sharing/sharing.ts';

/** The mesh as the sharing layer asks for it. The mesh is built after the layer, so it is looked up at each call. */
export function sharingMesh(mesh: () => Mesh): SharingMesh {
  return {
    online: () =>
      mesh()
        .peers()
        .map(({ peerId }) => peerId),
    publish: (topic, bytes) => mesh().publish(topic, bytes),
    deliver: (peerId, envelope) => mesh().hints.deliver(peerId, envelope),
    grant: (peerId, name) => mesh().keys.grant(peerId, name),
    evaluate: (peerId, epoch, blinded, done) => mesh().oprf.evaluate(peerId, { epoch, blinded, done }),
    heads: (peerId) => mesh().sync.heads(peerId),
    range: (peerId, range) => mesh().sync.range(peerId, range),
    statements: (peerId, start) => mesh().sync.statements(peerId, start),
    indicators: (peerId, cursor) => mesh().sync.indicators(peerId, cursor),
    match: {
      filter: (peerId, epoch, offset) => mesh().match.filter(peerId, { epoch, offset }),
      query: (peerId, query) => mesh().match.evaluate(peerId, query),
      receipt: async (peerId, receipt) => void (await mesh().match.receipt(peerId, receipt)),
    },
  };
}

/** The coordinator as the sharing layer asks for it. */
export function sharingLink(link: () => CoordinatorLink): SharingLink {
  return {
    connected: () => link().state() === 'connected',
    publish: (envelope) => link().publish(envelope),
    submit: async (statement) => void (await link().submitStatement(statement)),
  };
}

const TOPICS: readonly TopicName[] = ['summaries', 'indicators', 'control'];

/** Hands the layer's entry points to the mesh. */
export function serveMesh(mesh: Mesh, inbound: Inbound, sharing: Sharing): void {
  for (const topic of TOPICS) mesh.onMessage(topic, (from, bytes) => inbound.gossip(topic, from, bytes));
  mesh.serve({
    sync: {
      heads: (asker) => inbound.heads(asker),
      range: (asker, range) => inbound.range(asker, range),
      statements: (_asker, start) => inbound.statements(start),
      indicators: (_asker, cursor) => inbound.indicators(cursor),
    },
    keys: { grant: async (asker, request) => inbound.grant(asker, request) },
    oprf: { evaluate: async (asker, request) => inbound.evaluate(asker, request) },
    hints: { deliver: (sender, envelope) => inbound.deliver(sender, envelope) },
    match: {
      filter: async (asker, { epoch, offset }) => sharing.answerer.filterChunk(asker, epoch, offset),
      evaluate: (asker, query) => sharing.answerer.answer(asker, query),
      async receipt(asker, receipt) {
        await sharing.answerer.countersigned(asker, receipt);
        return receipt;
      },
    },
  });
}
