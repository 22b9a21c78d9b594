import type { GossipSub, TopicValidatorFn } from '@libp2p/gossipsub';
import type { PeerId } from '@libp2p/interface';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Verdict } from '../../proto/domain/errors.ts';
import { asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { meshRefusal } from './errors.ts';
import type { MeshCount, MeshMetrics } from './metrics.ts';
import type { Misbehaviour } from './standing.ts';
import { TOPIC_NAMES, topicOf, type TopicName } from './topics.ts';
import { toGossipsub, verdictOf } from './verdict.ts';

/**
 * Judges a message and, where it accepts it, has taken it in by the time it resolves. The same bytes may come again.
 * @param from the neighbour that passed it on, not its author
 */
export type GossipHandler = (from: PeerIdText, bytes: Uint8Array) => Promise<Verdict>;

export type GossipDeps = {
  readonly log: Log;
  readonly metrics: MeshMetrics;
  readonly isGreeted: (peerId: string) => boolean;
  readonly takeMessage: (peerId: PeerIdText) => boolean;
  readonly takeFrame: (peerId: PeerIdText) => boolean;
  readonly blame: (peerId: PeerIdText, what: Misbehaviour) => void;
};

type Outcome = Extract<MeshCount, { metric: 'gossip' }>['outcome'];
/** Public on the library's class, which says that the method may be replaced; its interface names neither. */
type Internals = {
  readonly streamsOutbound: ReadonlyMap<string, unknown>;
  handleReceivedRpc(from: PeerId, rpc: unknown): Promise<void>;
};

/** The federation's topics on one gossipsub. */
export class Gossip {
  readonly #pubsub: GossipSub;
  readonly #internals: Internals;
  readonly #topics: ReadonlyMap<TopicName, string>;
  readonly #deps: GossipDeps;
  readonly #handlers = new Map<TopicName, GossipHandler>();
  readonly #pendingByPeer = new Map<string, number>();
  readonly #pendingByTopic = new Map<string, number>();

  constructor(pubsub: GossipSub, federationId: Uint8Array, deps: GossipDeps) {
    this.#pubsub = pubsub;
    this.#internals = pubsub as unknown as Internals;
    this.#deps = deps;
    this.#topics = new Map(TOPIC_NAMES.map((name) => [name, topicOf(federationId, name)]));
    for (const [name, topic] of this.#topics) pubsub.topicValidators.set(topic, this.#validator(name));
    this.#meterFrames();
  }

  /** Takes part in all topics; messages of one without a handler are ignored. */
  start(): void {
    for (const topic of this.#topics.values()) this.#pubsub.subscribe(topic);
  }

  /** Sets who judges a topic's messages, in place of whoever did before. */
  onMessage(name: TopicName, handler: GossipHandler): void {
    this.#handlers.set(name, handler);
  }

  /**
   * Sends to every connected member, each of which passes it on once it has accepted it. Not durable, may be lost.
   * @returns how many peers it was handed to; 0 when none is connected or the same bytes went out lately
   * @throws MESH_OVERSIZE
   */
  async publish(name: TopicName, bytes: Uint8Array): Promise<number> {
    if (bytes.length > LIMITS.gossipMessageBytes) throw meshRefusal('MESH_OVERSIZE');
    const { recipients } = await this.#pubsub.publish(this.#topicOf(name), bytes);
    return recipients.length;
  }

  /** Whether there is a stream on which messages go out to a peer. The library does not open a lost one again. */
  reaches(peerId: string): boolean {
    return this.#internals.streamsOutbound.has(peerId);
  }

  #topicOf(name: TopicName): string {
    return this.#topics.get(name) ?? '';
  }

  #validator(name: TopicName): TopicValidatorFn {
    return async (from, message) => {
      const peerId = asId<PeerIdText>(from.toString());
      const { outcome, verdict } = await this.#judge(name, peerId, message.data);
      this.#deps.metrics.count({ metric: 'gossip', topic: name, outcome });
      if (outcome === 'over_quota') this.#deps.blame(peerId, 'gossip_over_quota');
      if (outcome === 'oversize') this.#deps.blame(peerId, 'oversize');
      if (outcome === 'reject') this.#deps.blame(peerId, 'rejected_gossip');
      return toGossipsub(verdict);
    };
  }

  /** Cheap checks first; only what passes them may wait for the handler, and only so many at once. */
  async #judge(name: TopicName, from: PeerIdText, bytes: Uint8Array): Promise<{ outcome: Outcome; verdict: Verdict }> {
    if (!this.#deps.isGreeted(from)) return { outcome: 'before_hello', verdict: 'ignore' };
    if (bytes.length > LIMITS.gossipMessageBytes) return { outcome: 'oversize', verdict: 'reject' };
    if (!this.#deps.takeMessage(from)) return { outcome: 'over_quota', verdict: 'ignore' };
    const handler = this.#handlers.get(name);
    if (handler === undefined) return { outcome: 'ignore', verdict: 'ignore' };
    const peers = pending(this.#pendingByPeer, from, LIMITS.gossipPendingPerPeer);
    const topics = pending(this.#pendingByTopic, name, LIMITS.gossipPendingPerTopic);
    if (peers.full || topics.full) return { outcome: 'queue_full', verdict: 'ignore' };
    peers.add(1);
    topics.add(1);
    try {
      const verdict = await handler(from, bytes);
      return { outcome: verdict, verdict };
    } catch (error) {
      const verdict = verdictOf(error);
      const facts = { topic: name, error: error instanceof Error ? error.name : typeof error };
      if (verdict === 'ignore') this.#deps.log.debug(facts, 'gossip message ignored');
      return { outcome: verdict, verdict };
    } finally {
      peers.add(-1);
      topics.add(-1);
    }
  }

  /** A frame may hold many messages, or none and only control traffic, so frames are metered too. */
  #meterFrames(): void {
    const receive = this.#internals.handleReceivedRpc.bind(this.#pubsub);
    this.#internals.handleReceivedRpc = async (from, rpc) => {
      const peerId = asId<PeerIdText>(from.toString());
      if (!this.#deps.isGreeted(peerId)) {
        this.#deps.metrics.count({ metric: 'gossip_frame', outcome: 'before_hello' });
      } else if (this.#deps.takeFrame(peerId)) {
        await receive(from, rpc);
      } else {
        this.#deps.metrics.count({ metric: 'gossip_frame', outcome: 'over_quota' });
        this.#deps.blame(peerId, 'gossip_over_quota');
      }
    };
  }
}

function pending(counts: Map<string, number>, key: string, most: number): { full: boolean; add(by: number): void } {
  return {
    full: (counts.get(key) ?? 0) >= most,
    add(by) {
      const count = (counts.get(key) ?? 0) + by;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
    },
  };
}
