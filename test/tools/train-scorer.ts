// node test/tools/train-scorer.ts SET: fits the reference scorer on the first half by time of a data set of the layout of
// data/federation3 and writes node/triage/models/reference-scorer.json. Deterministic: two runs give the same bytes.
import { writeFileSync } from 'node:fs';
import { FEATURES, type FeatureValues } from '../../node/triage/features/feature-table.ts';
import { NOTHING_GIVEN, peerFeatures } from '../../node/triage/features/peer-features.ts';
import { rowDigest } from '../../node/triage/learning/case-row.ts';
import { calibrate, calibrated, calibratedHead, crossFit } from '../../node/triage/learning/cross-fit.ts';
import { fitCounterparty, fitSubject } from '../../node/triage/learning/fit-heads.ts';
import type { TrainingRow } from '../../node/triage/learning/fit-logistic.ts';
import { averagePrecision, recallAt } from '../../node/triage/learning/measures.ts';
import { rounded } from '../../node/triage/learning/round.ts';
import { COMPONENT_WEIGHTS } from '../../node/triage/models/component-weights.ts';
import { type LinearHead, probability, scoreHead } from '../../node/triage/models/linear-head.ts';
import { ESCALATE_FROM, REPORT_FROM, scaleOf } from '../../node/triage/models/scale.ts';
import { parseScorerArtefact, type ScorerArtefact } from '../../node/triage/models/scorer-artefact.ts';
import { type Case, ownValues, readCases } from './training/cases.ts';
import { simulatePeers } from './training/peers.ts';
import { readSet, readTruth } from './training/read-set.ts';

const OUTPUT = 'node/triage/models/reference-scorer.json';
const RIDGE = 100;
/** Every so many rows stand in the training once more as they are without peers. */
const ALONE_EVERY = 4;
/** Below it alerts are cleared. Chosen on held-out rows of the first half: one in a hundred true alerts was cleared. */
const CLEAR_BELOW = 0.0125;
/** Set, not learnt, since no training row holds a match: a peer's hit doubles the odds. */
const MATCH_WEIGHT = 1;

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
  fitSubject(
    rows.map((one) => ({ values: ownOf(one), positive: one.positive })),
    ownFeatures,
    RIDGE,
  );

// What an agency would escalate is judged by a head that has not seen the case, as it would be in life.
const alone = fitAlone(first);
const crossed = crossedBy(fitAlone, ownOf);
const calibration = calibrate(
  first.map((one) => ({ logOdds: crossed.get(one) ?? 0, positive: one.positive })),
  0,
);
const logOddsAlone = (one: Case): number =>
  calibrated(calibration, crossed.get(one) ?? scoreHead(alone, ownOf(one)).logOdds);
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
  return fitSubject([...given, ...plain], learnt, RIDGE);
};
const crossedJoint = crossedBy(fitJoint, withPeers);
const scale = calibrate(
  first.map((one) => ({ logOdds: crossedJoint.get(one) ?? 0, positive: one.positive })),
  0,
);
const joint = calibratedHead(scale, fitJoint(first));
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
  scale: scaleOf({ clearBelow: CLEAR_BELOW, escalateFrom: ESCALATE_FROM, reportFrom: REPORT_FROM }),
  weights: COMPONENT_WEIGHTS,
  largest: Object.fromEntries(
    ownFeatures.map(({ name }) => [name, Math.max(...first.map((one) => ownOf(one)[name] ?? 0))]),
  ),
  training: {
    rows: first.length,
    positives: first.filter(({ positive }) => positive).length,
    rowDigests: first.map(({ agency, alert }) => rowDigest(agency, alert.alertId)).sort(),
    metrics: {
      later_rows: second.length,
      later_average_precision_alone: averagePrecision(scoredAlone),
      later_average_precision: averagePrecision(scoredWith),
      later_recall_at_1_percent_alone: recallAt(scoredAlone, 0.01),
      later_recall_at_1_percent: recallAt(scoredWith, 0.01),
    },
    // Its rows are of a time of their own, which says nothing of when an agency's rows are later.
    span: null,
    parent: null,
  },
};
parseScorerArtefact(artefact);
writeFileSync(OUTPUT, `${JSON.stringify(rounded(artefact), null, 2)}\n`);
console.log(artefact.training.metrics, { calibration, scale });

function crossedBy(
  fit: (rows: readonly Case[]) => LinearHead,
  values: (one: Case) => FeatureValues,
): ReadonlyMap<Case, number> {
  const logOdds = crossFit(first, fit, (head, one) => scoreHead(head, values(one)).logOdds);
  return new Map(first.map((one, place) => [one, logOdds[place] ?? 0]));
}
