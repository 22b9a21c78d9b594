import { probability } from '../models/linear-head.ts';
import type { Judged } from './cross-fit.ts';
import { type Share, wilson } from './wilson.ts';

/** A probability below which alerts may be cleared, and what clearing there would have come to on the rows looked at. */
export type Clearing = {
  readonly clearBelow: number;
  /** Of all rows. */
  readonly cleared: Share;
  /** Of the true ones. */
  readonly missed: Share;
};

/**
 * The highest threshold at which the share of true alerts cleared stays within a miss rate, on rows that the model has
 * not seen. The intervals say what that is worth: with a hundred true alerts no rate near 1 in 100 can be proved.
 */
export function clearingThreshold(rows: readonly Judged[], missRate: number): Clearing {
  const positives = rows.filter(({ positive }) => positive).length;
  const allowed = Math.floor(missRate * positives + 1e-9);
  const ofTrue = rows
    .filter(({ positive }) => positive)
    .map(({ logOdds }) => logOdds)
    .sort((one, other) => one - other);
  // The first true alert that may not be missed stands at the threshold, and what stands there is not cleared.
  return clearingAt(rows, probability(ofTrue[allowed] ?? Number.NEGATIVE_INFINITY));
}

/** What clearing below a probability comes to on rows. */
export function clearingAt(rows: readonly Judged[], clearBelow: number): Clearing {
  const below = rows.filter(({ logOdds }) => probability(logOdds) < clearBelow);
  return {
    clearBelow,
    cleared: wilson(below.length, rows.length),
    missed: wilson(below.filter(({ positive }) => positive).length, rows.filter(({ positive }) => positive).length),
  };
}

/** Rows of similar probability: what was said of them, and what came true. */
export type ReliabilityBin = { readonly rows: number; readonly said: number; readonly seen: Share };

const BINS = 10;

/**
 * Reliability curve: rows in order of probability, in bins of equal size, so that each says as much as the others.
 * Source: Bröcker and Smith, Increasing the Reliability of Reliability Diagrams, Weather and Forecasting 22 (2007).
 */
export function reliability(rows: readonly Judged[]): readonly ReliabilityBin[] {
  const ordered = rows.toSorted((one, other) => one.logOdds - other.logOdds);
  const bins = Math.min(BINS, ordered.length);
  return Array.from({ length: bins }, (_none, place) => {
    const [from, to] = [place, place + 1].map((edge) => Math.floor((edge * ordered.length) / bins));
    const bin = ordered.slice(from, to);
    const said = bin.reduce((sum, { logOdds }) => sum + probability(logOdds), 0) / Math.max(1, bin.length);
    return { rows: bin.length, said, seen: wilson(bin.filter(({ positive }) => positive).length, bin.length) };
  });
}
