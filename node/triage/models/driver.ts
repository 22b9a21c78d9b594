import type { FeatureValues, ScoredComponent } from '../features/feature-table.ts';

/** One ground of a sub-score, in points of its 0 to 100 scale. */
export type ScoredPart = {
  readonly component: ScoredComponent;
  /** A feature's name, `average_alert` for where every alert starts, `scale` for what the scale's bends take or add. */
  readonly feature: string;
  readonly points: number;
};

export type ModelScore = {
  /** Calibrated probability that the alert is about laundering. */
  readonly probability: number;
  /** Of each component they sum to its sub-score. */
  readonly parts: readonly ScoredPart[];
  /** Own features that lie beyond anything seen in training. */
  readonly beyondTraining: readonly string[];
};

/**
 * What scores the transaction and network components. Deterministic and synchronous: it is code that sets the score.
 * Other drivers write findings; none replaces this one.
 */
export type Scorer = {
  /** Name and version, for decisions and audit. */
  readonly version: string;
  score(values: FeatureValues): ModelScore;
};
