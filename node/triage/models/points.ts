/** A point of a piecewise linear scale: log-odds, and the risk points that stand there. */
export type Knot = { readonly logOdds: number; readonly points: number };

/**
 * Risk points of log-odds on a scale of knots in rising order; beyond its ends the scale is flat. Piecewise, because the
 * guide's thresholds stand where decisions change and not at equal steps of evidence.
 */
export function pointsOf(knots: readonly Knot[], logOdds: number): number {
  const above = knots.findIndex((knot) => knot.logOdds >= logOdds);
  const [left, right] = [knots[above - 1], knots[above]];
  if (right === undefined) return knots.at(-1)?.points ?? 0;
  if (left === undefined) return right.points;
  const share = (logOdds - left.logOdds) / (right.logOdds - left.logOdds);
  return left.points + share * (right.points - left.points);
}

/** Two sub-scores and the weights with which they make one sum. */
export type Pair = { readonly transaction: number; readonly network: number };

/**
 * Splits a weighted sum over two sub-scores of 0 to 100 in the way that is nearest to what each was by itself: both
 * give up the same, then whichever leaves its scale stays at its end and the other takes the rest.
 * @param total at most 100 · (weights.transaction + weights.network), so that there is a split
 */
export function apportion(alone: Pair, weights: Pair, total: number): Pair {
  const sum = weights.transaction * alone.transaction + weights.network * alone.network;
  const shift = (total - sum) / (weights.transaction + weights.network);
  const lowest = Math.max(0, (total - 100 * weights.network) / weights.transaction);
  const highest = Math.min(100, total / weights.transaction);
  const transaction = Math.min(highest, Math.max(lowest, alone.transaction + shift));
  return { transaction, network: (total - weights.transaction * transaction) / weights.network };
}
