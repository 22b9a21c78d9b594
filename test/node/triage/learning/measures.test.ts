import test from 'ava';
import { bootstrap, seededUniform } from '../../../../node/triage/learning/bootstrap.ts';
import { averagePrecision, recallAt } from '../../../../node/triage/learning/measures.ts';

const rows = (...scored: readonly (readonly [number, boolean])[]) =>
  scored.map(([score, positive]) => ({ score, positive }));

test('average precision of a small ranking is the one worked out by hand', (t) => {
  const ranked = rows([4, true], [3, false], [2, true], [1, false]);
  t.is(averagePrecision(ranked), 0.5 * 1 + 0.5 * (2 / 3));
  t.is(averagePrecision(ranked.toReversed()), averagePrecision(ranked));
  t.is(averagePrecision(rows([1, false])), 0);
});

test('equal scores are one threshold', (t) => {
  t.is(averagePrecision(rows([1, true], [1, false], [1, false], [1, false])), 0.25);
  t.is(recallAt(rows([2, true], [1, true], [1, false]), 0.5), 0.5);
});

test('recall at a share of false positives counts no threshold beyond it', (t) => {
  const ranked = rows([9, true], [8, false], [7, true], [6, false], [5, false], [4, true]);
  t.is(recallAt(ranked, 0), 1 / 3);
  t.is(recallAt(ranked, 0.34), 2 / 3);
  t.is(recallAt(ranked, 1), 1);
});

test('a bootstrap gives the same interval for the same seed, and a wider one for fewer groups', (t) => {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const groups = (count: number) => Array.from({ length: count }, (_none, at) => [at % 7, at % 5]);
  const of = (count: number) => bootstrap(groups(count), mean, { draws: 400, random: seededUniform(1) });
  t.deepEqual(of(100), of(100));
  t.true(of(10).high - of(10).low > of(1_000).high - of(1_000).low);
  t.true(of(100).low < of(100).value && of(100).value < of(100).high);
});
