import { concat, uint64be } from '../../../crypto/bytes.ts';
import { VALUE_SALT_BYTES } from '../commit-codec.ts';
import { storeError } from '../errors.ts';

export type StoredRecord = { readonly sequence: number; readonly salt: Uint8Array; readonly value: Uint8Array };
export type StoredCommit = { readonly hash: Uint8Array; readonly encoded: Uint8Array };

const SEQUENCE_BYTES = 8;
const HASH_BYTES = 32;
const RECORD_HEAD_BYTES = SEQUENCE_BYTES + VALUE_SALT_BYTES;

/** A record: sequence of the commit that wrote it (8 bytes), salt (16), value. */
export function encodeRecord({ sequence, salt, value }: StoredRecord): Uint8Array {
  return concat(uint64be(sequence), salt, value);
}

/** @throws STORE_CORRUPT */
export function decodeRecord(stored: Uint8Array): StoredRecord {
  if (stored.length < RECORD_HEAD_BYTES) throw storeError('STORE_CORRUPT', { detail: { part: 'record' } });
  return {
    sequence: Number(Buffer.from(stored.buffer, stored.byteOffset, SEQUENCE_BYTES).readBigUInt64BE()),
    salt: stored.subarray(SEQUENCE_BYTES, RECORD_HEAD_BYTES),
    value: new Uint8Array(stored.subarray(RECORD_HEAD_BYTES)),
  };
}

/** A commit: its hash (32 bytes), its encoding. */
export function encodeStoredCommit({ hash, encoded }: StoredCommit): Uint8Array {
  return concat(hash, encoded);
}

/** @throws STORE_CORRUPT */
export function decodeStoredCommit(stored: Uint8Array): StoredCommit {
  if (stored.length < HASH_BYTES) throw storeError('STORE_CORRUPT', { detail: { part: 'commit' } });
  return { hash: new Uint8Array(stored.subarray(0, HASH_BYTES)), encoded: stored.subarray(HASH_BYTES) };
}
