import { type Audience, audienceKey, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
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
    return taken;
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

  async #fetch(peer: SyncPeer, chain: ChainId, last: number): Promise<number> {
    const { store, rangeEnvelopes } = this.#deps;
    let taken = 0;
    for (;;) {
      const first = (await store.head(chain)).sequence + 1;
      if (first > last) return taken;
      const envelopes = await peer.range(chain, first, Math.min(last, first + rangeEnvelopes - 1));
      if (envelopes.length === 0) return taken;
      for (const envelope of envelopes) {
        if (!(await this.#take(envelope, chain.audience))) return taken;
        taken += 1;
      }
    }
  }

  async #take(envelope: SignedEnvelope, audience: Audience): Promise<boolean> {
    try {
      await this.#deps.receiver.receiveEnvelope(envelope);
      return true;
    } catch (error) {
      if (isRefusal(error, 'SHARING_DUPLICATE') || isRefusal(error, 'SHARING_GATEWAY')) return true;
      if (!isRefusal(error)) throw error;
      this.#deps.log.warn({ code: error.code, audience: audienceKey(audience) }, 'object refused while catching up');
      return false;
    }
  }
}
