import type { ScorerArtefact } from '../models/scorer-artefact.ts';
import { modelId } from '../models/scorer-artefact.ts';
import { clearBelowOf } from '../models/scale.ts';
import { triageRefusal } from '../errors.ts';
import type { CaseRow } from './case-row.ts';
import { type Clearing, clearingAt, clearingThreshold, reliability, type ReliabilityBin } from './clearing.ts';
import { assertUnseen, judgedBy, laterThan } from './compare.ts';
import { rounded } from './round.ts';

/** What outcomes say of a model's probabilities, and where it might clear. A person decides; nothing is changed by it. */
export type ThresholdProposal = {
  readonly model: string;
  readonly rows: number;
  readonly positives: number;
  readonly missRate: number;
  /** The highest threshold within the miss rate. */
  readonly proposed: Clearing;
  /** Where the model clears now; null where its scale has no such point. */
  readonly present: Clearing | null;
  readonly reliability: readonly ReliabilityBin[];
};

/**
 * Proposes a threshold on rows that the model has not seen: those later than its own.
 * @throws TRIAGE_MODEL_ROWS when none of them is a true alert, TRIAGE_MODEL_OVERLAP
 */
export function proposeThreshold(rows: readonly CaseRow[], model: ScorerArtefact, missRate: number): ThresholdProposal {
  const unseen = laterThan(rows, model);
  assertUnseen(unseen, model);
  const positives = unseen.filter(({ positive }) => positive).length;
  if (positives === 0) throw triageRefusal('TRIAGE_MODEL_ROWS', { detail: { true_positives: 0, least: 1 } });
  const judged = judgedBy(model, unseen);
  const present = clearBelowOf(model.scale);
  return rounded({
    model: modelId(model),
    rows: unseen.length,
    positives,
    missRate,
    proposed: clearingThreshold(judged, missRate),
    present: present === undefined ? null : clearingAt(judged, present),
    reliability: reliability(judged),
  });
}
