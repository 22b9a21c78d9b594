import { crc32 } from 'node:zlib';
import { SALT_BYTES } from '../chain.ts';
import { ledgerError } from '../errors.ts';
import { parseMarkingText } from '../../../proto/domain/marking-text.ts';
import type { Marking } from '../../../proto/domain/marking.ts';

const CONTENT_OFFSET = 4 + 8;
const MARKING_OFFSET = CONTENT_OFFSET + SALT_BYTES + 2;

/** A stored record: checksum (4 bytes), sequence (8 bytes), salted content (chain.ts). */
export type StoredRecord = {
  readonly sequence: number;
  readonly marking: Marking;
  readonly value: Uint8Array;
  /** What the chain holds the hash of. */
  readonly content: Uint8Array;
};

/**
 * The checksum covers key and record, because the engine does not check blocks of its tables when it reads them
 * (`verify_checksums` is off in classic-level): an altered value would otherwise be returned as if nothing were wrong.
 */
export function encodeRecord(key: Uint8Array, sequence: number, content: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(CONTENT_OFFSET + content.length);
  bytes.writeBigUInt64BE(BigInt(sequence), 4);
  bytes.set(content, CONTENT_OFFSET);
  bytes.writeUInt32BE(crc32(bytes.subarray(4), crc32(key)), 0);
  return bytes;
}

/** Throws LEDGER_CORRUPT when checksum or lengths do not hold. */
export function decodeRecord(key: Uint8Array, stored: Uint8Array): StoredRecord {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length < MARKING_OFFSET || bytes.readUInt32BE(0) !== crc32(bytes.subarray(4), crc32(key))) throw damaged();
  const markingEnd = MARKING_OFFSET + bytes.readUInt16BE(MARKING_OFFSET - 2);
  if (markingEnd > bytes.length) throw damaged();
  return {
    sequence: Number(bytes.readBigUInt64BE(4)),
    marking: parseMarkingText(bytes.toString('utf8', MARKING_OFFSET, markingEnd)),
    value: new Uint8Array(bytes.buffer, bytes.byteOffset + markingEnd, bytes.length - markingEnd),
    content: bytes.subarray(CONTENT_OFFSET),
  };
}

/** Value of the table `erased`: sequence and checksum. */
export function encodeErased(key: Uint8Array, sequence: number): Buffer {
  return encodeRecord(key, sequence, new Uint8Array(0));
}

/** Sequence of the commit that deleted the key. Throws LEDGER_CORRUPT. */
export function decodeErased(key: Uint8Array, stored: Uint8Array): number {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length !== CONTENT_OFFSET || bytes.readUInt32BE(0) !== crc32(bytes.subarray(4), crc32(key)))
    throw damaged();
  return Number(bytes.readBigUInt64BE(4));
}

function damaged(): Error {
  return ledgerError('LEDGER_CORRUPT', { detail: { part: 'record' } });
}
