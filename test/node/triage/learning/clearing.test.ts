import test from 'ava';
import { clearingAt, clearingThreshold, reliability } from '../../../../node/triage/learning/clearing.ts';
import { wilson } from '../../../../node/triage/learning/wilson.ts';
import { logOddsOf } from '../../../../node/triage/models/linear-head.ts';

const judged = (chance: number, positive: boolean) => ({ logOdds: logOddsOf(chance), positive });
/** A hundred true alerts at 0.30 to 0.795, two hundred others at 0.01 to 0.4. */
const ROWS = [
  ...Array.from({ length: 100 }, (_none, at) => judged(0.3 + at * 0.005, true)),
  ...Array.from({ length: 200 }, (_none, at) => judged(0.01 + at * 0.00196, false)),
];

test('M-07 the proposed threshold is the highest that keeps the stated miss rate', (t) => {
  const { clearBelow, cleared, missed } = clearingThreshold(ROWS, 0.03);
  t.true(Math.abs(clearBelow - 0.315) < 1e-9);
  t.is(missed.value, 0.03);
  t.true(missed.low < 0.03 && missed.high > 0.08);
  t.true(cleared.value > 0.5);
  t.is(clearingAt(ROWS, clearBelow + 1e-6).missed.value, 0.04);
});

test('M-07 with fewer true alerts than the rate can count none may be missed', (t) => {
  const few = ROWS.slice(90);
  t.is(clearingThreshold(few, 0.01).missed.value, 0);
  t.is(clearingThreshold(few, 0.01).clearBelow, clearingThreshold(few, 0).clearBelow);
});

test('M-07 where nothing is true nothing is proposed to be cleared', (t) => {
  t.is(clearingThreshold(ROWS.slice(100), 0.01).clearBelow, 0);
  t.is(clearingThreshold([], 0.01).cleared.high, 1);
});

test('M-07 the reliability curve sets what was said beside what was seen, in bins of equal size', (t) => {
  const bins = reliability(ROWS);
  t.is(bins.length, 10);
  t.deepEqual(new Set(bins.map(({ rows }) => rows)), new Set([30]));
  t.true(bins.every((bin, at) => at === 0 || bin.said > (bins[at - 1]?.said ?? 1)));
  t.is(bins[0]?.seen.value, 0);
  t.is(bins.at(-1)?.seen.value, 1);
  t.deepEqual(reliability([]), []);
});

test("Wilson's interval of 1 in 10 is the published one, and of nothing says nothing", (t) => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 1/29 and 81/263.
  const close = (share: { low: number; high: number }, low: number, high: number): boolean =>
    Math.abs(share.low - low) < 5e-5 && Math.abs(share.high - high) < 5e-5;
  t.true(close(wilson(1, 29), 0.0061, 0.1718));
  t.true(close(wilson(81, 263), 0.2553, 0.3662));
  t.deepEqual(wilson(0, 0), { value: 0, low: 0, high: 1 });
});
