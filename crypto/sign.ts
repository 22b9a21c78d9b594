import { type KeyObject, sign as signOnce, verify as verifyOnce } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { isRefusal } from '../proto/domain/errors.ts';
import { sha256 } from './hash.ts';
import { assertIdentityKey, privateKeyObject, publicKeyObject } from './keys.ts';

const SIGNATURE_BYTES = 64;
/** Order of the base point: 2^252 + 27742317777372353535851937790883648493. Source: RFC 8032, section 5.1. */
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
/** The order in big-endian 32-bit words, to compare without a big integer per signature. */
const ORDER_WORDS = Array.from({ length: 8 }, (_, word) =>
  Number((GROUP_ORDER >> BigInt(224 - 32 * word)) & 0xffffffffn),
);

/** Holds every member, officer and log key of a federation of the largest size; importing a key costs as much as a use. */
const CACHED_KEYS = 4_096;
const publicKeys = new LRUCache<string, KeyObject>({ max: CACHED_KEYS });
/** Under the hash of the seed, so that no secret becomes a text that cannot be wiped. */
const privateKeys = new LRUCache<string, KeyObject>({ max: 64 });

/** Ed25519 signature, 64 bytes, of a message under a 32-byte seed. Throws CRYPTO_ENCODING on another length. RFC 8032. */
export function sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const id = Buffer.from(sha256(secretKey)).toString('latin1');
  let key = privateKeys.get(id);
  if (key === undefined) {
    key = privateKeyObject('ed25519', secretKey);
    privateKeys.set(id, key);
  }
  return new Uint8Array(signOnce(null, message, key));
}

/**
 * Whether the signature is that key's over exactly this message. False for every malformed input: S ≥ L (a second
 * signature that anyone can make of a first), another length, a key of small order or non-canonical form.
 * A signature still does not identify what it signs: who holds the key can make many.
 * Source: RFC 8032, section 5.1.7.
 */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || !isReducedScalar(signature.subarray(32))) return false;
  const key = importPublicKey(publicKey);
  return key !== undefined && verifyOnce(null, message, key, signature);
}

function importPublicKey(publicKey: Uint8Array): KeyObject | undefined {
  const id = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.byteLength).toString('latin1');
  const cached = publicKeys.get(id);
  if (cached !== undefined) return cached;
  try {
    assertIdentityKey(publicKey);
  } catch (error) {
    if (isRefusal(error, 'CRYPTO_KEY')) return undefined;
    throw error;
  }
  const key = publicKeyObject('ed25519', publicKey);
  publicKeys.set(id, key);
  return key;
}

/** Whether a scalar (32 bytes, little endian) is below the group order. Source: RFC 8032, section 5.1.7, step 1. */
export function isReducedScalar(scalar: Uint8Array): boolean {
  const words = new DataView(scalar.buffer, scalar.byteOffset, scalar.byteLength);
  for (const [word, limit] of ORDER_WORDS.entries()) {
    const value = words.getUint32(28 - 4 * word, true);
    if (value !== limit) return value < limit;
  }
  return false;
}
