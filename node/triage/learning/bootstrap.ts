/** A value with the 95 % interval of its bootstrap. */
export type Estimate = { readonly value: number; readonly low: number; readonly high: number };

/**
 * Percentile bootstrap over groups, drawn with replacement: rows of one group stand or fall together.
 * @param statistic of the rows of a draw; also of all rows, which gives the value
 * @param random uniform in [0, 1); the caller seeds it, so that equal rows give an equal interval
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 */
export function bootstrap<Row>(
  groups: readonly (readonly Row[])[],
  statistic: (rows: readonly Row[]) => number,
  { draws, random }: { readonly draws: number; readonly random: () => number },
): Estimate {
  const values = Array.from({ length: draws }, () =>
    statistic(groups.flatMap(() => groups[Math.floor(random() * groups.length)] ?? [])),
  ).sort((one, other) => one - other);
  return {
    value: statistic(groups.flat()),
    low: values[Math.floor(draws * 0.025)] ?? 0,
    high: values[Math.floor(draws * 0.975)] ?? 0,
  };
}

/** A generator of numbers in [0, 1) that is the same for the same seed. Not for secrets. Source: mulberry32, Tommy Ettinger. */
export function seededUniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
