import { LIMITS } from '../../../../config/settings/limits.ts';
import { toHex } from '../../../../crypto/bytes.ts';
import { sha256 } from '../../../../crypto/hash.ts';
import type { Inbound } from '../../../../node/sharing/inbound.ts';
import type { SharingMesh, TopicName } from '../../../../node/sharing/mesh-port.ts';
import type { Sharing } from '../../../../node/sharing/sharing.ts';
import { decodeEnvelope, encodeEnvelope } from '../../../../proto/codec/envelope.ts';
import type { SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import { ConcordatError, isRefusal, type Verdict } from '../../../../proto/domain/errors.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';
import type { RandomBytes } from '../../../../proto/domain/runtime.ts';
import { shuffled } from '../../../../crypto/shuffle.ts';
import { Background } from './background.ts';

/** What a node answers, as the root would hand it to the transport. */
export type MeshEnd = { readonly inbound: Inbound; readonly sharing: Sharing };

/** One call over the mesh, in the order in which they were made. */
export type MeshCall = { readonly from: PeerIdText; readonly method: string; readonly to: string };

type Held = {
  readonly from: PeerIdText;
  readonly to: PeerIdText;
  readonly topic: TopicName;
  readonly bytes: Uint8Array;
};

/**
 * A mesh in memory that connects the entry points of nodes directly: floods gossip the way members pass it on, carries
 * requests, and makes of a refusal what the real one makes of it, a bare code. Switches break it.
 */
export class SimMesh {
  readonly calls: MeshCall[] = [];
  readonly verdicts: { readonly at: PeerIdText; readonly topic: TopicName; readonly verdict: Verdict }[] = [];
  readonly background = new Background();
  readonly #ends = new Map<PeerIdText, MeshEnd>();
  readonly #offline = new Set<PeerIdText>();
  readonly #seen = new Map<PeerIdText, Set<string>>();
  readonly #random: RandomBytes;
  #held: Held[] | undefined;
  /** True for a gossip message that is lost on this hop. */
  drops: (hop: { readonly from: PeerIdText; readonly to: PeerIdText; readonly topic: TopicName }) => boolean = () =>
    false;
  /** True for a request whose answer is lost, though it was given. */
  loses: (call: MeshCall) => boolean = () => false;
  /** Changes what a hop carries: an attacker in place of `from`. */
  tampers: (hop: { readonly from: PeerIdText; readonly topic: TopicName }, bytes: Uint8Array) => Uint8Array = (
    _hop,
    bytes,
  ) => bytes;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

  attach(peerId: PeerIdText, end: MeshEnd): void {
    this.#ends.set(peerId, end);
  }

  setOffline(peerId: PeerIdText, offline: boolean): void {
    if (offline) this.#offline.add(peerId);
    else this.#offline.delete(peerId);
  }

  /** From now on gossip waits; release() delivers it in another order. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = shuffled(this.#held ?? [], this.#random);
    this.#held = undefined;
    for (const hop of held) this.background.run(this.#deliver(hop));
  }

  /** Hands a message to one node as if a neighbour had passed it on. */
  async inject(from: PeerIdText, to: PeerIdText, topic: TopicName, bytes: Uint8Array): Promise<Verdict> {
    const end = this.#ends.get(to);
    if (end === undefined) throw new Error('no such node');
    return end.inbound.gossip(topic, from, bytes);
  }

  portOf(own: PeerIdText): SharingMesh {
    const ask = <Answer>(method: string, to: PeerIdText, answer: (end: MeshEnd) => Answer | Promise<Answer>) =>
      this.#ask(own, method, to, answer);
    return {
      online: () => this.#peersOf(own),
      publish: async (topic, bytes) => {
        this.calls.push({ from: own, method: `publish ${topic}`, to: '*' });
        this.#seenBy(own).add(messageId(topic, bytes));
        return this.#flood(own, topic, bytes);
      },
      deliver: (to, envelope) => ask('deliver', to, (end) => end.inbound.deliver(own, overWire(envelope))),
      grant: (to, name) => ask('grant', to, (end) => end.inbound.grant(own, name)),
      evaluate: (to, epoch, blinded, done) =>
        ask('evaluate', to, (end) => end.inbound.evaluate(own, { epoch, blinded, done })),
      heads: (to) => ask('heads', to, (end) => end.inbound.heads(own)),
      range: (to, range) =>
        ask('range', to, async (end) => (await end.inbound.range(own, range)).map((envelope) => overWire(envelope))),
      statements: (to, start) => ask('statements', to, (end) => end.inbound.statements(start)),
      indicators: (to, cursor) => ask('indicators', to, (end) => end.inbound.indicators(cursor)),
      match: {
        filter: (to, epoch, offset) =>
          ask('match filter', to, (end) => end.sharing.answerer.filterChunk(own, epoch, offset)),
        query: (to, query) => ask('match query', to, (end) => end.sharing.answerer.answer(own, query)),
        receipt: (to, receipt) => ask('match receipt', to, (end) => end.sharing.answerer.countersigned(own, receipt)),
      },
    };
  }

  async #ask<Answer>(
    from: PeerIdText,
    method: string,
    to: PeerIdText,
    answer: (end: MeshEnd) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const call = { from, method, to };
    this.calls.push(call);
    const end = this.#ends.get(to);
    if (end === undefined || !this.#peersOf(from).includes(to)) throw new ConcordatError('MESH_NOT_CONNECTED', 'away');
    // As over the real mesh, the answer comes in another turn, and of a refusal only its code.
    await Promise.resolve();
    try {
      const answered = await answer(end);
      if (this.loses(call)) throw new ConcordatError('MESH_TIMEOUT', 'the answer was lost');
      return answered;
    } catch (error) {
      if (isRefusal(error)) throw new ConcordatError(error.code, 'the peer refused');
      throw new ConcordatError('MESH_INTERNAL', String(error));
    }
  }

  #peersOf(own: PeerIdText): readonly PeerIdText[] {
    if (this.#offline.has(own)) return [];
    const end = this.#ends.get(own);
    return [...this.#ends.keys()].filter((peerId) => {
      const theirs = this.#ends.get(peerId);
      return (
        peerId !== own &&
        !this.#offline.has(peerId) &&
        end?.sharing.membership.isSuspended(peerId) === false &&
        theirs?.sharing.membership.isSuspended(own) === false
      );
    });
  }

  #flood(from: PeerIdText, topic: TopicName, bytes: Uint8Array): number {
    const peers = this.#peersOf(from);
    for (const to of peers) {
      const hop = { from, to, topic, bytes: this.tampers({ from, topic }, bytes) };
      if (this.drops(hop)) continue;
      if (this.#held === undefined) this.background.run(this.#deliver(hop));
      else this.#held.push(hop);
    }
    return peers.length;
  }

  async #deliver({ from, to, topic, bytes }: Held): Promise<void> {
    await Promise.resolve();
    const end = this.#ends.get(to);
    const seen = this.#seenBy(to);
    if (end === undefined || this.#offline.has(to) || seen.has(messageId(topic, bytes))) return;
    seen.add(messageId(topic, bytes));
    const verdict = bytes.length > LIMITS.gossipMessageBytes ? 'reject' : await end.inbound.gossip(topic, from, bytes);
    this.verdicts.push({ at: to, topic, verdict });
    if (verdict === 'accept') this.#flood(to, topic, bytes);
  }

  #seenBy(peerId: PeerIdText): Set<string> {
    const seen = this.#seen.get(peerId) ?? new Set<string>();
    this.#seen.set(peerId, seen);
    return seen;
  }
}

function overWire(envelope: SignedEnvelope): SignedEnvelope {
  return decodeEnvelope(encodeEnvelope(envelope), LIMITS);
}

function messageId(topic: TopicName, bytes: Uint8Array): string {
  return `${topic}/${toHex(sha256(bytes))}`;
}
