import { LEDGER_SPACES, type KeyRange, type LedgerSpace } from '../ledger.ts';

/**
 * Tables of the engine: the first byte of each key. Numbers are for ever; retired ones stay listed.
 * - meta: text → facts about the store itself (format)
 * - commit: sequence (8 bytes) → encoded commit ‖ its hash (32 bytes)
 * - record: space (1 byte) ‖ key → record (record-codec.ts)
 * - erased: space ‖ key → sequence of the commit that deleted it, so that verify() can tell deleted from lost
 */
export const TABLES = { meta: 0, commit: 1, record: 2, erased: 3 } as const;

const SEQUENCE_DIGITS = 16;
/** No byte of UTF-8 is 0xff, so a prefix with it is behind every key that begins with the prefix. */
const AFTER_UTF8 = Buffer.of(0xff);

export function metaKey(name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(TABLES.meta)}${name}`);
}

export function commitKey(sequence: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = TABLES.commit;
  key.writeBigUInt64BE(BigInt(sequence), 1);
  return key;
}

export function sequenceOfCommitKey(key: Uint8Array): number {
  return Number(Buffer.from(key.buffer, key.byteOffset, key.byteLength).readBigUInt64BE(1));
}

export function recordKey(space: LedgerSpace, key: string): Buffer {
  return spaceKey(TABLES.record, LEDGER_SPACES[space], key);
}

export function erasedKey(space: LedgerSpace, key: string): Buffer {
  return spaceKey(TABLES.erased, LEDGER_SPACES[space], key);
}

/** The caller's key in a record's key. */
export function textOfRecordKey(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset + 2, key.byteLength - 2).toString('utf8');
}

/** Key of the audit index: one a commit and object, ordered by sequence. */
export function auditIndexKey(object: string, sequence: number): string {
  return `${object}/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

export type Bounds = { readonly gte: Buffer; readonly lt: Buffer };

/** All keys of a table. */
export function tableBounds(table: number): Bounds {
  return { gte: Buffer.of(table), lt: Buffer.of(table + 1) };
}

/** Bounds of a range in a space. */
export function rangeBounds(space: LedgerSpace, range: KeyRange): Bounds {
  const start = recordKey(space, range.prefix ?? '');
  const end = Buffer.concat([start, AFTER_UTF8]);
  const from = range.from === undefined ? start : recordKey(space, range.from);
  const to = range.to === undefined ? end : recordKey(space, range.to);
  return {
    gte: Buffer.compare(from, start) > 0 ? from : start,
    lt: Buffer.compare(to, end) < 0 ? to : end,
  };
}

function spaceKey(table: number, space: number, key: string): Buffer {
  const bytes = Buffer.allocUnsafe(2 + Buffer.byteLength(key));
  bytes[0] = table;
  bytes[1] = space;
  bytes.write(key, 2, 'utf8');
  return bytes;
}
