import type { FeatureValues } from '../features/feature-table.ts';
import { type LinearHead, probability } from '../models/linear-head.ts';
import { type Approximation, solveApproximation } from './coordinate-descent.ts';

/** One training row: what was known at the time, and what it turned out to be. */
export type TrainingRow = { readonly values: FeatureValues; readonly positive: boolean };

export type FitFeature = {
  readonly name: string;
  /** Its weight is held at 0 or above. */
  readonly rises: boolean;
  /** Its center is 0, not the mean. */
  readonly fromZero: boolean;
  /** Log-odds per unit that the penalty draws its weight to; 0 unless given. */
  readonly prior?: number;
};

export type FitOptions = {
  /** Penalty on the distance of weights per standard deviation from their priors; the intercept has none. */
  readonly ridge: number;
};

const ROUNDS = 100;
const TOLERANCE = 1e-7;
/** A step that makes things worse is halved at most so often; after that the point is as good as it gets. */
const HALVINGS = 40;

type Column = { readonly values: Float64Array; readonly center: number; readonly deviation: number };
/** The penalty: how strong it is, and the weights at which there is none. */
type Pull = { readonly ridge: number; readonly priors: readonly number[] };
type Point = { readonly intercept: number; readonly weights: Float64Array };

/**
 * Fits a logistic model with a ridge penalty towards priors and sign constraints: Newton's quadratic approximation,
 * solved by cyclic coordinate descent with clipping, each step halved until it improves. A feature that no row has keeps
 * its prior. Deterministic; rows in another order give the same up to rounding.
 * Source: Friedman, Hastie, Tibshirani, Journal of Statistical Software 33 (2010), section 3.
 */
export function fitLogistic(
  rows: readonly TrainingRow[],
  features: readonly FitFeature[],
  { ridge }: FitOptions,
): LinearHead {
  const columns = features.map((feature) => standardised(rows, feature));
  const floors = features.map(({ rises }) => (rises ? 0 : Number.NEGATIVE_INFINITY));
  const priors = features.map(({ prior = 0 }, j) => prior * (columns[j]?.deviation ?? 1));
  const target = Float64Array.from(rows, ({ positive }) => (positive ? 1 : 0));
  const bounds = { floors, priors };
  let point: Point = { intercept: 0, weights: Float64Array.from(priors) };
  for (let round = 0; round < ROUNDS; round += 1) {
    const approximation = approximate(columns, bounds, target, logOddsAt(point, columns, target.length));
    const solved = solveApproximation(approximation, point, ridge);
    const next = improved(point, solved, (at) => loss(at, columns, target, { ridge, priors }));
    const moved = largestChange(point, next);
    point = next;
    if (moved < TOLERANCE) break;
  }
  const terms = features.map(({ name }, j) => {
    const { center, deviation } = columns[j] ?? { center: 0, deviation: 1 };
    return { feature: name, weight: (point.weights[j] ?? 0) / deviation, center };
  });
  return { intercept: point.intercept, terms };
}

function standardised(rows: readonly TrainingRow[], { name, fromZero }: FitFeature): Column {
  const raw = rows.map(({ values }) => values[name] ?? 0);
  const mean = raw.reduce((sum, value) => sum + value, 0) / Math.max(1, raw.length);
  const variance = raw.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, raw.length);
  const deviation = variance > 0 ? Math.sqrt(variance) : 1;
  const center = fromZero ? 0 : mean;
  return { values: Float64Array.from(raw, (value) => (value - center) / deviation), center, deviation };
}

function logOddsAt({ intercept, weights }: Point, columns: readonly Column[], rows: number): Float64Array {
  const logOdds = new Float64Array(rows).fill(intercept);
  for (const [j, { values }] of columns.entries()) {
    const weight = weights[j] ?? 0;
    if (weight === 0) continue;
    for (const [row, value] of values.entries()) logOdds[row] = (logOdds[row] ?? 0) + weight * value;
  }
  return logOdds;
}

/** Weighted least squares that touch the likelihood at a point. The curvature is kept off 0, where it says nothing. */
function approximate(
  columns: readonly Column[],
  bounds: Pick<Approximation, 'floors' | 'priors'>,
  target: Float64Array,
  logOdds: Float64Array,
): Approximation {
  const chance = logOdds.map(probability);
  const curvature = chance.map((p) => Math.max(1e-5, p * (1 - p)));
  const residual = chance.map((p, row) => ((target[row] ?? 0) - p) / (curvature[row] ?? 1));
  return { columns: columns.map(({ values }) => values), ...bounds, curvature, residual };
}

/** Negative log-likelihood and penalty. */
function loss(point: Point, columns: readonly Column[], target: Float64Array, { ridge, priors }: Pull): number {
  let sum = 0;
  for (const [row, logOdds] of logOddsAt(point, columns, target.length).entries()) {
    const margin = (target[row] ?? 0) === 1 ? logOdds : -logOdds;
    // ln(1 + exp(-margin)) without overflow.
    sum += Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin)));
  }
  return sum + (ridge / 2) * point.weights.reduce((total, weight, j) => total + (weight - (priors[j] ?? 0)) ** 2, 0);
}

/** Both ends keep the signs, so what lies between them does. */
function improved(from: Point, to: Point, lossAt: (point: Point) => number): Point {
  const before = lossAt(from);
  let share = 1;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const weights = from.weights.map((weight, j) => weight + share * ((to.weights[j] ?? 0) - weight));
    const point = { intercept: from.intercept + share * (to.intercept - from.intercept), weights };
    if (lossAt(point) <= before) return point;
    share /= 2;
  }
  return from;
}

function largestChange(from: Point, to: Point): number {
  const changes = to.weights.map((weight, j) => Math.abs(weight - (from.weights[j] ?? 0)));
  return Math.max(Math.abs(to.intercept - from.intercept), ...changes);
}
