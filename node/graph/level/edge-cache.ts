import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { GraphEdge } from '../graph-store.ts';
import { type EndPlace, placeOfEntryKey, type Side } from './keys.ts';

/** What is known of an edge among those of one end, latest known first; null from when on it was elsewhere. */
export type EdgeEntry = {
  readonly occurredAtMs: number;
  readonly versions: readonly { readonly knownAtMs: number; readonly edge: GraphEdge | null }[];
};

/** What leaves an end and what reaches it, each newest first; of a hub, that they are too many to be kept. */
export type Kept = Readonly<Record<Side, readonly EdgeEntry[]>> | 'hub';

/**
 * Edges of the ends read last, decoded, each end whole or not at all: alerts of one neighbourhood ask for the same
 * accounts at other times, and an engine's iterator costs more than all that is done with what it gives.
 */
export class EdgeCache {
  readonly #kept = new LRUCache<string, Kept>({
    maxSize: LIMITS.graphCachedEdges,
    sizeCalculation: (kept) => (kept === 'hub' ? 1 : 1 + kept.out.length + kept.in.length),
  });
  #writes = 0;

  get(place: EndPlace): Kept | undefined {
    return this.#kept.get(textOf(place));
  }

  /** To be called before reading what will be put. */
  get writes(): number {
    return this.#writes;
  }

  /** Keeps what was read, unless something was written meanwhile: it may be older than that. */
  put(place: EndPlace, kept: Kept, writesBefore: number): void {
    if (writesBefore === this.#writes) this.#kept.set(textOf(place), kept);
  }

  /** To be called once a batch is written, with its keys. An end that has become a hub stays one: only time is lost. */
  forget(keys: Iterable<Buffer>): void {
    this.#writes += 1;
    if (this.#kept.size === 0) return;
    for (const key of keys) {
      const place = placeOfEntryKey(key);
      if (place !== undefined && this.get(place) !== 'hub') this.#kept.delete(textOf(place));
    }
  }

  clear(): void {
    this.#writes += 1;
    this.#kept.clear();
  }
}

function textOf({ end, edges }: EndPlace): string {
  return `${edges}${end}`;
}
