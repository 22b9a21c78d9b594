import { isRefusal } from '../../../proto/domain/errors.ts';
import type { ScorerArtefact } from '../models/scorer-artefact.ts';
import type { CaseRow } from './case-row.ts';
import { compareScorers, type Comparison, laterThan } from './compare.ts';
import { type TrainOptions, trainScorer } from './train.ts';

/** What a worker is asked for. Plain data. */
export type LearningJob =
  | {
      readonly kind: 'train';
      readonly rows: readonly CaseRow[];
      /** In force: gives the weights that the new ones are drawn to, and is compared with. */
      readonly parent: ScorerArtefact;
      /** Share of the rows, the latest by time, that are kept for the comparison. */
      readonly holdBack: number;
      readonly options: TrainOptions;
    }
  | {
      readonly kind: 'compare';
      readonly rows: readonly CaseRow[];
      readonly candidate: ScorerArtefact;
      readonly inForce: ScorerArtefact;
    };

export type Trained = {
  readonly artefact: ScorerArtefact;
  /** null where no row is left that both models have not seen. */
  readonly comparison: Comparison | null;
};

/** Trains on the earlier rows, and compares on the later ones with the model in force. @throws TRIAGE_MODEL_ROWS */
export function trainAndCompare({
  holdBack,
  options,
  parent,
  rows,
}: Extract<LearningJob, { readonly kind: 'train' }>): Trained {
  const ordered = rows.toSorted((one, other) => one.asOfMs - other.asOfMs);
  const artefact = trainScorer(ordered.slice(0, Math.ceil((1 - holdBack) * ordered.length)), parent, options);
  return { artefact, comparison: comparedOrNull(ordered, artefact, parent) };
}

/** On the rows that are later than those of both models. @throws TRIAGE_MODEL_OVERLAP, TRIAGE_MODEL_ROWS */
export function compareOnLater(
  rows: readonly CaseRow[],
  candidate: ScorerArtefact,
  inForce: ScorerArtefact,
): Comparison {
  return compareScorers(laterThan(laterThan(rows, candidate), inForce), candidate, inForce);
}

/** A model that cannot be compared is a candidate all the same: who approves it is told. */
function comparedOrNull(
  rows: readonly CaseRow[],
  candidate: ScorerArtefact,
  inForce: ScorerArtefact,
): Comparison | null {
  try {
    return compareOnLater(rows, candidate, inForce);
  } catch (error) {
    if (isRefusal(error, 'TRIAGE_MODEL_OVERLAP') || isRefusal(error, 'TRIAGE_MODEL_ROWS')) return null;
    throw error;
  }
}
