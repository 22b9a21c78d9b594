import { FEATURES, type FeatureValues } from '../features/feature-table.ts';
import { COMPONENT_WEIGHTS } from '../models/component-weights.ts';
import { type LinearHead, logOddsOf, scoreHead } from '../models/linear-head.ts';
import { ESCALATE_FROM, REPORT_FROM, scaleOf } from '../models/scale.ts';
import { parseScorerArtefact, type ScorerArtefact } from '../models/scorer-artefact.ts';
import { triageRefusal } from '../errors.ts';
import { type CaseRow, ownValuesOf } from './case-row.ts';
import { clearingThreshold } from './clearing.ts';
import {
  calibrate,
  calibrated,
  type Calibration,
  calibratedHead,
  crossFit,
  type Judged,
  logLoss,
  lossOf,
} from './cross-fit.ts';
import { fitCounterparty, fitSubject, type Priors, priorsFrom } from './fit-heads.ts';
import { averagePrecision, recallAt } from './measures.ts';
import { rounded } from './round.ts';

export type TrainOptions = {
  readonly name: string;
  readonly version: string;
  /** The share of true alerts that the scale may clear, as cross-fitting sees it. */
  readonly missRate: number;
};

/** With fewer confirmed or dismissed alerts a fit would learn their accidents. Chosen. */
const LEAST_POSITIVES = 8;
const LEAST_NEGATIVES = 8;
/** Penalties that are tried. Chosen: on synthetic agencies the best lay within, and three are enough to be near it. */
const RIDGES = [30, 100, 300] as const;
/** Every so many rows stand in the training once more as they are without peers, so that both calls are learnt. */
const ALONE_EVERY = 4;
/** Where clearing may begin: below, hand-set odds and few rows are no ground for it; above, an alert is hardly doubtful. */
const CLEAR_LEAST = 0.001;
const CLEAR_MOST = 0.1;

type Prepared = {
  readonly row: CaseRow;
  readonly group: string;
  readonly own: FeatureValues;
  readonly joint: FeatureValues;
};

/** A penalty, and what heads fitted with it say of rows that they have not seen. */
type Chosen = { readonly ridge: number; readonly calibration: Calibration; readonly seen: readonly Judged[] };

/**
 * Trains a scorer on rows. Weights are drawn to those of a parent, brought to the odds of these rows: what few rows say
 * nothing of, first of all what peers gave, keeps the parent's word. Deterministic: equal rows in any order give equal
 * bytes. Refused with too few confirmed or dismissed alerts, since a model of accidents is worse than the one in force.
 * @throws TRIAGE_MODEL_ROWS
 */
export function trainScorer(
  unordered: readonly CaseRow[],
  parent: ScorerArtefact,
  options: TrainOptions,
): ScorerArtefact {
  const rows = unordered.toSorted((one, other) => one.asOfMs - other.asOfMs || (one.digest < other.digest ? -1 : 1));
  const positives = rows.filter(({ positive }) => positive).length;
  assertEnough(positives, rows.length - positives);
  const counterparty = trainCounterparty(rows, parent);
  const prepared = rows.map((row): Prepared => {
    const own = ownValuesOf(row, counterparty);
    return { row, group: row.group, own, joint: { ...own, ...row.peers } };
  });
  const priors = priorsFrom(
    parent.subject,
    prepared.map(({ row, own }) => ({ values: own, positive: row.positive })),
  );
  const { ridge, calibration, seen } = chooseRidge(prepared, priors);
  const clearing = clearingThreshold(seen, options.missRate);
  const clearBelow = Math.min(CLEAR_MOST, Math.max(CLEAR_LEAST, clearing.clearBelow));
  const scored = seen.map(({ logOdds, positive }) => ({ score: logOdds, positive }));
  const artefact: ScorerArtefact = {
    format: 1,
    name: options.name,
    version: options.version,
    counterparty,
    subject: calibratedHead(calibration, fitJoint(prepared, ridge, priors)),
    scale: scaleOf({ clearBelow, escalateFrom: ESCALATE_FROM, reportFrom: REPORT_FROM }),
    weights: COMPONENT_WEIGHTS,
    largest: largestOf(prepared),
    training: {
      rows: rows.length,
      positives,
      // The parent's count as seen too: its weights have a say in these.
      rowDigests: [...new Set([...rows.map(({ digest }) => digest), ...parent.training.rowDigests])].sort(inOrder),
      metrics: {
        ridge,
        cross_fitted_average_precision: averagePrecision(scored),
        cross_fitted_recall_at_1_percent: recallAt(scored, 0.01),
        cross_fitted_log_loss: logLoss(seen),
        base_log_loss: logLoss(seen.map(({ positive }) => ({ logOdds: logOddsOf(positives / rows.length), positive }))),
        cross_fitted_cleared: clearing.cleared.value,
        cross_fitted_missed: clearing.missed.value,
      },
      span: { fromMs: rows[0]?.asOfMs ?? 0, untilMs: rows.at(-1)?.asOfMs ?? 0 },
      parent: `${parent.name}/${parent.version}`,
    },
  };
  return parseScorerArtefact(rounded(artefact));
}

