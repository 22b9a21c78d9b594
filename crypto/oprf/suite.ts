import { concat, utf8 } from '../bytes.ts';
import { cryptoRefusal } from '../errors.ts';
import { sha512 } from '../hash.ts';
import { mapToElement, reduceScalar, UNIFORM_BYTES } from './ristretto255.ts';

/** VOPRF mode of ristretto255-SHA512. Source: RFC 9497, sections 3.1, 3.3.2 and 4.1. */
const CONTEXT = concat(utf8('OPRFV1-'), Uint8Array.of(0x01), utf8('-ristretto255-SHA512'));
const GROUP_TAG = concat(utf8('HashToGroup-'), CONTEXT);
const SCALAR_TAG = concat(utf8('HashToScalar-'), CONTEXT);

/** Tags of the other hashes of the suite. Source: RFC 9497, sections 2.2.1 and 3.2.1. */
export const SEED_TAG = concat(utf8('Seed-'), CONTEXT);
export const KEY_PAIR_TAG = concat(utf8('DeriveKeyPair'), CONTEXT);

const SHA512_BLOCK_BYTES = 128;

/** Maps bytes to an element. Source: RFC 9497, section 4.1 (HashToGroup). */
export function hashToGroup(input: Uint8Array): Uint8Array {
  return mapToElement(expandMessage(input, GROUP_TAG));
}

/** Maps bytes to a scalar. Source: RFC 9497, section 4.1 (HashToScalar). */
export function hashToScalar(input: Uint8Array, tag: Uint8Array = SCALAR_TAG): Uint8Array {
  return reduceScalar(expandMessage(input, tag));
}

/**
 * Bytes behind their length, two bytes big endian. Source: RFC 9497, section 1.2 (I2OSP).
 * Throws CRYPTO_OPRF_INPUT above 65,535 bytes.
 */
export function prefixed(bytes: Uint8Array): Uint8Array {
  return concat(uint16be(bytes.length), bytes);
}

/** Two bytes, big endian. Throws CRYPTO_OPRF_INPUT above 65,535. */
export function uint16be(value: number): Uint8Array {
  if (value > 0xffff) throw cryptoRefusal('CRYPTO_OPRF_INPUT', { detail: { field: 'length' } });
  return Uint8Array.of(value >>> 8, value & 0xff);
}

/**
 * expand_message_xmd with SHA-512 to 64 bytes, so that one block b_1 is the whole output.
 * Source: RFC 9380, section 5.3.1.
 */
function expandMessage(message: Uint8Array, tag: Uint8Array): Uint8Array {
  const tagPrime = concat(tag, Uint8Array.of(tag.length));
  const padding = new Uint8Array(SHA512_BLOCK_BYTES);
  const first = sha512(padding, message, uint16be(UNIFORM_BYTES), Uint8Array.of(0), tagPrime);
  return sha512(first, Uint8Array.of(1), tagPrime);
}
