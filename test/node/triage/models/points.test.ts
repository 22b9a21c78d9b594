import test from 'ava';
import * as fc from 'fast-check';
import { apportion, pointsOf } from '../../../../node/triage/models/points.ts';

const KNOTS = [
  { logOdds: -4, points: 0 },
  { logOdds: 0, points: 60 },
  { logOdds: 4, points: 90 },
];

test('the scale passes its knots, is straight between them and flat beyond', (t) => {
  t.deepEqual(
    [-9, -4, -2, 0, 2, 4, 9].map((logOdds) => pointsOf(KNOTS, logOdds)),
    [0, 0, 30, 60, 75, 90, 90],
  );
});

const WEIGHTS = { transaction: 0.48, network: 0.42 };
const score = fc.double({ min: -300, max: 300, noNaN: true });

test('two sub-scores stay on their scales and make exactly the sum', (t) => {
  fc.assert(
    fc.property(score, score, fc.double({ min: 0, max: 90, noNaN: true }), (transaction, network, total) => {
      const split = apportion({ transaction, network }, WEIGHTS, total);
      t.true(split.transaction >= 0 && split.transaction <= 100);
      t.true(split.network >= -1e-9 && split.network <= 100 + 1e-9);
      t.true(Math.abs(WEIGHTS.transaction * split.transaction + WEIGHTS.network * split.network - total) < 1e-9);
    }),
  );
});

test('where the sum already is what it should be, nothing is shifted', (t) => {
  t.deepEqual(apportion({ transaction: 50, network: 100 }, WEIGHTS, 66), { transaction: 50, network: 100 });
});