function assertEnough(positives: number, negatives: number): void {
  if (positives < LEAST_POSITIVES || negatives < LEAST_NEGATIVES)
    throw triageRefusal('TRIAGE_MODEL_ROWS', {
      detail: { true_positives: positives, false_positives: negatives, least: LEAST_POSITIVES },
    });
}

/** On rules' alerts alone: only those say that the account's own transfers were at fault. With too few, on all. */
function trainCounterparty(rows: readonly CaseRow[], parent: ScorerArtefact): LinearHead {
  const ofRules = rows.filter(({ isTransaction }) => isTransaction);
  const enough = ofRules.filter(({ positive }) => positive).length >= LEAST_POSITIVES;
  const taken = enough ? ofRules : rows;
  const training = taken.map(({ behaviour, positive }) => ({ values: behaviour, positive }));
  return fitCounterparty(taken, priorsFrom(parent.counterparty, training));
}

/**
 * The largest penalty under which rows are hardly more surprising, to heads that have not seen their accounts, than
 * under the best: with few rows the smaller ones look better by chance.
 * Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2009), section 7.10, one standard error rule.
 */
function chooseRidge(prepared: readonly Prepared[], priors: Priors): Chosen {
  const tried = RIDGES.map((ridge) => {
    const logOdds = crossFit(
      prepared,
      (rows) => fitJoint(rows, ridge, priors),
      (head, { joint }) => scoreHead(head, joint).logOdds,
    );
    const crossed = prepared.map(({ row }, place) => ({ logOdds: logOdds[place] ?? 0, positive: row.positive }));
    const calibration = calibrate(crossed);
    const seen = crossed.map(({ positive, ...row }) => ({ logOdds: calibrated(calibration, row.logOdds), positive }));
    return { ridge, calibration, seen };
  });
  const best = tried.reduce((one, other) => (logLoss(other.seen) < logLoss(one.seen) ? other : one));
  return tried.findLast(({ seen }) => isWithinError(seen, best.seen)) ?? best;
}

/** Whether the rows' mean loss is above the best one's by no more than the standard error of the difference. */
function isWithinError(seen: readonly Judged[], best: readonly Judged[]): boolean {
  const differences = seen.map((row, place) => lossOf(row) - lossOf(best[place] ?? row));
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
  const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / differences.length;
  return mean <= Math.sqrt(variance / differences.length);
}

function fitJoint(prepared: readonly Prepared[], ridge: number, priors: Priors): LinearHead {
  const given = prepared.map(({ row, joint }) => ({ values: joint, positive: row.positive }));
  const without = prepared.filter((_row, place) => place % ALONE_EVERY === 0);
  const alone = without.map(({ row, own }) => ({ values: own, positive: row.positive }));
  return fitSubject([...given, ...alone], FEATURES, ridge, priors);
}

function largestOf(prepared: readonly Prepared[]): Readonly<Record<string, number>> {
  const own = FEATURES.filter(({ fromPeers }) => !fromPeers);
  return Object.fromEntries(
    own.map(({ name }) => [name, prepared.reduce((most, row) => Math.max(most, row.own[name] ?? 0), 0)]),
  );
}

function inOrder(one: string, other: string): number {
  return one < other ? -1 : 1;
}
