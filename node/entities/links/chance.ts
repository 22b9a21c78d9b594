/**
 * How surprising it is to see at least `count` where `expected` are expected by chance: −log10 of the Poisson tail. 0
 * where nothing is seen; finite where nothing is expected.
 */
export function surprise(count: number, expected: number): number {
  if (count <= 0) return 0;
  const mean = Math.max(expected, LEAST_EXPECTED);
  // The tail from `count` on, its first term taken out, so that it does not vanish in rounding.
  let ratio = 1;
  let term = 1;
  for (let next = count + 1; next <= count + TAIL_TERMS; next += 1) {
    term *= mean / next;
    ratio += term;
  }
  const first = count * Math.log(mean) - mean - logFactorial(count);
  return Math.max(0, -(first + Math.log(ratio)) / Math.LN10);
}

const LEAST_EXPECTED = 1e-6;
/** Beyond, terms are below a double's last bit wherever a tail is small enough to be surprising. */
const TAIL_TERMS = 200;

function logFactorial(count: number): number {
  let sum = 0;
  for (let factor = 2; factor <= count; factor += 1) sum += Math.log(factor);
  return sum;
}
