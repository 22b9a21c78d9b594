import test from 'ava';
import { array, assert, boolean, integer, property } from 'fast-check';
import { judgeClock } from '../../../node/federation/clock-judge.ts';

const TOLERANCE_MS = 600_000;
const judge = (...aheadMs: number[]): readonly [string, number | null] => {
  const { offsetMs, state } = judgeClock(aheadMs, TOLERANCE_MS);
  return [state, offsetMs];
};

test('with nobody to compare with, nothing is said against a clock', (t) => {
  t.deepEqual(judgeClock([], TOLERANCE_MS), { state: 'unheard', offsetMs: null, voices: 0 });
});

test('a clock may be ten minutes off either way, and no more', (t) => {
  t.deepEqual(judge(TOLERANCE_MS), ['holds', TOLERANCE_MS]);
  t.deepEqual(judge(-TOLERANCE_MS), ['holds', -TOLERANCE_MS]);
  t.deepEqual(judge(TOLERANCE_MS + 1), ['off', TOLERANCE_MS + 1]);
  t.deepEqual(judge(-TOLERANCE_MS - 1), ['off', -TOLERANCE_MS - 1]);
});

test('one wrong clock among several is outvoted, and so is the coordinator', (t) => {
  t.deepEqual(judge(0, 10, 34_560_000_000), ['holds', 10]);
  t.deepEqual(judge(5, -34_560_000_000), ['holds', 0]);
  t.deepEqual(judge(-900_000, -900_001, 20), ['off', -900_000]);
});

test('of an even number the median that speaks least against the clock is taken', (t) => {
  t.deepEqual(judge(-900_000, 900_000), ['holds', 0]);
  t.deepEqual(judge(700_000, 900_000), ['off', 700_000]);
  t.deepEqual(judge(-900_000, -100), ['holds', -100]);
});

test('fewer than half of the others can neither stop a node nor keep it going', (t) => {
  const honest = integer({ min: 2, max: 9 });
  const wrong = array(integer({ min: -1e12, max: 1e12 }), { maxLength: 1 });
  assert(
    property(honest, wrong, boolean(), (count, liars, isOff) => {
      const truthMs = isOff ? TOLERANCE_MS + 5_000 : 5_000;
      const heard = [...Array.from({ length: count }, () => truthMs), ...liars];
      const { state } = judgeClock(heard, TOLERANCE_MS);
      return state === (isOff ? 'off' : 'holds');
    }),
  );
  t.pass();
});
