import { graphError } from '../errors.ts';
import { type MarkerRange, NO_MARKERS } from './batch-markers.ts';
import { TABLES, textKey } from './keys.ts';

/**
 * Version of the layout on disk: keys.ts and the codecs. A change of any raises it, and a graph of an older one is built
 * anew from the ledger. 2: provenance with time, confidence and version. 3: both sides of an end in one table.
 */
export const GRAPH_FORMAT_VERSION = 3;
export const FORMAT_KEY = textKey(TABLES.meta, 'format');
export const APPLIED_KEY = textKey(TABLES.meta, 'applied');

/** How far the store has come: the ledger's sequence, and the markers of the batches that brought it there. */
export type Applied = { readonly sequence: number; readonly markers: MarkerRange };

export const NOTHING_APPLIED: Applied = { sequence: 0, markers: NO_MARKERS };

export function encodeApplied({ sequence, markers }: Applied): Buffer {
  return Buffer.from(JSON.stringify([sequence, markers.first, markers.last]));
}

/** @throws GRAPH_CORRUPT */
export function decodeApplied(stored: Buffer | undefined): Applied {
  if (stored === undefined) return NOTHING_APPLIED;
  const match = /^\[(\d+),(\d+),(\d+)\]$/.exec(stored.toString());
  if (match === null) throw graphError('GRAPH_CORRUPT', { detail: { part: 'applied' } });
  return { sequence: Number(match[1]), markers: { first: Number(match[2]), last: Number(match[3]) } };
}

/** Whether a store of this format is there; nothing at all counts as no. @throws GRAPH_FORMAT, GRAPH_CORRUPT */
export function isKnownFormat(stored: Buffer | undefined): boolean {
  if (stored === undefined) return false;
  const format = Number(stored.toString());
  if (format > GRAPH_FORMAT_VERSION) throw graphError('GRAPH_FORMAT', { detail: { found: format } });
  if (format !== GRAPH_FORMAT_VERSION) throw graphError('GRAPH_CORRUPT', { detail: { part: 'format', found: format } });
  return true;
}
