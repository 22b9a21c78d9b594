import type { FeatureValues, ScoredComponent } from '../features/feature-table.ts';

/** One feature's part in a component, in points of its 0 to 100 scale. */
export type ScoredPart = {
  readonly component: ScoredComponent;
  readonly feature: string;
  readonly points: number;
};

export type ModelScore = {
  /** Calibrated probability that the alert is about laundering. */
  readonly probability: number;
  /** With each component's base they sum to its points, before the scale ends at 0 and 100. */
  readonly parts: readonly ScoredPart[];
  readonly base: Readonly<Record<ScoredComponent, number>>;
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
