import { equalBytes, toHex, uint32be, utf8 } from '../bytes.ts';
import { DOMAINS, withDomain } from '../domains.ts';
import { cryptoRefusal } from '../errors.ts';
import { hkdfSha256, sha512 } from '../hash.ts';
import {
  addScalars,
  invertScalar,
  isScalar,
  isZeroScalar,
  multiplyScalars,
  reduceScalar,
  SCALAR_BYTES,
  subtractScalars,
  UNIFORM_BYTES,
} from '../oprf/ristretto255.ts';
import type { Flag } from './flag.ts';

/** A point of the sharing polynomial: the group's index and the polynomial's value there, a scalar each. */
export type Share = { readonly index: Uint8Array; readonly share: Uint8Array };

/** More contributors than this are never needed: policy's k is small, and so is the federation. Chosen. */
const MAX_THRESHOLD = 255;
const ZERO = new Uint8Array(SCALAR_BYTES);
const NO_SALT = new Uint8Array();

/**
 * Where a corporate group stands in every sharing: a scalar of about 252 bits from the hash of its name as recorded.
 * Agencies of one group so have one share between them, whatever they send, and two groups meet in one index with a
 * chance of 2^-237 among 200 (in GF(256) it would be certain among 256, and likely among 20).
 * Throws FLAG_GROUP for an empty name.
 */
export function groupIndex(corporateGroup: string): Uint8Array {
  const index = reduceScalar(sha512(withDomain(DOMAINS.flagGroup, utf8(corporateGroup))));
  // At zero stands the secret itself; no name is known that hashes there.
  if (corporateGroup === '' || isZeroScalar(index)) throw cryptoRefusal('FLAG_GROUP');
  return index;
}

/**
 * The group's share of the outer key: any `threshold` shares of distinct groups give it, fewer give nothing.
 * Deterministic, so that shares of agencies that never met fit together; each threshold has a polynomial of its own,
 * so that shares made before and after a change of policy do not add up. Throws FLAG_THRESHOLD outside 2 to 255.
 * Source: Shamir, How to share a secret (1979), over the scalars of ristretto255.
 */
export function shareFor(flag: Flag, index: Uint8Array, threshold: number): Uint8Array {
  assertThreshold(threshold);
  let value: Uint8Array = ZERO;
  for (let power = threshold - 1; power > 0; power -= 1)
    value = multiplyScalars(addScalars(value, coefficient(flag.polynomial, threshold, power)), index);
  return addScalars(value, flag.outerKey);
}

/**
 * The outer key from shares of at least `threshold` distinct groups; repetitions of one share count once.
 * Every share must be right, which only the outer layer shows: see recover.ts.
 * Throws FLAG_THRESHOLD; FLAG_SHARES for too few groups, two shares of one group that differ, or malformed ones.
 */
export function recoverOuterKey(shares: readonly Share[], threshold: number): Uint8Array {
  assertThreshold(threshold);
  const byIndex = new Map<string, Share>();
  for (const point of shares) {
    const known = byIndex.get(toHex(point.index));
    if (!isShare(point) || (known !== undefined && !equalBytes(known.share, point.share)))
      throw cryptoRefusal('FLAG_SHARES', { verdict: 'reject' });
    byIndex.set(toHex(point.index), point);
  }
  if (byIndex.size < threshold) throw cryptoRefusal('FLAG_SHARES', { detail: { groups: byIndex.size, threshold } });
  return interpolate([...byIndex.values()].slice(0, threshold), ZERO);
}

/** True for a nonzero index and a share, both in their one encoding. */
export function isShare({ index, share }: Share): boolean {
  return isScalar(index) && !isZeroScalar(index) && isScalar(share);
}

/** Value at `at` of the polynomial of lowest degree through two or more points of distinct index. Lagrange. */
export function interpolate(points: readonly Share[], at: Uint8Array): Uint8Array {
  const terms = points.map((point) => {
    const others = points.filter((other) => other !== point);
    const numerator = product(others.map(({ index }) => subtractScalars(at, index)));
    const denominator = product(others.map(({ index }) => subtractScalars(point.index, index)));
    return multiplyScalars(point.share, multiplyScalars(numerator, invertScalar(denominator)));
  });
  return terms.reduce((sum, term) => addScalars(sum, term));
}

/** Throws FLAG_THRESHOLD outside 2 to 255: a flag that one group opens alone would be no flag. */
export function assertThreshold(threshold: number): void {
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > MAX_THRESHOLD)
    throw cryptoRefusal('FLAG_THRESHOLD', { detail: { threshold } });
}

function coefficient(polynomial: Uint8Array, threshold: number, power: number): Uint8Array {
  const info = withDomain(DOMAINS.flagCoefficient, uint32be(threshold), uint32be(power));
  return reduceScalar(hkdfSha256(polynomial, NO_SALT, info, UNIFORM_BYTES));
}

function product(scalars: readonly Uint8Array[]): Uint8Array {
  return scalars.reduce((result, scalar) => multiplyScalars(result, scalar));
}
