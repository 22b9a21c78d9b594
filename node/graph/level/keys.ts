import type { EdgeKind } from '../../../config/ontology/kinds.ts';
import { graphError } from '../errors.ts';

/**
 * Tables of the engine: the first byte of each key. Numbers are for ever; retired ones stay listed.
 * - meta: text → facts about the store itself (format, sequence and number of the last batch)
 * - node: key → versions (node-codec.ts)
 * - edge: edge id → versions (edge-codec.ts), from which the entries of its ends are derived
 * - batch: number of a batch (8 bytes) → nothing; see batch-markers.ts
 * - end: key of the end ‖ 0 ‖ class (1 byte) ‖ side (1 byte) ‖ time, newest first (8 bytes) ‖ edge id → versions as that
 *   end has them. What leaves an end and what reaches it lie together, as they are asked for together: to begin a range
 *   costs more than to read one. A window of either side is one range, in the order in which it is wanted.
 * - 2 and 3, to format 2: what leaves and what reaches an end, apart
 */
export const TABLES = { meta: 0, node: 1, edge: 4, batch: 5, end: 6 } as const;

/** Of an edge, as its end sees it. */
export type Side = 'out' | 'in';
const SIDE_BYTES: Readonly<Record<Side, number>> = { out: 1, in: 2 };

/** Transfers lie apart from the few ties, so that neither is read past to find the other. */
const TRANSFER_CLASS = 1;
const TIE_CLASS = 2;

const SEPARATOR = 0;
const TIME_BYTES = 8;
const EPOCH = 2n ** 63n;

export type Bounds = { readonly gte: Buffer; readonly lt: Buffer };

/** Key of a text in a table. */
export function textKey(table: number, text: string): Buffer {
  const key = Buffer.allocUnsafe(1 + Buffer.byteLength(text));
  key[0] = table;
  key.write(text, 1, 'utf8');
  return key;
}

export function batchKey(number: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = TABLES.batch;
  key.writeBigUInt64BE(BigInt(number), 1);
  return key;
}

export function numberOfBatchKey(key: Buffer): number {
  return Number(key.readBigUInt64BE(1));
}

/** All keys of a table. */
export function tableBounds(table: number): Bounds {
  return { gte: Buffer.of(table), lt: Buffer.of(table + 1) };
}

/** The edges of one end, of one class of kinds. */
export type EndPlace = { readonly end: string; readonly edges: number };

export function edgeClass(kind: EdgeKind): number {
  return kind === 'transfer' ? TRANSFER_CLASS : TIE_CLASS;
}

/** Key of an edge among those of one end. */
export function entryKey(
  end: string,
  side: Side,
  edge: { readonly edgeId: string; readonly kind: EdgeKind; readonly occurredAtMs: number },
): Buffer {
  const idBytes = Buffer.byteLength(edge.edgeId);
  const key = sidePrefix({ end, edges: edgeClass(edge.kind) }, side, TIME_BYTES + idBytes);
  const timeOffset = key.length - TIME_BYTES - idBytes;
  key.writeBigUInt64BE(newestFirst(edge.occurredAtMs), timeOffset);
  key.write(edge.edgeId, timeOffset + TIME_BYTES, 'utf8');
  return key;
}

/** Among which edges an entry's key stands; undefined for keys of other tables. Ends hold no separator. */
export function placeOfEntryKey(key: Buffer): EndPlace | undefined {
  if (key[0] !== TABLES.end) return undefined;
  const separator = key.indexOf(SEPARATOR, 1);
  return { end: key.toString('utf8', 1, separator), edges: key.readUInt8(separator + 1) };
}

/** Keys of all of an end's edges of one class: those that leave it, newest first, then those that reach it. */
export function placeBounds({ end, edges }: EndPlace): Bounds {
  return { gte: placePrefix({ end, edges }, 0), lt: placePrefix({ end, edges: edges + 1 }, 0) };
}

/** Keys of one side of an end's edges of one class that occurred from a time (inclusive) to another (exclusive). */
export function windowBounds(place: EndPlace, side: Side, fromMs: number, toMs: number): Bounds {
  return {
    gte: timeBound(place, side, clampedTime(Math.ceil(toMs) - 1)),
    lt: timeBound(place, side, clampedTime(Math.ceil(fromMs) - 1)),
  };
}

export type EntryKeyParts = { readonly side: Side; readonly edgeId: string; readonly occurredAtMs: number };

/** Parts of an entry's key, of which the end is known. @throws GRAPH_CORRUPT */
export function parseEntryKey(key: Buffer, end: string): EntryKeyParts {
  const timeOffset = 1 + Buffer.byteLength(end) + 3;
  return {
    side: sideOf(key[timeOffset - 1]),
    occurredAtMs: Number(EPOCH - key.readBigUInt64BE(timeOffset)),
    edgeId: key.toString('utf8', timeOffset + TIME_BYTES),
  };
}

function sideOf(byte: number | undefined): Side {
  if (byte === SIDE_BYTES.out) return 'out';
  if (byte === SIDE_BYTES.in) return 'in';
  throw graphError('GRAPH_CORRUPT');
}

function timeBound(place: EndPlace, side: Side, atMs: number): Buffer {
  const bound = sidePrefix(place, side, TIME_BYTES);
  bound.writeBigUInt64BE(newestFirst(atMs), bound.length - TIME_BYTES);
  return bound;
}

function sidePrefix(place: EndPlace, side: Side, roomBytes: number): Buffer {
  const prefix = placePrefix(place, 1 + roomBytes);
  prefix[prefix.length - roomBytes - 1] = SIDE_BYTES[side];
  return prefix;
}

/** Table, end, separator, class, and room for what follows. */
function placePrefix({ end, edges }: EndPlace, roomBytes: number): Buffer {
  const endBytes = Buffer.byteLength(end);
  const prefix = Buffer.allocUnsafe(1 + endBytes + 2 + roomBytes);
  prefix[0] = TABLES.end;
  prefix.write(end, 1, 'utf8');
  prefix[1 + endBytes] = SEPARATOR;
  prefix[2 + endBytes] = edges;
  return prefix;
}

/** Later times sort first. */
function newestFirst(atMs: number): bigint {
  return EPOCH - BigInt(atMs);
}

/** Windows may be open, as infinities. One beyond the range of times, so that it is still outside when exclusive. */
function clampedTime(atMs: number): number {
  return Math.min(Math.max(atMs, Number.MIN_SAFE_INTEGER - 1), Number.MAX_SAFE_INTEGER);
}
