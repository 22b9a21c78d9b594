import test from 'ava';
import { TYPOLOGIES } from '../../../../config/typologies/reference.ts';
import { typologyFeature } from '../../../../node/triage/features/feature-table.ts';
import { parseClassifier } from '../../../../node/triage/typology/classifier-artefact.ts';
import { classifyTypology, type TypologyFit } from '../../../../node/triage/typology/classify.ts';
import { referenceClassifier } from '../../../../node/triage/typology/reference-classifier.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';

const ARTEFACT = referenceClassifier();
/** An account of the training rows' average. */
const AVERAGE = Object.fromEntries(
  Object.values(ARTEFACT.trained).flatMap(({ terms }) => terms.map(({ center, feature }) => [feature, center])),
);

function classified(hits: Readonly<Record<string, number>>): readonly TypologyFit[] {
  const found = Object.entries(hits).map(([typology, strength]) => ({
    typology,
    strength,
    edgeIds: [`t-${typology}`],
  }));
  const values = Object.fromEntries(found.map(({ strength, typology }) => [typologyFeature(typology), strength]));
  return classifyTypology(ARTEFACT, { ...AVERAGE, ...values }, found);
}

test('S0-03 (typologies) probabilities add up to one, best first, each with reasons', (t) => {
  const fits = classified({ gather_scatter: 1, pass_through: 0.5 });
  t.true(Math.abs(fits.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-9);
  t.deepEqual(
    fits.map(({ probability }) => probability),
    fits.map(({ probability }) => probability).toSorted((one, other) => other - one),
  );
  t.is(fits[0]?.typology, 'gather_scatter');
  t.deepEqual(fits[0]?.edgeIds, ['t-gather_scatter']);
  t.true(fits[0]?.reasons.some(({ feature }) => feature === 'typology_gather_scatter'));
  t.deepEqual(fits, classified({ gather_scatter: 1, pass_through: 0.5 }));
});

test("S0-03 (typologies) no detector's hit speaks against its own typology", (t) => {
  for (const { id } of TYPOLOGIES) {
    const own = ARTEFACT.trained[id]?.terms.find(({ feature }) => feature === typologyFeature(id));
    t.true((own?.weight ?? 0) >= 0, id);
  }
});

test('S0-03 (typologies) a typology without training rows counts by its hit, the stronger the more', (t) => {
  const of = (strength: number): number =>
    classified({ structuring: strength }).find(({ typology }) => typology === 'structuring')?.probability ?? 0;
  t.true(of(1) > of(0.3) && of(0.3) > 0);
  t.false(classified({}).some(({ typology }) => typology === 'structuring'));
});

test('S0-03 (typologies) the artefact is versioned, says what it was trained on and how it did later', (t) => {
  const { metrics, positives, rowDigests, rows } = ARTEFACT.training;
  t.is(`${ARTEFACT.name}/${ARTEFACT.version}`, 'typologies/1');
  t.is(rowDigests.length, rows);
  t.is(
    Object.values(positives).reduce((sum, count) => sum + count, 0),
    rows,
  );
  t.log(JSON.stringify(metrics));
  t.true((metrics['later_top_1'] ?? 0) > (metrics['later_top_1_of_strongest_detector'] ?? 1));
  const refusal = t.throws(() => parseClassifier({ ...ARTEFACT, ruled: { intercept: 0, perStrength: -1 } }));
  t.true(isRefusal(refusal, 'TRIAGE_MODEL') && refusal.detail['field'] === 'ruled.perStrength');
});
