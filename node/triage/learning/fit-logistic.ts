import { type LinearHead, probability } from '../models/linear-head.ts';
import type { FeatureValues } from '../features/feature-table.ts';

/** One training row: what was known at the time, and what it turned out to be. */
export type TrainingRow = { readonly values: FeatureValues; readonly positive: boolean };

export type FitFeature = {
  readonly name: string;
  /** Its weight is held at 0 or above. */
  readonly rises: boolean;
  /** Its center is 0, not the mean. */
  readonly fromZero: boolean;
};

export type FitOptions = {
  /** Ridge penalty on weights per standard deviation. */
  readonly ridge: number;
  /** Log-odds that a row has beside these features: a model that this one adds to. */
  readonly offset?: (row: TrainingRow) => number;
  /** Fits the intercept too; without it the head adds nothing where all of its features are at their centers. */
  readonly intercept: boolean;
};

const OUTER_ROUNDS = 50;
const INNER_ROUNDS = 200;
const TOLERANCE = 1e-7;

/**
 * Fits a logistic model with a ridge penalty and sign constraints: Newton's quadratic approximation, solved by cyclic
 * coordinate descent with clipping. Deterministic; rows in another order give the same up to rounding.
 * Source: Friedman, Hastie, Tibshirani, Journal of Statistical Software 33 (2010), section 3.
 */
export function fitLogistic(
  rows: readonly TrainingRow[],
  features: readonly FitFeature[],
  options: FitOptions,
): LinearHead {
  const columns = features.map((feature) => standardised(rows, feature));
  const target = rows.map(({ positive }) => (positive ? 1 : 0));
  const offset = rows.map((row) => options.offset?.(row) ?? 0);
  const weights = new Float64Array(columns.length);
  let intercept = 0;
  for (let round = 0; round < OUTER_ROUNDS; round += 1) {
    const logOdds = offset.map(
      (base, row) =>
        base + intercept + columns.reduce((sum, { values }, j) => sum + (weights[j] ?? 0) * (values[row] ?? 0), 0),
    );
    const before = [intercept, ...weights];
    intercept = solveRound({ columns, features, target, logOdds, weights, intercept }, options);
    const change = [intercept, ...weights].map((value, place) => Math.abs(value - (before[place] ?? 0)));
    if (Math.max(...change) < TOLERANCE) break;
  }
  const terms = features.map(({ name }, j) => {
    const { center, deviation } = columns[j] ?? { center: 0, deviation: 1 };
    return { feature: name, weight: (weights[j] ?? 0) / deviation, center };
  });
  return { intercept, terms };
}

type Column = { readonly values: Float64Array; readonly center: number; readonly deviation: number };

function standardised(rows: readonly TrainingRow[], { name, fromZero }: FitFeature): Column {
  const raw = rows.map(({ values }) => values[name] ?? 0);
  const mean = raw.reduce((sum, value) => sum + value, 0) / Math.max(1, raw.length);
  const variance = raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, raw.length);
  const deviation = variance > 0 ? Math.sqrt(variance) : 1;
  const center = fromZero ? 0 : mean;
  return { values: Float64Array.from(raw, (value) => (value - center) / deviation), center, deviation };
}

type Round = {
  readonly columns: readonly Column[];
  readonly features: readonly FitFeature[];
  readonly target: readonly number[];
  readonly logOdds: readonly number[];
  /** Changed in place. */
  readonly weights: Float64Array;
  readonly intercept: number;
};

/** One weighted least-squares problem, by coordinate descent; returns the new intercept. */
function solveRound(round: Round, { ridge, intercept: fitsIntercept }: FitOptions): number {
  const { columns, features, target, logOdds, weights } = round;
  const chance = logOdds.map(probability);
  const curvature = Float64Array.from(chance, (p) => Math.max(1e-5, p * (1 - p)));
  const residual = Float64Array.from(chance, (p, row) => ((target[row] ?? 0) - p) / (curvature[row] ?? 1));
  let intercept = round.intercept;
  const step = (values: Float64Array | null, current: number, penalty: number, floor: number): number => {
    let slope = 0;
    let steepness = penalty;
    for (let row = 0; row < residual.length; row += 1) {
      const value = values === null ? 1 : (values[row] ?? 0);
      const weighted = (curvature[row] ?? 0) * value;
      slope += weighted * (residual[row] ?? 0);
      steepness += weighted * value;
    }
    const next = steepness === 0 ? 0 : Math.max(floor, (slope + (steepness - penalty) * current) / steepness);
    const change = next - current;
    if (change !== 0) {
      for (let row = 0; row < residual.length; row += 1) {
        residual[row] = (residual[row] ?? 0) - change * (values === null ? 1 : (values[row] ?? 0));
      }
    }
    return next;
  };
  for (let inner = 0; inner < INNER_ROUNDS; inner += 1) {
    let largest = 0;
    if (fitsIntercept) {
      const next = step(null, intercept, 0, Number.NEGATIVE_INFINITY);
      largest = Math.abs(next - intercept);
      intercept = next;
    }
    for (const [j, { values }] of columns.entries()) {
      const current = weights[j] ?? 0;
      const floor = features[j]?.rises === true ? 0 : Number.NEGATIVE_INFINITY;
      const next = step(values, current, ridge, floor);
      largest = Math.max(largest, Math.abs(next - current));
      weights[j] = next;
    }
    if (largest < TOLERANCE) break;
  }
  return intercept;
}
