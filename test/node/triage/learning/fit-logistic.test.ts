import test from 'ava';
import { fitLogistic, type TrainingRow } from '../../../../node/triage/learning/fit-logistic.ts';
import { probability, scoreHead } from '../../../../node/triage/models/linear-head.ts';
import { seededRandom } from '../../../tools/random-sources.ts';

const feature = (name: string, rises = false, fromZero = false) => ({ name, rises, fromZero });
const repeat = (count: number, values: Readonly<Record<string, number>>, positive: boolean): TrainingRow[] =>
  Array.from({ length: count }, () => ({ values, positive }));

/** 30 of 40 with the attribute, 10 of 60 without: log odds ratio ln((30/10) / (10/50)) = ln 15. */
const TABLE = [
  ...repeat(30, { x: 1 }, true),
  ...repeat(10, { x: 1 }, false),
  ...repeat(10, { x: 0 }, true),
  ...repeat(50, { x: 0 }, false),
];

test('without a penalty a two-by-two table gives its log odds ratio', (t) => {
  const head = fitLogistic(TABLE, [feature('x', false, true)], { ridge: 0 });
  t.true(Math.abs((head.terms[0]?.weight ?? 0) - Math.log(15)) < 1e-6);
  t.true(Math.abs(head.intercept - Math.log(10 / 50)) < 1e-6);
});

test('at the solution the penalised likelihood has no slope', (t) => {
  const random = seededRandom('fit-logistic');
  const rows = Array.from({ length: 200 }, (): TrainingRow => {
    const [a = 0, b = 0, c = 0] = random(3);
    return { values: { a: a / 64, b: b / 32 }, positive: a + b / 2 + c > 300 };
  });
  const ridge = 7;
  const head = fitLogistic(rows, [feature('a'), feature('b')], { ridge });
  for (const { feature: name, weight, center } of head.terms) {
    const raw = rows.map(({ values }) => values[name] ?? 0);
    const deviation = Math.sqrt(raw.reduce((sum, value) => sum + (value - center) ** 2, 0) / raw.length);
    const slope = rows.reduce((sum, { values, positive }) => {
      const error = (positive ? 1 : 0) - probability(scoreHead(head, values).logOdds);
      return sum + (error * ((values[name] ?? 0) - center)) / deviation;
    }, 0);
    t.true(Math.abs(slope - ridge * weight * deviation) < 1e-4, `${name}: ${slope}`);
  }
});

test('a rising feature never gets a negative weight', (t) => {
  const falling = TABLE.map(({ values, positive }) => ({ values, positive: !positive }));
  const head = fitLogistic(falling, [feature('x', true)], { ridge: 1 });
  t.is(head.terms[0]?.weight, 0);
});

test('very rare positives, all with one attribute, do not throw the steps off', (t) => {
  const rows = [...repeat(3, { x: 1 }, true), ...repeat(2, { x: 1 }, false), ...repeat(5_000, { x: 0 }, false)];
  const head = fitLogistic(rows, [feature('x', true, true)], { ridge: 0.001 });
  t.true(Math.abs(scoreHead(head, { x: 1 }).logOdds - Math.log(1.5)) < 0.1);
  t.true(scoreHead(head, { x: 0 }).logOdds < -6);
});

test('constant and missing features get no say', (t) => {
  const head = fitLogistic(TABLE, [feature('x'), feature('absent')], { ridge: 1 });
  t.is(head.terms[1]?.weight, 0);
});
