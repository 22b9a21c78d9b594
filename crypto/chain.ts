import { assertLength, concat, uint32be } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { sha256 } from './hash.ts';

/** What the first link of a chain follows: 32 zero bytes. */
export const CHAIN_START: Uint8Array = new Uint8Array(32);

/**
 * The next link of a hash chain, 32 bytes, over the one before and the entry's parts.
 * Each part goes in with its length, so no other split of the same bytes gives the same link.
 */
export function linkHash(previousHash: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  assertLength(previousHash, 32, 'link hash');
  const framed = parts.map((part) => concat(uint32be(part.length), part));
  return sha256(withDomain(DOMAINS.chain, previousHash, ...framed));
}
