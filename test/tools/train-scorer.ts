// node test/tools/train-scorer.ts SET: fits the reference scorer on the first half by time of a data set of the layout of
// data/federation3 and writes node/triage/models/reference-scorer.json. Deterministic: two runs give the same bytes.
import { writeFileSync } from 'node:fs';
import { toHex, utf8 } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import { FEATURES, type FeatureValues } from '../../node/triage/features/feature-table.ts';
import { NOTHING_GIVEN, peerFeatures } from '../../node/triage/features/peer-features.ts';
import { fitLogistic, type TrainingRow } from '../../node/triage/learning/fit-logistic.ts';
import { type LinearHead, probability, scoreHead } from '../../node/triage/models/linear-head.ts';
import { parseScorerArtefact, type ScorerArtefact } from '../../node/triage/models/scorer-artefact.ts';
import { type Case, fitCounterparty, ownValues, readCases } from './training/cases.ts';
import { averagePrecision, recallAt } from './training/measures.ts';
import { simulatePeers } from './training/peers.ts';
import { readSet, readTruth } from './training/read-set.ts';

const OUTPUT = 'node/triage/models/reference-scorer.json';
const RIDGE = 100;
const FOLDS = 5;
/** Every so many rows stand in the training once more as they are without peers. */
const ALONE_EVERY = 4;
/**
 * Probabilities that are to stand at the thresholds of the guide: auto-clear below 31, L3 from 70, report from 85 on.
 * Chosen on held-out rows of the first half: one in a hundred true alerts cleared, every second L3 true.
 */
const CLEAR_BELOW = 0.0125;
const ESCALATE_FROM = 0.2;
const REPORT_FROM = 0.6;
/** Set, not learnt, since no training row holds a match: a peer's hit doubles the odds. */
const MATCH_WEIGHT = 1;
/**
 * The scored types rest on what the account did. Listed persons are decided by who they are: the scorer has a say only
 * where that leaves a doubt. Chosen; each row sums to 1.
 */
const WEIGHTS = {
  SANCTIONS: { customer: 0.85, geographic: 0.05, transaction: 0.03, adverse_media: 0.02, network: 0.05 },
  PEP: { customer: 0.7, geographic: 0.05, transaction: 0.05, adverse_media: 0.15, network: 0.05 },
  ADVERSE_MEDIA: { customer: 0.1, geographic: 0.05, transaction: 0.05, adverse_media: 0.75, network: 0.05 },
  TRANSACTION: { customer: 0.05, geographic: 0.02, transaction: 0.48, adverse_media: 0.03, network: 0.42 },
  KYC_ONGOING: { customer: 0.05, geographic: 0.02, transaction: 0.48, adverse_media: 0.03, network: 0.42 },
} as const;

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('which data set?');
const agencies = await readSet(directory);
const cases = await readCases(agencies, await readTruth(directory));
const first = cases.filter(({ half }) => half === '1');
const second = cases.filter(({ half }) => half === '2');

const counterparty = fitCounterparty(first);
const own = new Map(cases.map((one) => [one, ownValues(one, counterparty)]));
const ownOf = (one: Case): FeatureValues => own.get(one) ?? {};
const ownFeatures = FEATURES.filter(({ fromPeers }) => !fromPeers);
const fitAlone = (rows: readonly Case[]): LinearHead =>
  fitLogistic(
    rows.map((one) => ({ values: ownOf(one), positive: one.positive })),
    ownFeatures,
    {
      ridge: RIDGE,
    },
  );

// What an agency would escalate is judged by a head that has not seen the case, as it would be in life.
const alone = fitAlone(first);
const crossed = crossFit(first, fitAlone, ownOf);
const calibration = calibrate(first.map((one) => ({ logOdds: crossed.get(one) ?? 0, positive: one.positive })));
const logOddsAlone = (one: Case): number =>
  calibration.intercept + calibration.slope * (crossed.get(one) ?? scoreHead(alone, ownOf(one)).logOdds);
const peers = await simulatePeers(
  agencies,
  cases,
  { counterparty, subject: alone },
  (one) => probability(logOddsAlone(one)) >= ESCALATE_FROM,
);

