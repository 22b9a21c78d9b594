// node test/tools/train-typologies.ts SET: fits the typology classifier on the true alerts of the first half by time of a
// data set of the layout of data/federation3 whose truth names the pattern of each, measures it on the second half, and
// writes node/triage/typology/reference-classifier.json. Deterministic: two runs give the same bytes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TYPOLOGIES, TYPOLOGY_VERSION } from '../../config/typologies/reference.ts';
import { ACCOUNT_FEATURES } from '../../node/triage/features/account-features.ts';
import { typologyFeature } from '../../node/triage/features/feature-table.ts';
import { rowDigest } from '../../node/triage/learning/case-row.ts';
import { fitLogistic } from '../../node/triage/learning/fit-logistic.ts';
import { type ClassifierArtefact, parseClassifier } from '../../node/triage/typology/classifier-artefact.ts';
import { classifierValues, classifyTypology } from '../../node/triage/typology/classify.ts';
import { rowsOf } from '../node/entities/resolution/sets.ts';
import { type Case, readCases } from './training/cases.ts';
import { readSet, readTruth } from './training/read-set.ts';

const OUTPUT = 'node/triage/typology/reference-classifier.json';
const RIDGE = 30;
/**
 * What the fit is drawn to before it has seen a row: that its own detector's hit at full strength speaks for a typology.
 * An agency sees a part of most patterns, and of some classes there are few rows.
 */
const OWN_HIT = 2;
/** A hit at full strength of a detector that no row was trained on stands beside a trained typology of average fit. */
const RULED = { intercept: -4, perStrength: 2.5 };

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error('which data set?');
const reasons = new Map(
  (await rowsOf(join(directory, 'truth', 'alerts.csv'))).map((row) => [
    `${row['agency']}/${row['alert_id']}`,
    row['reason'],
  ]),
);
const reasonOf = ({ agency, alert }: Case): string => reasons.get(`${agency}/${alert.alertId}`) ?? '';
const known = new Set<string>(TYPOLOGIES.map(({ id }) => id));
const cases = (await readCases(await readSet(directory), await readTruth(directory))).filter(
  (one) => one.positive && known.has(reasonOf(one)),
);
const [first, second] = ['1', '2'].map((half) => cases.filter((one) => one.half === half));
const valuesOf = ({ hits, neighbourhood }: Case) => classifierValues(neighbourhood, hits);
const features = [...ACCOUNT_FEATURES, ...TYPOLOGIES.map(({ id }) => typologyFeature(id))].map((name) => {
  return { name, rises: false, fromZero: name.startsWith('typology_') };
});
const classes = [...new Set(first?.map(reasonOf))].sort();
const trained = Object.fromEntries(
  classes.map((typology) => {
    // That its own detector hits never speaks against a typology.
    const own = features.map((one) =>
      one.name === typologyFeature(typology) ? { ...one, rises: true, prior: OWN_HIT } : one,
    );
    const rows = first?.map((one) => ({ values: valuesOf(one), positive: reasonOf(one) === typology })) ?? [];
    return [typology, fitLogistic(rows, own, { ridge: RIDGE })];
  }),
);
const draft: ClassifierArtefact = {
  format: 1,
  name: 'typologies',
  version: '1',
  trained,
  ruled: RULED,
  training: {
    rows: first?.length ?? 0,
    positives: Object.fromEntries(
      classes.map((one) => [one, first?.filter((row) => reasonOf(row) === one).length ?? 0]),
    ),
    rowDigests: first?.map(({ agency, alert }) => rowDigest(agency, alert.alertId)).sort() ?? [],
    metrics: {},
    typologies: TYPOLOGY_VERSION,
  },
};
const ranks = (second ?? []).map((one) => {
  const fits = classifyTypology(draft, valuesOf(one), one.hits);
  return fits.findIndex(({ typology }) => typology === reasonOf(one));
});
const byDetector = (second ?? []).map((one) => {
  const best = one.hits.toSorted((a, b) => b.strength - a.strength)[0]?.typology;
  return best === reasonOf(one);
});
const share = (count: number): number => count / ranks.length;
const commonest = Math.max(...classes.map((one) => (second ?? []).filter((row) => reasonOf(row) === one).length));
const metrics = {
  later_rows: ranks.length,
  later_top_1: share(ranks.filter((rank) => rank === 0).length),
  later_top_3: share(ranks.filter((rank) => rank >= 0 && rank < 3).length),
  later_top_1_of_strongest_detector: share(byDetector.filter(Boolean).length),
  later_top_1_of_commonest: share(commonest),
};
const artefact = rounded({ ...draft, training: { ...draft.training, metrics } });
parseClassifier(artefact);
writeFileSync(OUTPUT, `${JSON.stringify(artefact, null, 2)}\n`);
console.log(metrics, draft.training.positives);

/** Six significant digits: more would be noise of the last bits, which differ between machines. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(6));
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]));
}
