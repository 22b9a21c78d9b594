import { noise } from '@chainsafe/libp2p-noise';
import { yamux } from '@chainsafe/libp2p-yamux';
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys';
import { gossipsub, type GossipSub } from '@libp2p/gossipsub';
import { identify, type Identify } from '@libp2p/identify';
import type { ConnectionGater } from '@libp2p/interface';
import { kadDHT, type KadDHT, passthroughMapper } from '@libp2p/kad-dht';
import { ping, type Ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { createLibp2p, type Libp2p } from 'libp2p';
import { LIMITS } from '../../config/settings/limits.ts';
import { type Admit, behindGate } from './gate.ts';
import { gossipOptions } from './gossip-options.ts';
import { memberDatastore } from './member-datastore.ts';
import type { MeshSettings } from './mesh-settings.ts';
import { dhtProtocolOf, TOPIC_NAMES, topicOf } from './topics.ts';

/** Named so that no other libp2p network's nodes take us for one of theirs. */
const PREFIX = 'concordat';

export type MeshServices = { identify: Identify; ping: Ping; dht: KadDHT; pubsub: GossipSub };
export type MeshLibp2p = Libp2p<MeshServices>;

export type Libp2pDeps = {
  readonly gater: ConnectionGater;
  /** Passes streams of the overlay's own protocols only after hello. */
  readonly admit: Admit;
  readonly keeps: (peerId: string) => boolean;
};

/** libp2p as the mesh uses it, not yet started. Every default that is open to strangers is shut or bounded here. */
export async function createMeshLibp2p(settings: MeshSettings, deps: Libp2pDeps): Promise<MeshLibp2p> {
  const { federationId } = settings;
  return createLibp2p<MeshServices>({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', settings.identitySeed),
    nodeInfo: { name: 'concordat', version: settings.version, userAgent: 'concordat' },
    addresses: { listen: [...settings.listenAddresses], announce: [...settings.announceAddresses] },
    datastore: memberDatastore(deps.keeps),
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux(MUXER)],
    connectionGater: deps.gater,
    connectionManager: {
      maxConnections: LIMITS.peers * 2,
      maxParallelDials: LIMITS.dialsAtOnce,
      maxDialQueueLength: LIMITS.dialQueue,
      maxPeerAddrsToDial: LIMITS.addressesPerPeer,
      maxIncomingPendingConnections: LIMITS.pendingConnections,
      inboundConnectionThreshold: settings.inboundConnectionsPerSecondPerHost,
      inboundUpgradeTimeout: LIMITS.handshakeTimeoutMs,
      dialTimeout: LIMITS.handshakeTimeoutMs,
      inboundStreamProtocolNegotiationTimeout: LIMITS.handshakeTimeoutMs,
      outboundStreamProtocolNegotiationTimeout: LIMITS.handshakeTimeoutMs,
      // The dialer does this, with what the roster knows.
      reconnectRetries: 0,
    },
    connectionMonitor: { protocolPrefix: PREFIX },
    services: {
      // Run by hand after hello: it is what tells gossip and the DHT of a peer.
      identify: behindGate(deps.admit, identify({ protocolPrefix: PREFIX, runOnConnectionOpen: false })),
      ping: behindGate(deps.admit, ping({ protocolPrefix: PREFIX, maxInboundStreams: 4 })),
      dht: behindGate(
        deps.admit,
        kadDHT({
          protocol: dhtProtocolOf(federationId),
          clientMode: false,
          // Members may well be on private networks.
          peerInfoMapper: passthroughMapper,
          allowQueryWithZeroPeers: true,
          maxInboundStreams: LIMITS.inboundStreamsPerProtocol,
          maxOutboundStreams: LIMITS.inboundStreamsPerProtocol,
        }),
      ),
      pubsub: behindGate(deps.admit, gossipsub(gossipOptions(TOPIC_NAMES.map((name) => topicOf(federationId, name))))),
    },
  });
}

const MUXER = {
  maxInboundStreams: 8 * LIMITS.inboundStreamsPerProtocol,
  maxOutboundStreams: 8 * LIMITS.inboundStreamsPerProtocol,
  streamOptions: {
    // The window never grows: with it, a stream's unread bytes would.
    initialStreamWindowSize: 262_144,
    maxStreamWindowSize: 262_144,
    maxReadBufferLength: LIMITS.streamMessageBytes,
  },
};
