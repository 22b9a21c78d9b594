/**
 * Least score of a hit that somebody should look at. Chosen where, on the public benchmark of listed persons and
 * strangers (test/node/screening), false hits fall under one in a thousand; a name that agrees wholly stays above it
 * when nothing else is known.
 */
export const SCREENING_THRESHOLD = 0.86;

/** Least score at which two names are taken for one. */
export const NAME_THRESHOLD = 0.7;

/**
 * Constants of the name scorer, chosen by reasoning and checked on the public labelled pairs; not fitted to them. A
 * change moves every score, and with it every threshold.
 */
export type ScoringWeights = {
  // Edits that a word may have before it counts as another word.
  readonly budgetBase: number;
  readonly budgetSlope: number;
  readonly budgetMaximum: number;
  // Similarity of words that are not spelled alike.
  readonly variant: number;
  readonly nickname: number;
  readonly initial: number;
  readonly sameSound: number;
  readonly sameSkeleton: number;
  readonly sameSkeletonStep: number;
  readonly sameSkeletonMaximum: number;
  readonly sameConsonants: number;
  readonly acronym: number;
  // Weights of words in a name; an ordinary word has 1.
  readonly familyName: number;
  readonly particle: number;
  readonly title: number;
  readonly genericWord: number;
  readonly initialWord: number;
  // What speaks against a match.
  readonly conflict: number;
  readonly extraInQuery: number;
  readonly extraInEntry: number;
  readonly organisationExtra: number;
  readonly singleWordExtra: number;
  readonly numberMismatch: number;
  readonly numberMissing: number;
  readonly formClassMismatch: number;
};

export const SCORING_WEIGHTS: ScoringWeights = {
  budgetBase: -0.35,
  budgetSlope: 0.95,
  budgetMaximum: 3.2,
  variant: 0.95,
  nickname: 0.85,
  initial: 0.8,
  sameSound: 0.85,
  sameSkeleton: 0.7,
  sameSkeletonStep: 0.1,
  sameSkeletonMaximum: 0.9,
  sameConsonants: 0.88,
  acronym: 0.8,
  familyName: 1.3,
  particle: 0.25,
  title: 0.1,
  genericWord: 0.4,
  initialWord: 0.6,
  conflict: 1,
  extraInQuery: 0.15,
  extraInEntry: 0.15,
  organisationExtra: 0.45,
  singleWordExtra: 0.45,
  numberMismatch: 0.2,
  numberMissing: 0.15,
  formClassMismatch: 0.05,
};
