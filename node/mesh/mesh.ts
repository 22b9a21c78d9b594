import { LIMITS } from '../../config/settings/limits.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import { admission } from './admission.ts';
import { Connections } from './connections.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { Dialer } from './dialer.ts';
import { meshRefusal } from './errors.ts';
import { FamilyServer, type MeshAnswers } from './family-server.ts';
import { framesOn } from './frames.ts';
import { memberGater } from './gater.ts';
import { Gossip, type GossipHandler } from './gossip.ts';
import { type GreetedPeer, Greetings } from './greetings.ts';
import { createMeshLibp2p } from './libp2p-node.ts';
import { lookUpAddresses } from './lookup.ts';
import type { MemberDirectory } from './member-directory.ts';
import type { MeshSettings } from './mesh-settings.ts';
import type { MeshMetrics } from './metrics.ts';
import { Asker } from './protocols/ask.ts';
import { HELLO_PROTOCOL } from './protocols/hello/constants.ts';
import type { HelloPort } from './protocols/hello/exchange.ts';
import { type HintsClient, hintsClient } from './protocols/hints/client.ts';
import { type KeysClient, keysClient } from './protocols/keys/client.ts';
import { type MatchClient, matchClient } from './protocols/match/client.ts';
import { type OprfClient, oprfClient } from './protocols/oprf/client.ts';
import { type SyncClient, syncClient } from './protocols/sync/client.ts';
import { Quotas } from './quotas.ts';
import { Standing } from './standing.ts';
import type { TopicName } from './topics.ts';

export type MeshDeps = {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly metrics: MeshMetrics;
  readonly directory: MemberDirectory;
  readonly hello: HelloPort;
};

/** A greeted peer as operators see it; the round trip is known after some seconds. */
export type MeshPeer = GreetedPeer & { readonly roundTripMs: number | undefined };

/**
 * The node's part in the mesh of members. It carries bytes between admitted members that have greeted each other, and
 * knows nothing of what they mean.
 */
export type Mesh = {
  readonly peerId: PeerIdText;
  /** Listens, dials, gossips. Handlers should stand before. @throws MESH_LISTEN */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Multiaddrs in use, with the own peer id; for the roster. */
  addresses(): readonly string[];
  peers(): readonly MeshPeer[];
  /** Sets who answers what other members ask. */
  serve(answers: Partial<MeshAnswers>): void;
  readonly sync: SyncClient;
  readonly keys: KeysClient;
  readonly oprf: OprfClient;
  readonly match: MatchClient;
  readonly hints: HintsClient;
  /** As Gossip.publish. */
  publish(topic: TopicName, bytes: Uint8Array): Promise<number>;
  /** As Gossip.onMessage. */
  onMessage(topic: TopicName, handler: GossipHandler): void;
  /** Called with each successful greeting; again for the same peer when it has come back or a second time. */
  onGreeted(listener: (peer: GreetedPeer) => void): void;
  /** Called when the last connection to a greeted peer has ended. */
  onGone(listener: (peerId: PeerIdText) => void): void;
  /** Cuts all connections and streams of a peer at once. @returns how many connections there were */
  disconnect(peerId: string): number;
};

/**
 * Builds the mesh; nothing is opened before start().
 * Members that the directory no longer admits are cut at once when it says that it changed.
 */
