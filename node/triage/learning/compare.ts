import { triageRefusal } from '../errors.ts';
import { clearBelowOf } from '../models/scale.ts';
import { modelId, type ScorerArtefact } from '../models/scorer-artefact.ts';
import { scoreHead } from '../models/linear-head.ts';
import { bootstrap, type Estimate, seededUniform } from './bootstrap.ts';
import { type CaseRow, ownValuesOf } from './case-row.ts';
import { type Clearing, clearingAt } from './clearing.ts';
import type { Judged } from './cross-fit.ts';
import { averagePrecision, recallAt, type Scored } from './measures.ts';
import { rounded } from './round.ts';

/** What one model makes of the compared rows. */
export type ModelMeasures = {
  readonly averagePrecision: number;
  readonly recallAt1Percent: number;
  /** On the model's own scale, by probability alone: what rules raise is not counted here. */
  readonly clearing: Clearing;
};

/** A candidate beside the model in force, on alerts that neither has seen. */
export type Comparison = {
  readonly against: string;
  readonly rows: number;
  readonly positives: number;
  readonly candidate: ModelMeasures;
  readonly inForce: ModelMeasures;
  /** Candidate less model in force, with 95 % intervals over accounts. */
  readonly gain: { readonly averagePrecision: Estimate; readonly recallAt1Percent: Estimate };
};

const DRAWS = 400;

/**
 * Compares two models on rows that both have not been trained on, later in time than the rows of either.
 * @throws TRIAGE_MODEL_OVERLAP when a row was among either's training rows; TRIAGE_MODEL_ROWS when there are none
 */
export function compareScorers(
  rows: readonly CaseRow[],
  candidate: ScorerArtefact,
  inForce: ScorerArtefact,
): Comparison {
  for (const model of [candidate, inForce]) assertUnseen(rows, model);
  if (rows.length === 0) throw triageRefusal('TRIAGE_MODEL_ROWS');
  const [one, other] = [candidate, inForce].map((model) => judgedBy(model, rows)) as [
    readonly Judged[],
    readonly Judged[],
  ];
  const groups = [...Map.groupBy(rows.keys(), (place) => rows[place]?.group).values()];
  const differ = (statistic: (scored: readonly Scored[]) => number): Estimate =>
    bootstrap(
      groups,
      (places) =>
        statistic(places.map((place) => scoredOf(one[place]))) -
        statistic(places.map((place) => scoredOf(other[place]))),
      { draws: DRAWS, random: seededUniform(rows.length) },
    );
  return rounded({
    against: modelId(inForce),
    rows: rows.length,
    positives: rows.filter(({ positive }) => positive).length,
    candidate: measuresOf(candidate, one),
    inForce: measuresOf(inForce, other),
    gain: { averagePrecision: differ(averagePrecision), recallAt1Percent: differ((scored) => recallAt(scored, 0.01)) },
  });
}

/** What a model says of rows, with what peers gave. */
export function judgedBy({ counterparty, subject }: ScorerArtefact, rows: readonly CaseRow[]): readonly Judged[] {
  return rows.map((row) => ({
    logOdds: scoreHead(subject, { ...ownValuesOf(row, counterparty), ...row.peers }).logOdds,
    positive: row.positive,
  }));
}

/** @throws TRIAGE_MODEL_OVERLAP when a row was among a model's training rows */
export function assertUnseen(rows: readonly { readonly digest: string }[], model: ScorerArtefact): void {
  const trained = new Set(model.training.rowDigests);
  if (rows.some(({ digest }) => trained.has(digest)))
    throw triageRefusal('TRIAGE_MODEL_OVERLAP', { detail: { model: modelId(model) } });
}

/** Rows that became known after all that a model was trained on. */
export function laterThan<Row extends { readonly asOfMs: number }>(
  rows: readonly Row[],
  model: ScorerArtefact,
): readonly Row[] {
  const untilMs = model.training.span?.untilMs ?? Number.NEGATIVE_INFINITY;
  return rows.filter(({ asOfMs }) => asOfMs > untilMs);
}

function measuresOf(model: ScorerArtefact, judged: readonly Judged[]): ModelMeasures {
  const scored = judged.map(scoredOf);
  return {
    averagePrecision: averagePrecision(scored),
    recallAt1Percent: recallAt(scored, 0.01),
    clearing: clearingAt(judged, clearBelowOf(model.scale) ?? 0),
  };
}

function scoredOf(judged: Judged | undefined): Scored {
  return { score: judged?.logOdds ?? 0, positive: judged?.positive ?? false };
}
