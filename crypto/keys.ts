import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import type { RandomBytes } from '../proto/domain/runtime.ts';
import { assertLength, concat, fromHex, toHex } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';

/** Both halves as raw 32 bytes. The secret of an Ed25519 pair is its seed (RFC 8032, section 5.1.5). */
export type KeyPair = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

const KEY_BYTES = 32;
/** 2^255 − 19, the field of both curves. */
const FIELD_PRIME = 2n ** 255n - 19n;

// DER frames around 32 raw bytes. Source: RFC 8410, sections 4 and 7.
const PRIVATE_FRAME = {
  ed25519: fromHex('302e020100300506032b657004220420'),
  x25519: fromHex('302e020100300506032b656e04220420'),
} as const;
const PUBLIC_FRAME = {
  ed25519: fromHex('302a300506032b6570032100'),
  x25519: fromHex('302a300506032b656e032100'),
} as const;
type Curve = keyof typeof PUBLIC_FRAME;

/** y-coordinates of the eight Ed25519 points whose order divides 8 (x is told by the sign bit, which is masked off). */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

/** u-coordinates of small order on Curve25519 and its twist. Source: RFC 7748, section 6.1; cr.yp.to/ecdh.html. */
const SMALL_ORDER_U: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  FIELD_PRIME - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);

/** New Ed25519 pair: identity keys of nodes, officer keys, log keys. */
export function createIdentityKey(random: RandomBytes): KeyPair {
  return identityKeyFromSeed(random(KEY_BYTES));
}

/** The Ed25519 pair of a 32-byte seed. Throws CRYPTO_ENCODING on another length. */
export function identityKeyFromSeed(seed: Uint8Array): KeyPair {
  return keyPairOf('ed25519', seed);
}

/** New X25519 pair: sealing keys, enrolment keys. */
export function createSealingKey(random: RandomBytes): KeyPair {
  return sealingKeyFromSecret(random(KEY_BYTES));
}

/** The X25519 pair of a 32-byte secret. Throws CRYPTO_ENCODING on another length. */
export function sealingKeyFromSecret(secret: Uint8Array): KeyPair {
  return keyPairOf('x25519', secret);
}

/**
 * Throws CRYPTO_KEY unless these are 32 canonical bytes of an Ed25519 key that is not of small order:
 * under a small-order key one signature fits many messages. That it is a point is shown by the first valid signature.
 */
export function assertIdentityKey(publicKey: Uint8Array): void {
  if (publicKey.length !== KEY_BYTES) throw cryptoRefusal('CRYPTO_KEY', { verdict: 'reject' });
  const y = littleEndian(publicKey) & ((1n << 255n) - 1n);
  if (y >= FIELD_PRIME || SMALL_ORDER_Y.has(y)) throw cryptoRefusal('CRYPTO_KEY', { verdict: 'reject' });
}

/**
 * Throws CRYPTO_KEY unless these are 32 canonical bytes of an X25519 key that is not of small order:
 * with a small-order key every shared secret is zero.
 */
export function assertSealingKey(publicKey: Uint8Array): void {
  if (publicKey.length !== KEY_BYTES) throw cryptoRefusal('CRYPTO_KEY', { verdict: 'reject' });
  const u = littleEndian(publicKey);
  if (u >= FIELD_PRIME || SMALL_ORDER_U.has(u)) throw cryptoRefusal('CRYPTO_KEY', { verdict: 'reject' });
}

/** X25519 of a secret and a checked public key, 32 bytes, to be hashed before use. Throws CRYPTO_KEY. RFC 7748. */
export function sharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array<ArrayBuffer> {
  assertSealingKey(publicKey);
  const own = privateKeyObject('x25519', secretKey);
  return new Uint8Array(diffieHellman({ privateKey: own, publicKey: publicKeyObject('x25519', publicKey) }));
}

/** The platform's handle on a raw private key. */
export function privateKeyObject(curve: Curve, secretKey: Uint8Array): KeyObject {
  assertLength(secretKey, KEY_BYTES, 'secret key');
  const der = Buffer.from(concat(PRIVATE_FRAME[curve], secretKey));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** The platform's handle on a raw public key, which the caller has checked. */
export function publicKeyObject(curve: Curve, publicKey: Uint8Array): KeyObject {
  const der = Buffer.from(concat(PUBLIC_FRAME[curve], publicKey));
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}

function keyPairOf(curve: Curve, secretKey: Uint8Array): KeyPair {
  const spki = createPublicKey(privateKeyObject(curve, secretKey)).export({ format: 'der', type: 'spki' });
  return { publicKey: new Uint8Array(spki.subarray(-KEY_BYTES)), secretKey: new Uint8Array(secretKey) };
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}
