import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { cryptoRefusal } from '../errors.ts';
import { bernoulliExp, uniformBelow } from './exact-bernoulli.ts';
import { positiveRational, type Rational } from './rational.ts';

/** Above this scale a draw could leave the safe integers, if with a chance of e^-8192. Chosen. */
const MAX_SCALE = 2n ** 40n;
const ONE: Rational = { numerator: 1n, denominator: 1n };

/**
 * Two-sided geometric noise for a clipped count: P(x) ∝ alpha^|x|, alpha = exp(−epsilon / cap), sampled from integers
 * alone, so that no floating-point residue leaks and the probabilities are exact.
 * @param epsilon privacy loss of this release, > 0; the caller has debited it. A number stands for its exact value
 * @param cap     by how much one customer can change the counts together, integer ≥ 1
 * @returns       integer, may be negative; clamped once, at publication, never here
 * @throws        PRIVACY_EPSILON when epsilon is not finite and positive, or below cap / 2^40; PRIVACY_CAP
 * Source: Ghosh, Roughgarden, Sundararajan, Universally Utility-Maximizing Privacy Mechanisms (STOC 2009), for the
 * mechanism; Canonne, Kamath, Steinke (arXiv 2004.00010), algorithm 2, for the sampler.
 */
export function twoSidedGeometric(epsilon: Rational | string | number, cap: number, random: RandomBytes): number {
  const exact = positiveRational(epsilon);
  if (!Number.isSafeInteger(cap) || cap < 1) throw cryptoRefusal('PRIVACY_CAP');
  // The scale cap / epsilon as spread / step.
  const spread = BigInt(cap) * (exact?.denominator ?? 0n);
  const step = exact?.numerator ?? 0n;
  if (exact === undefined || spread > step * MAX_SCALE) throw cryptoRefusal('PRIVACY_EPSILON');
  for (;;) {
    const magnitude = geometric(spread, random) / step;
    const negative = uniformBelow(2n, random) === 1n;
    // Zero would count twice.
    if (negative && magnitude === 0n) continue;
    return Number(negative ? -magnitude : magnitude);
  }
}

/** x ≥ 0 with P(x) ∝ exp(−x / spread): a remainder by rejection, then whole spreads by trials of exp(−1). */
function geometric(spread: bigint, random: RandomBytes): bigint {
  for (;;) {
    const remainder = uniformBelow(spread, random);
    if (!bernoulliExp({ numerator: remainder, denominator: spread }, random)) continue;
    let whole = 0n;
    while (bernoulliExp(ONE, random)) whole += 1n;
    return remainder + spread * whole;
  }
}
