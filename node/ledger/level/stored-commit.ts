import { commitHash } from '../chain.ts';
import { decodeCommit, encodeCommit } from '../commit-codec.ts';
import { ledgerError } from '../errors.ts';
import type { Commit } from '../ledger.ts';

const HASH_BYTES = 32;
/** Of the encoding: sequence, time. */
const PREVIOUS_HASH_OFFSET = 16;

export type SealedCommit = { readonly stored: Buffer; readonly hash: Uint8Array };

/** What a link of the chain says, without its writes. */
export type CommitLink = { readonly sequence: number; readonly previousHash: Uint8Array; readonly hash: Uint8Array };

/** Encodes and hashes a commit; the hash is stored behind the encoding. */
export function sealCommit(commit: Omit<Commit, 'hash'>): SealedCommit {
  const encoded = encodeCommit(commit);
  const hash = commitHash(encoded);
  return { stored: Buffer.concat([encoded, hash]), hash };
}

/** Link of a stored commit, its hash recomputed. Throws LEDGER_CORRUPT when the bytes do not have it. */
export function readLink(stored: Uint8Array): CommitLink {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  const encoded = bytes.subarray(0, -HASH_BYTES);
  if (encoded.length < PREVIOUS_HASH_OFFSET + HASH_BYTES) throw damaged();
  const hash = commitHash(encoded);
  if (bytes.compare(hash, 0, HASH_BYTES, encoded.length) !== 0) throw damaged();
  const previousHash = encoded.subarray(PREVIOUS_HASH_OFFSET, PREVIOUS_HASH_OFFSET + HASH_BYTES);
  return { sequence: Number(encoded.readBigUInt64BE(0)), previousHash, hash };
}

/** The whole commit. Throws LEDGER_CORRUPT when the bytes do not have their hash. */
export function openCommit(stored: Uint8Array): Commit {
  const { hash } = readLink(stored);
  return { ...decodeCommit(stored.subarray(0, -HASH_BYTES)), hash };
}

function damaged(): Error {
  return ledgerError('LEDGER_CORRUPT', { detail: { part: 'commit' } });
}
