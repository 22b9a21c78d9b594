import type { AuditEntry } from '../../proto/domain/audit.ts';
import { ledgerError } from './errors.ts';
import { LEDGER_SPACES, type Commit, type LedgerSpace } from './ledger.ts';

const HASH_BYTES = 32;
/** Sequence, time, hash of the commit before, number of writes. */
const HEAD_BYTES = 8 + 8 + HASH_BYTES + 4;
/** Space, whether there is a value, length of the key. */
const WRITE_HEAD_BYTES = 1 + 1 + 2;

const SPACE_NAMES = new Map<number, LedgerSpace>(
  Object.entries(LEDGER_SPACES).map(([name, number]) => [number, name as LedgerSpace]),
);

/**
 * Encoding of a commit, over which it is hashed: big-endian integers, keys in UTF-8, the audit entries as JSON at the
 * end. One commit has one encoding, and it is stored as it was hashed, never encoded anew.
 */
export function encodeCommit(commit: Omit<Commit, 'hash'>): Buffer {
  const audit = Buffer.from(JSON.stringify(commit.audit));
  let length = HEAD_BYTES + audit.length;
  for (const { key, valueHash } of commit.writes)
    length += WRITE_HEAD_BYTES + Buffer.byteLength(key) + (valueHash === null ? 0 : HASH_BYTES);
  const bytes = Buffer.allocUnsafe(length);
  bytes.writeBigUInt64BE(BigInt(commit.sequence), 0);
  bytes.writeBigInt64BE(BigInt(commit.atMs), 8);
  bytes.set(commit.previousHash, 16);
  bytes.writeUInt32BE(commit.writes.length, HEAD_BYTES - 4);
  let offset = HEAD_BYTES;
  for (const { space, key, valueHash } of commit.writes) {
    const keyBytes = bytes.write(key, offset + WRITE_HEAD_BYTES, 'utf8');
    bytes[offset] = LEDGER_SPACES[space];
    bytes[offset + 1] = valueHash === null ? 0 : 1;
    bytes.writeUInt16BE(keyBytes, offset + 2);
    offset += WRITE_HEAD_BYTES + keyBytes;
    if (valueHash !== null) {
      bytes.set(valueHash, offset);
      offset += HASH_BYTES;
    }
  }
  bytes.set(audit, offset);
  return bytes;
}

/** Reads an encoded commit whose hash has been checked. Throws LEDGER_CORRUPT on bytes that are none. */
export function decodeCommit(bytes: Uint8Array): Omit<Commit, 'hash'> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const writes: Commit['writes'][number][] = [];
    let offset = HEAD_BYTES;
    for (let count = buffer.readUInt32BE(HEAD_BYTES - 4); count > 0; count -= 1) {
      const space = spaceName(buffer.readUInt8(offset));
      const hasValue = buffer.readUInt8(offset + 1) === 1;
      const keyStart = offset + WRITE_HEAD_BYTES;
      const keyEnd = keyStart + buffer.readUInt16BE(offset + 2);
      offset = keyEnd + (hasValue ? HASH_BYTES : 0);
      if (offset > buffer.length) throw new RangeError('a write runs over the end');
      const valueHash = hasValue ? new Uint8Array(buffer.subarray(keyEnd, offset)) : null;
      writes.push({ space, key: buffer.toString('utf8', keyStart, keyEnd), valueHash });
    }
    return {
      sequence: Number(buffer.readBigUInt64BE(0)),
      atMs: Number(buffer.readBigInt64BE(8)),
      previousHash: new Uint8Array(buffer.subarray(16, 16 + HASH_BYTES)),
      writes,
      audit: JSON.parse(buffer.toString('utf8', offset)) as readonly AuditEntry[],
    };
  } catch (cause) {
    throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'commit' }, cause });
  }
}

function spaceName(number: number): LedgerSpace {
  const name = SPACE_NAMES.get(number);
  if (name === undefined) throw new RangeError('a space that does not exist');
  return name;
}
