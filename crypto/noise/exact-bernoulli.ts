import type { RandomBytes } from '../../proto/domain/runtime.ts';
import type { Rational } from './rational.ts';

/** Uniform integer in [0, bound), by rejection; bound ≥ 1. */
export function uniformBelow(bound: bigint, random: RandomBytes): bigint {
  const bits = (bound - 1n).toString(2).length;
  const bytes = Math.ceil(bits / 8);
  const surplus = BigInt(bytes * 8 - bits);
  for (;;) {
    const candidate = BigInt(`0x${Buffer.from(random(bytes)).toString('hex')}`) >> surplus;
    if (candidate < bound) return candidate;
  }
}

/** True with probability exactly numerator / denominator, between 0 and 1. */
export function bernoulli({ numerator, denominator }: Rational, random: RandomBytes): boolean {
  return uniformBelow(denominator, random) < numerator;
}

/**
 * True with probability exactly exp(−x), for a rational x ≥ 0, from comparisons of integers alone.
 * Source: Canonne, Kamath, Steinke, The Discrete Gaussian for Differential Privacy (arXiv 2004.00010), algorithm 1.
 */
export function bernoulliExp({ numerator, denominator }: Rational, random: RandomBytes): boolean {
  let rest = numerator;
  for (; rest > denominator; rest -= denominator)
    if (!bernoulliExpOfFraction({ numerator: denominator, denominator }, random)) return false;
  return bernoulliExpOfFraction({ numerator: rest, denominator }, random);
}

/** For 0 ≤ x ≤ 1: the first failure of trials with probability x / 1, x / 2, x / 3 … comes at an odd place with exp(−x). */
function bernoulliExpOfFraction({ numerator, denominator }: Rational, random: RandomBytes): boolean {
  let place = 1n;
  while (bernoulli({ numerator, denominator: denominator * place }, random)) place += 1n;
  return place % 2n === 1n;
}