export async function createMesh(settings: MeshSettings, deps: MeshDeps): Promise<Mesh> {
  const { clock, random, log, metrics, directory } = deps;
  const greetedListeners = new Set<(peer: GreetedPeer) => void>();
  const goneListeners = new Set<(peerId: PeerIdText) => void>();
  const quotas = new Quotas(clock);
  const standing = new Standing(LIMITS.misbehaviourBanMs, {
    clock,
    log,
    metrics,
    onBan: (peerId) => connections.disconnect(peerId),
  });
  const isBanned = (peerId: string) => standing.isBanned(peerId);
  const blame = standing.blame.bind(standing);
  const isGreeted = (peerId: string) => greetings.peer(peerId) !== undefined;

  const greetings = new Greetings({
    clock,
    log,
    metrics,
    port: deps.hello,
    take: (peerId) => quotas.take('hello', peerId),
    blame,
    onGreeted(peer, connection) {
      connections.introduce(connection);
      for (const listener of greetedListeners) listener(peer);
    },
    onGone(peerId) {
      for (const listener of goneListeners) listener(peerId);
    },
  });
  const admits = admission({ greetings, quotas, standing, metrics });
  const libp2p = await createMeshLibp2p(settings, {
    gater: memberGater({
      directory,
      metrics,
      isBanned,
      openConnections: (peerId) => libp2p.getConnections(peerId).length,
    }),
    admit: admits.overlay,
    keeps: (peerId) => peerId === ownPeerId || directory.isAdmitted(peerId),
  });
  const ownPeerId = asId<PeerIdText>(libp2p.peerId.toString());
  const gossip = new Gossip(libp2p.services.pubsub, settings.federationId, {
    log,
    metrics,
    isGreeted,
    takeMessage: (peerId) => quotas.take('gossipMessages', peerId),
    takeFrame: (peerId) => quotas.take('gossipFrames', peerId),
    blame,
  });
  const server = new FamilyServer({
    log,
    metrics,
    admit: admits.greeted,
    blame,
    take: (family, peerId) => quotas.take(family, peerId),
  });
  const asker = new Asker({
    async open(peerId, protocol, maximumBytes, signal) {
      const connection = greetings.connection(peerId);
      if (connection === undefined) throw meshRefusal('MESH_NOT_CONNECTED');
      try {
        return framesOn(await connection.newStream(protocol, { signal }), maximumBytes);
      } catch (cause) {
        throw meshRefusal(signal.aborted ? 'MESH_TIMEOUT' : 'MESH_STREAM', { cause });
      }
    },
  });
  const connections = new Connections(libp2p, { clock, metrics, directory, greetings, gossip });
  const dialer = new Dialer(ownPeerId, {
    clock,
    random,
    directory,
    metrics,
    isGreeted,
    isBanned,
    connect: (addresses, signal) => connections.connect(addresses, signal),
    lookUp: (peerId, signal) => lookUpAddresses(libp2p.services.dht, peerId, signal),
  });

  return {
    peerId: ownPeerId,
    async start() {
      await libp2p.handle(HELLO_PROTOCOL, (stream, connection) => greetings.received(stream, connection));
      await server.register(libp2p);
      try {
        await libp2p.start();
      } catch (cause) {
        // Its text holds the library's own words and a stack; who starts a node needs the setting.
        const isListening = cause instanceof Error && cause.name === 'UnsupportedListenAddressesError';
        throw isListening ? meshRefusal('MESH_LISTEN', { detail: { field: 'mesh.listen' }, cause }) : cause;
      }
      gossip.start();
      connections.start();
      dialer.start();
    },
    async stop() {
      connections.stop();
      dialer.stop();
      asker.stop();
      await libp2p.stop();
    },
    addresses: () => libp2p.getMultiaddrs().map(String),
    peers: () => greetings.peers().map((peer) => ({ ...peer, roundTripMs: greetings.connection(peer.peerId)?.rtt })),
    serve: (answers) => server.serve(answers),
    sync: syncClient(asker.ask),
    keys: keysClient(asker.ask),
    oprf: oprfClient(asker.ask),
    match: matchClient(asker.ask),
    hints: hintsClient(asker.ask),
    publish: (topic, bytes) => gossip.publish(topic, bytes),
    onMessage: (topic, handler) => gossip.onMessage(topic, handler),
    onGreeted: (listener) => void greetedListeners.add(listener),
    onGone: (listener) => void goneListeners.add(listener),
    disconnect: (peerId) => connections.disconnect(peerId),
  };
}
