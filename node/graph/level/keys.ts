import type { EdgeKind } from '../../../config/ontology/kinds.ts';

/**
 * Tables of the engine: the first byte of each key. Numbers are for ever; retired ones stay listed.
 * - meta: text → facts about the store itself (format, sequence and number of the last batch)
 * - node: key → versions (node-codec.ts)
 * - edge: edge id → versions (edge-codec.ts), from which the entries of its ends are derived
 * - out, in: key of the end ‖ 0 ‖ class (1 byte) ‖ time, newest first (8 bytes) ‖ edge id → versions as that end has
 *   them; a window of an end's edges is one range, read in the order in which it is wanted
 * - batch: number of a batch (8 bytes) → nothing; see batch-markers.ts
 */
export const TABLES = { meta: 0, node: 1, out: 2, in: 3, edge: 4, batch: 5 } as const;
export type EdgeTable = typeof TABLES.out | typeof TABLES.in;

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

/** The edges of one end in one direction, of one class of kinds. */
export type EndPlace = { readonly table: EdgeTable; readonly end: string; readonly edges: number };

export function edgeClass(kind: EdgeKind): number {
  return kind === 'transfer' ? TRANSFER_CLASS : TIE_CLASS;
}

/** Key of an edge among those of one end. */
export function entryKey(
  table: EdgeTable,
  end: string,
  edge: { readonly edgeId: string; readonly kind: EdgeKind; readonly occurredAtMs: number },
): Buffer {
  const idBytes = Buffer.byteLength(edge.edgeId);
  const key = edgePrefix(table, end, edgeClass(edge.kind), TIME_BYTES + idBytes);
  const timeOffset = key.length - TIME_BYTES - idBytes;
  key.writeBigUInt64BE(newestFirst(edge.occurredAtMs), timeOffset);
  key.write(edge.edgeId, timeOffset + TIME_BYTES, 'utf8');
  return key;
}

/** Among which edges an entry's key stands; undefined for keys of other tables. Ends hold no separator. */
export function placeOfEntryKey(key: Buffer): EndPlace | undefined {
  const table = key[0];
  if (table !== TABLES.out && table !== TABLES.in) return undefined;
  const separator = key.indexOf(SEPARATOR, 1);
  return { table, end: key.toString('utf8', 1, separator), edges: key.readUInt8(separator + 1) };
}

/** Keys of all of an end's edges of one class. */
export function placeBounds({ table, end, edges }: EndPlace): Bounds {
  return windowBounds({ table, end, edges }, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
}

/** Keys of an end's edges of one class that occurred from a time (inclusive) to another (exclusive). */
export function windowBounds({ table, end, edges }: EndPlace, fromMs: number, toMs: number): Bounds {
  return {
    gte: timeBound(table, end, edges, clampedTime(Math.ceil(toMs) - 1)),
    lt: timeBound(table, end, edges, clampedTime(Math.ceil(fromMs) - 1)),
  };
}

export type EntryKeyParts = { readonly edgeId: string; readonly occurredAtMs: number };

/** Parts of an entry's key, of which the end is known. */
export function parseEntryKey(key: Buffer, end: string): EntryKeyParts {
  const timeOffset = 1 + Buffer.byteLength(end) + 2;
  return {
    occurredAtMs: Number(EPOCH - key.readBigUInt64BE(timeOffset)),
    edgeId: key.toString('utf8', timeOffset + TIME_BYTES),
  };
}

function timeBound(table: EdgeTable, end: string, edges: number, atMs: number): Buffer {
  const bound = edgePrefix(table, end, edges, TIME_BYTES);
  bound.writeBigUInt64BE(newestFirst(atMs), bound.length - TIME_BYTES);
  return bound;
}

/** Table, end, separator, class, and room for what follows. */
function edgePrefix(table: EdgeTable, end: string, edges: number, roomBytes: number): Buffer {
  const endBytes = Buffer.byteLength(end);
  const prefix = Buffer.allocUnsafe(1 + endBytes + 2 + roomBytes);
  prefix[0] = table;
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
