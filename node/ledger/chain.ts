import { utf8 } from '../../crypto/bytes.ts';
import { DOMAINS } from '../../crypto/domains.ts';
import { sha256 } from '../../crypto/hash.ts';
import { ledgerError } from './errors.ts';
import type { Commit } from './ledger.ts';

/** What the first commit follows: 32 zero bytes. */
export const GENESIS_HASH: Uint8Array = new Uint8Array(32);

/** Random bytes before each value, erased with it, so that nobody can confirm a guess at an erased value. */
export const SALT_BYTES = 16;

/** Position in the chain: sequence and hash of a commit, 0 and zeros before the first. */
export type ChainHead = { readonly sequence: number; readonly hash: Uint8Array };

export const EMPTY_CHAIN: ChainHead = { sequence: 0, hash: GENESIS_HASH };

const VALUE_DOMAIN = utf8(DOMAINS.ledgerValue);
const COMMIT_DOMAIN = utf8(DOMAINS.chain);

/**
 * What is hashed for a value: salt (16 bytes), length of the marking (2 bytes, big endian), marking text, value.
 * The marking is in it, since who lowers a marking discloses as much as who copies a value.
 */
export function saltedContent(salt: Uint8Array, markingText: string, value: Uint8Array): Buffer {
  const markingBytes = Buffer.byteLength(markingText);
  if (markingBytes > 0xffff) throw ledgerError('LEDGER_SIZE', { detail: { part: 'marking' } });
  const content = Buffer.allocUnsafe(SALT_BYTES + 2 + markingBytes + value.length);
  content.set(salt, 0);
  content.writeUInt16BE(markingBytes, SALT_BYTES);
  content.write(markingText, SALT_BYTES + 2, 'utf8');
  content.set(value, SALT_BYTES + 2 + markingBytes);
  return content;
}

/** Hash of a value as commits hold it, over `saltedContent`. */
export function valueHash(content: Uint8Array): Uint8Array {
  return sha256(VALUE_DOMAIN, content);
}

/** Hash of a commit over its encoding (commit-codec.ts), which holds the hash of the commit before. */
export function commitHash(encoded: Uint8Array): Uint8Array {
  return sha256(COMMIT_DOMAIN, encoded);
}

/** Whether a commit follows a position without a gap; its own hash is the reader's to check. */
export function follows(commit: Pick<Commit, 'sequence' | 'previousHash'>, head: ChainHead): boolean {
  return commit.sequence === head.sequence + 1 && Buffer.compare(commit.previousHash, head.hash) === 0;
}
