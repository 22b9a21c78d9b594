// The functions are members of the default export; its types also declare named ones that do not exist.
import sodium, { ready as engineReady } from 'libsodium-wrappers-sumo';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { equalBytes } from '../bytes.ts';
import { cryptoRefusal } from '../errors.ts';

/** Length of an encoded element and of an encoded scalar. Source: RFC 9496, section 4. */
export const ELEMENT_BYTES = 32;
export const SCALAR_BYTES = 32;

/** Bytes that reduce to a scalar or map to an element without bias. */
export const UNIFORM_BYTES = 64;

const ZERO = new Uint8Array(32);

/**
 * Loads the group's WebAssembly engine; everything else in `oprf/` and `flag/` needs it once per process.
 * May be called any number of times.
 */
export function ready(): Promise<void> {
  return engineReady;
}

/** True for canonical bytes of an element other than the identity, which libsodium's own check would take. */
export function isElement(bytes: Uint8Array): boolean {
  return (
    bytes.length === ELEMENT_BYTES && !equalBytes(bytes, ZERO) && sodium.crypto_core_ristretto255_is_valid_point(bytes)
  );
}

/** True for a scalar below the group's order, zero included, in its one encoding (little endian). */
export function isScalar(bytes: Uint8Array): boolean {
  return bytes.length === SCALAR_BYTES && equalBytes(bytes, reduceScalar(widen(bytes)));
}

/** True for the scalar zero. */
export function isZeroScalar(scalar: Uint8Array): boolean {
  return equalBytes(scalar, ZERO);
}

/** Throws CRYPTO_OPRF_INPUT unless `isElement`. */
export function assertElement(bytes: Uint8Array, field: string): void {
  if (!isElement(bytes)) throw cryptoRefusal('CRYPTO_OPRF_INPUT', { detail: { field }, verdict: 'reject' });
}

/** Throws CRYPTO_OPRF_INPUT unless `isScalar` and not zero. */
export function assertScalar(bytes: Uint8Array, field: string): void {
  if (!isScalar(bytes) || isZeroScalar(bytes))
    throw cryptoRefusal('CRYPTO_OPRF_INPUT', { detail: { field }, verdict: 'reject' });
}

/**
 * A random scalar other than zero, by wide reduction: libsodium's scalar_random is 20 times slower here (measured).
 * Zero comes once in 2^252 draws, so it means a broken source and throws.
 */
export function randomScalar(random: RandomBytes): Uint8Array {
  const scalar = reduceScalar(random(UNIFORM_BYTES));
  if (isZeroScalar(scalar)) throw new Error('the random source returns zeros');
  return scalar;
}

/** 64 bytes, little endian, modulo the group's order. */
export function reduceScalar(uniform: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_scalar_reduce(uniform);
}

export function addScalars(one: Uint8Array, other: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_scalar_add(one, other);
}

export function subtractScalars(one: Uint8Array, other: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_scalar_sub(one, other);
}

export function multiplyScalars(one: Uint8Array, other: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_scalar_mul(one, other);
}

/** Inverse of a scalar other than zero. */
export function invertScalar(scalar: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_scalar_invert(scalar);
}

/** Maps 64 uniform bytes to an element. Source: RFC 9496, section 4.3.4. */
export function mapToElement(uniform: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_from_hash(uniform);
}

export function addElements(one: Uint8Array, other: Uint8Array): Uint8Array {
  return sodium.crypto_core_ristretto255_add(one, other);
}

/** Scalar times element, in constant time. Throws CRYPTO_OPRF_INPUT when the product is the identity. */
export function multiply(scalar: Uint8Array, element: Uint8Array): Uint8Array {
  try {
    return sodium.crypto_scalarmult_ristretto255(scalar, element);
  } catch (cause) {
    throw cryptoRefusal('CRYPTO_OPRF_INPUT', { detail: { field: 'product' }, verdict: 'reject', cause });
  }
}

/** Scalar times generator, in constant time; the scalar is not zero. */
export function multiplyGenerator(scalar: Uint8Array): Uint8Array {
  return sodium.crypto_scalarmult_ristretto255_base(scalar);
}

function widen(scalar: Uint8Array): Uint8Array {
  const wide = new Uint8Array(UNIFORM_BYTES);
  wide.set(scalar);
  return wide;
}
