import { graphError } from '../errors.ts';
import type { Operation } from './graph-database.ts';
import type { GraphLevel } from './graph-files.ts';
import { batchKey, numberOfBatchKey, TABLES, tableBounds } from './keys.ts';

const NOTHING = Buffer.alloc(0);
/** Far more batches than the engine's log of 4 MB can hold, at 60 bytes and more each. */
const KEPT_BATCHES = 262_144;
const PRUNED_EVERY = 4_096;
const CHUNK_KEYS = 10_000;

/** Numbers of the markers that must be there: from the first to the last, none when first = last + 1. */
export type MarkerRange = { readonly first: number; readonly last: number };

export const NO_MARKERS: MarkerRange = { first: 1, last: 0 };

/**
 * Each batch leaves a numbered marker. The engine drops records of its log whose bytes were damaged without a word, but
 * a batch is one record, so a batch that was dropped is a number that is missing. A marker has done its work when the
 * engine has moved what it marks from the log into tables, which have checksums of their own.
 */
export class BatchMarkers {
  #range: MarkerRange;

  constructor(range: MarkerRange) {
    this.#range = range;
  }

  /** What must be noted with the next batch, which has the last number. */
  get withNext(): MarkerRange {
    return { first: this.#range.first, last: this.#range.last + 1 };
  }

  /** The marker of the next batch. */
  operation(): Operation {
    return { type: 'put', key: batchKey(this.withNext.last), value: NOTHING };
  }

  /** To be called when the next batch is durable. */
  async advance(level: GraphLevel): Promise<void> {
    this.#range = this.withNext;
    const { first, last } = this.#range;
    if (last % PRUNED_EVERY !== 0 || last - KEPT_BATCHES <= first) return;
    // What lies before `first` is noted as not needed since the last time; the new `first` is noted with the next
    // batch.
    await level.clear({ ...tableBounds(TABLES.batch), lt: batchKey(first) });
    this.#range = { first: last - KEPT_BATCHES, last };
  }
}

/** Checks that no marker of a range is missing, and none is there that was not noted. @throws GRAPH_CORRUPT */
export async function checkMarkers(level: GraphLevel, { first, last }: MarkerRange): Promise<void> {
  const keys = level.keys({ ...tableBounds(TABLES.batch), gte: batchKey(first) });
  let expected = first;
  try {
    for (;;) {
      const chunk = await keys.nextv(CHUNK_KEYS);
      if (chunk.length === 0) break;
      for (const key of chunk) {
        if (numberOfBatchKey(key) !== expected) throw missing(expected);
        expected += 1;
      }
    }
  } finally {
    await keys.close();
  }
  if (expected !== last + 1) throw missing(expected);
}

function missing(number: number): Error {
  return graphError('GRAPH_CORRUPT', { detail: { part: 'batch', number } });
}
