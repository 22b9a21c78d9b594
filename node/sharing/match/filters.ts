import { equalBytes } from '../../../crypto/bytes.ts';
import { decodeFilter, filterHash, type MatchFilter } from '../../../crypto/match/filter.ts';
import type { KeyAnnouncement } from '../../../proto/domain/control.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import { KeyedMutex } from '../mutex.ts';
import { sharingRefusal } from '../refusal.ts';
import type { MatchPeer } from './messages.ts';

/** Of one filter, of a chunk of it, and of all filters in memory together. */
export type FilterBounds = {
  readonly matchFilterBytes: number;
  readonly matchFilterChunkBytes: number;
  readonly matchFiltersHeldBytes: number;
};

type Held = { readonly keyId: Uint8Array; readonly filter: MatchFilter };

/** Filters of peers, each fetched once per key and checked against the hash that the control log names. */
export class MatchFilters {
  readonly #peer: Pick<MatchPeer, 'filter'>;
  readonly #bounds: FilterBounds;
  readonly #held = new Map<PeerIdText, Held>();
  readonly #mutex = new KeyedMutex();

  constructor(peer: Pick<MatchPeer, 'filter'>, bounds: FilterBounds) {
    this.#peer = peer;
    this.#bounds = bounds;
  }

  /** @throws SHARING_PROOF when what the peer sends is not what it announced, MATCH_FILTER, and as the peer refuses */
  of(announcement: KeyAnnouncement): Promise<MatchFilter> {
    const { detail, keyId, peerId } = announcement;
    return this.#mutex.run(peerId, async () => {
      const held = this.#held.get(peerId);
      if (held !== undefined && equalBytes(held.keyId, keyId)) return held.filter;
      const bytes = await this.#download(announcement);
      if (!equalBytes(filterHash(bytes), detail)) throw refused();
      const filter = decodeFilter(bytes);
      this.#hold(peerId, { keyId, filter });
      return filter;
    });
  }

  /** Every chunk but the last is full, so that nobody can make us fetch without end. */
  async #download({ epoch, keyId, peerId }: KeyAnnouncement): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      const chunk = await this.#peer.filter(peerId, epoch, received);
      const fits =
        equalBytes(chunk.keyId, keyId) &&
        chunk.offset === received &&
        chunk.totalBytes > received &&
        chunk.totalBytes <= this.#bounds.matchFilterBytes &&
        chunk.chunk.length === Math.min(this.#bounds.matchFilterChunkBytes, chunk.totalBytes - received);
      if (!fits) throw refused();
      chunks.push(chunk.chunk);
      received += chunk.chunk.length;
      if (received === chunk.totalBytes) return new Uint8Array(Buffer.concat(chunks));
    }
  }

  /** The one held longest goes when all would be too much. */
  #hold(peerId: PeerIdText, held: Held): void {
    this.#held.delete(peerId);
    this.#held.set(peerId, held);
    let bytes = [...this.#held.values()].reduce((sum, { filter }) => sum + filter.entries.length, 0);
    for (const [other, { filter }] of this.#held) {
      if (bytes <= this.#bounds.matchFiltersHeldBytes || other === peerId) return;
      this.#held.delete(other);
      bytes -= filter.entries.length;
    }
  }
}

function refused(): Error {
  return sharingRefusal('SHARING_PROOF', 'reject', { part: 'filter' });
}
