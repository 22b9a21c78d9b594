import { fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { linkHash } from '../../crypto/chain.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { StoreCommit } from './coordinator-store.ts';
import { storeError } from './errors.ts';
import type { StoreSpace } from './spaces.ts';

/** Random bytes before each value, erased with it, so that nobody can confirm a guess at an erased value. */
export const VALUE_SALT_BYTES = 16;

type CommitText = {
  readonly sequence: number;
  readonly at_ms: number;
  readonly previous: string;
  readonly writes: readonly (readonly [space: StoreSpace, key: string, valueHash: string | null])[];
  readonly audit: readonly AuditEntry[];
};

/** A commit as it is hashed and kept: JSON, written once and never again. */
export function encodeCommit(commit: StoreCommit): Uint8Array {
  const text: CommitText = {
    sequence: commit.sequence,
    at_ms: commit.atMs,
    previous: toHex(commit.previousHash),
    writes: commit.writes.map(({ space, key, valueHash }) => [space, key, valueHash && toHex(valueHash)]),
    audit: commit.audit,
  };
  return utf8(JSON.stringify(text));
}

/** Reads a commit whose hash has been checked. @throws STORE_CORRUPT */
export function decodeCommit(bytes: Uint8Array): StoreCommit {
  try {
    const text = JSON.parse(Buffer.from(bytes).toString('utf8')) as CommitText;
    return {
      sequence: text.sequence,
      atMs: text.at_ms,
      previousHash: fromHex(text.previous),
      writes: text.writes.map(([space, key, hash]) => ({
        space,
        key,
        valueHash: hash === null ? null : fromHex(hash),
      })),
      audit: text.audit,
    };
  } catch (cause) {
    throw storeError('STORE_CORRUPT', { detail: { part: 'commit' }, cause });
  }
}

/** Hash of a commit: the next link of the chain over its encoding. */
export function commitHash(previousHash: Uint8Array, encoded: Uint8Array): Uint8Array {
  return linkHash(previousHash, encoded);
}

/** Hash of a value as commits hold it. */
export function valueHash(salt: Uint8Array, value: Uint8Array): Uint8Array {
  return sha256(salt, value);
}
