/** A weighted least-squares problem: Σ curvature · (residual − Δ)² over rows, Δ what a change of the weights adds. */
export type Approximation = {
  readonly columns: readonly Float64Array[];
  /** Least value of each weight. */
  readonly floors: readonly number[];
  /** What the ridge draws each weight to. */
  readonly priors: readonly number[];
  readonly curvature: Float64Array;
  readonly residual: Float64Array;
};

type Point = { readonly intercept: number; readonly weights: Float64Array };

const ROUNDS = 200;
const TOLERANCE = 1e-9;

/** Solves it with a ridge penalty on the distance from the priors and floors, one weight after the other, from a given point. Changes no argument. */
export function solveApproximation(
  { columns, floors, priors, curvature, residual }: Approximation,
  start: Point,
  ridge: number,
): Point {
  const left = residual.slice();
  const weights = start.weights.slice();
  const ones = new Float64Array(left.length).fill(1);
  let intercept = start.intercept;
  for (let round = 0; round < ROUNDS; round += 1) {
    const level = bestAlong(ones, curvature, left, intercept, { ridge: 0, prior: 0 });
    let largest = take(ones, left, level - intercept);
    intercept = level;
    for (const [j, column] of columns.entries()) {
      const current = weights[j] ?? 0;
      const next = Math.max(
        floors[j] ?? 0,
        bestAlong(column, curvature, left, current, { ridge, prior: priors[j] ?? 0 }),
      );
      largest = Math.max(largest, take(column, left, next - current));
      weights[j] = next;
    }
    if (largest < TOLERANCE) break;
  }
  return { intercept, weights };
}

/** The weight of one column that is best while the others stay. */
function bestAlong(
  column: Float64Array,
  curvature: Float64Array,
  left: Float64Array,
  current: number,
  { ridge, prior }: { readonly ridge: number; readonly prior: number },
): number {
  let slope = 0;
  let steepness = 0;
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row] ?? 0;
    const weighted = (curvature[row] ?? 0) * value;
    slope += weighted * (left[row] ?? 0);
    steepness += weighted * value;
  }
  return steepness + ridge === 0 ? prior : (slope + steepness * current + ridge * prior) / (steepness + ridge);
}

/** Takes a change out of what is left to explain; returns its size. */
function take(column: Float64Array, left: Float64Array, change: number): number {
  if (change === 0) return 0;
  for (let row = 0; row < column.length; row += 1) left[row] = (left[row] ?? 0) - change * (column[row] ?? 0);
  return Math.abs(change);
}
