import { utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import type { LinearHead } from '../models/linear-head.ts';
import { probability } from '../models/linear-head.ts';
import { fitLogistic } from './fit-logistic.ts';

const FOLDS = 5;

/**
 * Log-odds of each row by a head that was fitted without any row of its group, as it would be in life: what a head says
 * of rows that it has seen is too sure.
 */
export function crossFit<Row extends { readonly group: string }>(
  rows: readonly Row[],
  fit: (rows: readonly Row[]) => LinearHead,
  logOddsOf: (head: LinearHead, row: Row) => number,
): readonly number[] {
  const folds = rows.map(({ group }) => (sha256(utf8(group))[0] ?? 0) % FOLDS);
  const heads = Array.from({ length: FOLDS }, (_none, fold) =>
    fit(rows.filter((_row, place) => folds[place] !== fold)),
  );
  return rows.map((row, place) => {
    const head = heads[folds[place] ?? 0];
    return head === undefined ? 0 : logOddsOf(head, row);
  });
}

/** What brings log-odds to the odds that were seen. */
export type Calibration = { readonly intercept: number; readonly slope: number };

export type Judged = { readonly logOdds: number; readonly positive: boolean };

/** How much the slope is drawn to 1, in alerts' worth: a handful of true alerts says little of it. Chosen. */
const SLOPE_RIDGE = 10;

/**
 * Platt's scaling: the ridge draws log-odds together, and rows that a head has not seen say by how much. The slope is
 * never negative, so that calibrating keeps the order, and near 1 where few rows speak.
 * Source: Platt, Probabilistic Outputs for Support Vector Machines (1999), without his prior on the targets.
 */
export function calibrate(rows: readonly Judged[], ridge = SLOPE_RIDGE): Calibration {
  const training = rows.map(({ logOdds, positive }) => ({ values: { logOdds }, positive }));
  const feature = { name: 'logOdds', rises: true, fromZero: true, prior: 1 };
  const { intercept, terms } = fitLogistic(training, [feature], { ridge });
  return { intercept, slope: terms[0]?.weight ?? 0 };
}

export function calibrated({ intercept, slope }: Calibration, logOdds: number): number {
  return intercept + slope * logOdds;
}

/** A head whose log-odds are calibrated. */
export function calibratedHead(calibration: Calibration, { intercept, terms }: LinearHead): LinearHead {
  return {
    intercept: calibrated(calibration, intercept),
    terms: terms.map(({ feature, weight, center }) => ({ feature, weight: weight * calibration.slope, center })),
  };
}

/** Negative log-likelihood of what was seen, in nats. */
export function lossOf({ logOdds, positive }: Judged): number {
  return -Math.log(Math.max(probability(positive ? logOdds : -logOdds), 1e-12));
}

/** Mean negative log-likelihood of rows. */
export function logLoss(rows: readonly Judged[]): number {
  return rows.reduce((total, row) => total + lossOf(row), 0) / Math.max(1, rows.length);
}
