/**
 * Pearson's statistic of observed counts against expected ones, and the value that it exceeds by chance in one of a
 * million tests (Wilson and Hilferty's approximation, z = 4.7534). Cells with fewer than 10 expected are joined.
 */
export function chiSquared(cells: readonly { readonly observed: number; readonly expected: number }[]): {
  readonly statistic: number;
  readonly critical: number;
} {
  const small = cells.filter(({ expected }) => expected < 10);
  const joined = small.reduce(
    (sum, cell) => ({ observed: sum.observed + cell.observed, expected: sum.expected + cell.expected }),
    { observed: 0, expected: 0 },
  );
  const used = [...cells.filter(({ expected }) => expected >= 10), ...(joined.expected > 0 ? [joined] : [])];
  const statistic = used.reduce((sum, { observed, expected }) => sum + (observed - expected) ** 2 / expected, 0);
  const freedom = used.length - 1;
  const spread = 2 / (9 * freedom);
  return { statistic, critical: freedom * (1 - spread + 4.7534 * Math.sqrt(spread)) ** 3 };
}
