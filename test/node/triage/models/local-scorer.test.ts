import test from 'ava';
import * as fc from 'fast-check';
import { FEATURES } from '../../../../node/triage/features/feature-table.ts';
import { localScorer } from '../../../../node/triage/models/local-scorer.ts';
import { SCORER } from '../world.ts';

const scorer = localScorer(SCORER);
const values = fc.record(
  Object.fromEntries(FEATURES.map(({ name }) => [name, fc.double({ min: 0, max: 4, noNaN: true })])),
);
const weight = SCORER.weights.TRANSACTION;

function weighted(row: Readonly<Record<string, number>>): number {
  return scorer.score(row).parts.reduce((sum, { component, points }) => sum + weight[component] * points, 0);
}

test('parts of a sub-score sum to a number on its scale', (t) => {
  fc.assert(
    fc.property(values, (row) => {
      const sums = { transaction: 0, network: 0 };
      for (const { component, points } of scorer.score(row).parts) sums[component] += points;
      t.true(Object.values(sums).every((sum) => sum > -1e-6 && sum < 100 + 1e-6));
    }),
  );
});

test('more of a rising feature never lowers the weighted sum', (t) => {
  const rising = FEATURES.filter(({ rises }) => rises).map(({ name }) => name);
  fc.assert(
    fc.property(values, fc.constantFrom(...rising), fc.double({ min: 0, max: 3, noNaN: true }), (row, name, more) => {
      t.true(weighted({ ...row, [name]: (row[name] ?? 0) + more }) >= weighted(row) - 1e-9);
    }),
  );
});

test('alerts rank by the probability of the model', (t) => {
  fc.assert(
    fc.property(values, values, (one, other) => {
      const [first, second] = [scorer.score(one).probability, scorer.score(other).probability];
      if (first > second) t.true(weighted(one) >= weighted(other) - 1e-9);
    }),
  );
});

test('values far beyond those of training are named', (t) => {
  const name = 'incoming_transfers';
  t.deepEqual(scorer.score({ [name]: 2 * (SCORER.largest[name] ?? 0) }).beyondTraining, [name]);
  t.deepEqual(scorer.score({ [name]: SCORER.largest[name] ?? 0 }).beyondTraining, []);
});
