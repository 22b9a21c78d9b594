import { type Audience, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import { type ConcordatError, isRefusal } from '../../proto/domain/errors.ts';
import type { Log } from '../../proto/domain/runtime.ts';
import { type ChainHead, type ChainId, chainKey, type EnvelopeStore, parseChainKey } from './envelope-store.ts';
import type { Receiver } from './receive.ts';

/** A chain and where one end stands in it. */
export type ChainState = { readonly chain: ChainId; readonly head: ChainHead };

/** What is asked of one peer; bounded by the transport. */
export type SyncPeer = {
  heads(): Promise<readonly ChainState[]>;
  /** Objects of a chain from first to at most last, in sequence; the peer may answer fewer. */
  range(chain: ChainId, first: number, last: number): Promise<readonly SignedEnvelope[]>;
};

export type SyncDeps = {
  readonly store: EnvelopeStore;
  readonly receiver: Receiver;
  readonly selfPeerId: string;
  readonly log: Log;
  readonly rangeEnvelopes: number;
  readonly hollowObjects: number;
};

/**
 * May this peer have objects of this audience? Federation-wide ones every member, a pair's only its two ends.
 * Groups follow when the federation has them.
 */
export function mayServe(audience: Audience, authorPeerId: string, peerId: string): boolean {
  switch (audience.scope) {
    case 'federation':
      return true;
    case 'pair':
      return audience.id === peerId || authorPeerId === peerId;
    case 'group':
    case 'coordinator':
      return false;
  }
}

/** What a peer may learn of our heads. */
export async function headsFor(store: EnvelopeStore, peerId: string): Promise<readonly ChainState[]> {
  const states: ChainState[] = [];
  for await (const { chainKey: text, head } of store.heads()) {
    const chain = parseChainKey(text);
    if (mayServe(chain.audience, chain.authorPeerId, peerId)) states.push({ chain, head });
  }
  return states;
}

/**
 * Catches up from one peer, chain by chain in sequence. Stops a chain at the first object that is refused; what was
 * taken before stays. A peer cannot make us take what gossip would have refused: the same receiver judges.
 */
export class Sync {
  readonly #deps: SyncDeps;
  readonly #under = new Set<string>();

  constructor(deps: SyncDeps) {
    this.#deps = deps;
  }

  /** @returns how many objects were taken */
  async catchUp(peer: SyncPeer): Promise<number> {
    let taken = 0;
    for (const { chain, head } of await peer.heads()) {
      if (chain.authorPeerId === this.#deps.selfPeerId) continue;
      taken += await this.catchUpChain(peer, chain, head.sequence);
    }
    return taken + (await this.#fillHollow(peer));
  }

  /** One chain up to a sequence; a second call for a chain that is under way does nothing. */
  async catchUpChain(peer: SyncPeer, chain: ChainId, last: number): Promise<number> {
    const key = chainKey(chain);
    if (this.#under.has(key)) return 0;
    this.#under.add(key);
    try {
      return await this.#fetch(peer, chain, last);
    } finally {
      this.#under.delete(key);
    }
  }

  /** Ends when the chain is up, or the peer's answers do not move it on, whatever the peer says of its head. */
  async #fetch(peer: SyncPeer, chain: ChainId, last: number): Promise<number> {
    const { rangeEnvelopes } = this.#deps;
    const before = await this.#sequenceOf(chain);
    let reached = before;
    while (reached < last) {
      const first = reached + 1;
      const envelopes = await peer.range(chain, first, Math.min(last, first + rangeEnvelopes - 1));
      for (const envelope of envelopes.slice(0, rangeEnvelopes)) {
        const refusal = await this.#take(envelope);
        const sequence = await this.#sequenceOf(chain);
        // Some are refused and yet kept in their place, so that the head decides.
        if (sequence === reached && refusal !== undefined && refusal.code !== 'SHARING_DUPLICATE') {
          if (refusal.code === 'SHARING_CHAIN') await this.#proveFork(peer, chain, reached);
          return reached - before;
        }
        reached = sequence;
      }
      if (reached < first) break;
    }
    return reached - before;
  }

  /** What the peer holds in the place of our head shows which of the author's two headers we lack. */
  async #proveFork(peer: SyncPeer, chain: ChainId, sequence: number): Promise<void> {
    if (sequence < 1) return;
    for (const envelope of (await peer.range(chain, sequence, sequence)).slice(0, 1)) await this.#take(envelope);
  }

  /** Asks for payloads that somebody has cut out on their way. */
  async #fillHollow(peer: SyncPeer): Promise<number> {
    const { hollowObjects, store } = this.#deps;
    let filled = 0;
    for (const { chain, sequence } of await store.hollow(hollowObjects)) {
      const [envelope] = await peer.range(chain, sequence, sequence);
      if (envelope !== undefined && (await this.#take(envelope)) === undefined) filled += 1;
    }
    return filled;
  }

  async #sequenceOf(chain: ChainId): Promise<number> {
    return (await this.#deps.store.head(chain)).sequence;
  }

  /** @returns the refusal, where there is one */
  async #take(envelope: SignedEnvelope): Promise<ConcordatError | undefined> {
    try {
      await this.#deps.receiver.receiveRanged(envelope);
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (error.code !== 'SHARING_DUPLICATE') {
        const { authorPeerId } = envelope;
        this.#deps.log.warn({ code: error.code, author: authorPeerId }, 'object refused while catching up');
      }
      return error;
    }
  }
}
