import type { FeatureValues } from '../features/feature-table.ts';

/** One feature's part in a score. */
export type LinearTerm = {
  readonly feature: string;
  /** Log-odds per unit of the feature. */
  readonly weight: number;
  /** Where the feature contributes nothing: the mean of the training rows, or 0. */
  readonly center: number;
};

/** A logistic model: log-odds = intercept + Σ weight · (value − center). */
export type LinearHead = { readonly intercept: number; readonly terms: readonly LinearTerm[] };

export type LinearScore = {
  readonly logOdds: number;
  /** Of each term in order; with the intercept they sum to the log-odds. */
  readonly parts: readonly { readonly feature: string; readonly logOdds: number }[];
};

/** Scores one row; features that it lacks count as 0. */
export function scoreHead(head: LinearHead, values: FeatureValues): LinearScore {
  let logOdds = head.intercept;
  const parts = head.terms.map(({ feature, weight, center }) => {
    const part = weight * ((values[feature] ?? 0) - center);
    logOdds += part;
    return { feature, logOdds: part };
  });
  return { logOdds, parts };
}

/** Probability of given log-odds. */
export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Log-odds of a probability above 0 and below 1. */
export function logOddsOf(chance: number): number {
  return Math.log(chance / (1 - chance));
}