const withPeers = (one: Case): FeatureValues => ({
  ...ownOf(one),
  ...peerFeatures(one.neighbourhood, peers.givenTo(one)),
});
const learnt = FEATURES.filter(({ name }) => name !== 'peer_matches');
const fitJoint = (rows: readonly Case[]): LinearHead => {
  const given: TrainingRow[] = rows.map((one) => ({ values: withPeers(one), positive: one.positive }));
  const without = rows.filter((_, place) => place % ALONE_EVERY === 0);
  const plain = without.map((one) => ({ values: ownOf(one), positive: one.positive }));
  return fitLogistic([...given, ...plain], learnt, { ridge: RIDGE });
};
const crossedJoint = crossFit(first, fitJoint, withPeers);
const scale = calibrate(first.map((one) => ({ logOdds: crossedJoint.get(one) ?? 0, positive: one.positive })));
const joint = scaled(fitJoint(first), scale);
const subject: LinearHead = {
  ...joint,
  terms: [...joint.terms, { feature: 'peer_matches', weight: MATCH_WEIGHT, center: 0 }],
};

const nothing = (one: Case): FeatureValues => ({ ...ownOf(one), ...peerFeatures(one.neighbourhood, NOTHING_GIVEN) });
const scoredWith = second.map((one) => ({ score: scoreHead(subject, withPeers(one)).logOdds, positive: one.positive }));
const scoredAlone = second.map((one) => ({ score: scoreHead(subject, nothing(one)).logOdds, positive: one.positive }));
const artefact: ScorerArtefact = {
  format: 1,
  name: 'reference',
  version: '1',
  counterparty,
  subject,
  scale: {
    knots: [
      { logOdds: -8, points: 0 },
      { logOdds: logit(CLEAR_BELOW), points: 31 },
      { logOdds: logit(ESCALATE_FROM), points: 70 },
      { logOdds: logit(REPORT_FROM), points: 85 },
      { logOdds: 4, points: 88 },
      // The rest of the hundred is for what the customer, the countries and the media add.
      { logOdds: 12, points: 90 },
    ],
    perLogOdds: (70 - 31) / (logit(ESCALATE_FROM) - logit(CLEAR_BELOW)),
  },
  weights: WEIGHTS,
  largest: Object.fromEntries(
    ownFeatures.map(({ name }) => [name, Math.max(...first.map((one) => ownOf(one)[name] ?? 0))]),
  ),
  training: {
    rows: first.length,
    positives: first.filter(({ positive }) => positive).length,
    rowDigests: first.map(({ agency, alert }) => toHex(sha256(utf8(`${agency}/${alert.alertId}`))).slice(0, 16)).sort(),
    metrics: {
      later_rows: second.length,
      later_average_precision_alone: averagePrecision(scoredAlone),
      later_average_precision: averagePrecision(scoredWith),
      later_recall_at_1_percent_alone: recallAt(scoredAlone, 0.01),
      later_recall_at_1_percent: recallAt(scoredWith, 0.01),
    },
  },
};
parseScorerArtefact(artefact);
writeFileSync(OUTPUT, `${JSON.stringify(rounded(artefact), null, 2)}\n`);
console.log(artefact.training.metrics, { calibration, scale });

/** Log-odds of each case by a head that was fitted without any case of its account. */
function crossFit(
  rows: readonly Case[],
  fit: (rows: readonly Case[]) => LinearHead,
  values: (one: Case) => FeatureValues,
): ReadonlyMap<Case, number> {
  const foldOf = (one: Case): number => (sha256(utf8(one.neighbourhood.subject.key))[0] ?? 0) % FOLDS;
  const crossed = new Map<Case, number>();
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const head = fit(rows.filter((one) => foldOf(one) !== fold));
    for (const one of rows.filter((row) => foldOf(row) === fold))
      crossed.set(one, scoreHead(head, values(one)).logOdds);
  }
  return crossed;
}

/** Platt's scaling: the ridge draws log-odds together, and held-out rows say by how much. */
function calibrate(rows: readonly { logOdds: number; positive: boolean }[]): { intercept: number; slope: number } {
  const training = rows.map(({ logOdds, positive }) => ({ values: { logOdds }, positive }));
  const feature = { name: 'logOdds', rises: true, fromZero: true };
  const { intercept, terms } = fitLogistic(training, [feature], { ridge: 0 });
  return { intercept, slope: terms[0]?.weight ?? 1 };
}

function scaled({ intercept, terms }: LinearHead, scale: { intercept: number; slope: number }): LinearHead {
  return {
    intercept: scale.intercept + scale.slope * intercept,
    terms: terms.map(({ feature, weight, center }) => ({ feature, weight: weight * scale.slope, center })),
  };
}

function logit(chance: number): number {
  return Math.log(chance / (1 - chance));
}

/** Six significant digits: more would be noise of the last bits, which differ between machines. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(6));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}
