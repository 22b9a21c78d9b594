import { headerHash } from '../../crypto/envelope.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import { type Audience, AUDIENCE_SCOPES, type EnvelopeHeader } from '../../proto/domain/envelope.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import { type Chain, chainKey, decodeEnvelopeRecord } from './envelope-record.ts';
import type { Head } from './position.ts';

export type HeldHead = Head & Pick<EnvelopeHeader, 'audience' | 'incarnation'>;

/** Audiences without a name, which are those that the coordinator takes objects of. */
const AUDIENCES: readonly Audience[] = AUDIENCE_SCOPES.filter(
  (scope) => scope === 'federation' || scope === 'coordinator',
).map((scope) => ({ scope, id: '' }));

/**
 * The last durable place of each (author, incarnation, audience): read from the store when it is first asked for, then
 * kept. There are no more of them than members times announced incarnations times two.
 */
export class Heads {
  readonly #store: CoordinatorStore;
  readonly #heads = new Map<string, HeldHead | undefined>();

  constructor(store: CoordinatorStore) {
    this.#store = store;
  }

  async get(chain: Chain): Promise<HeldHead | undefined> {
    const key = chainKey(chain);
    if (!this.#heads.has(key)) this.#heads.set(key, await this.#read(key));
    return this.#heads.get(key);
  }

  /** To be called once the object is durable. */
  set(header: EnvelopeHeader, hash: Uint8Array): void {
    const { audience, incarnation, sequence } = header;
    this.#heads.set(chainKey(header), { audience, incarnation, sequence, headerHash: hash });
  }

  /** All heads of an author up to its present incarnation. */
  async of(authorPeerId: PeerIdText, currentIncarnation: number): Promise<readonly HeldHead[]> {
    const held: HeldHead[] = [];
    for (let incarnation = 0; incarnation <= currentIncarnation; incarnation += 1) {
      for (const audience of AUDIENCES) {
        const head = await this.get({ authorPeerId, incarnation, audience });
        if (head !== undefined) held.push(head);
      }
    }
    return held;
  }

  async #read(prefix: string): Promise<HeldHead | undefined> {
    for await (const { value } of this.#store.list('envelope', { prefix, reverse: true, limit: 1 })) {
      const bytes = decodeEnvelopeRecord(value).envelope.header;
      const { audience, incarnation, sequence } = decodeHeader(bytes);
      return { audience, incarnation, sequence, headerHash: headerHash(bytes) };
    }
    return undefined;
  }
}
