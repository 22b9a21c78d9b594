import test from 'ava';
import { JURISDICTION_POINTS, JURISDICTION_VERSION } from '../../../config/lists/jurisdictions.ts';

/** Removed from increased monitoring by the plenary that the version names. */
const REMOVED = ['BF', 'MZ', 'NG', 'ZA'];
const CALL_FOR_ACTION = ['IR', 'KP', 'MM'];
const MONITORED = 'AO BG BO CD CI CM DZ HT KE LA LB MC NA NP SS SY VE VG VN YE'.split(' ');

test('the table holds the two lists of October 2025, each country in one of them, and nothing else', (t) => {
  t.is(JURISDICTION_VERSION, 'fatf-2025-10');
  t.deepEqual([...JURISDICTION_POINTS.keys()].sort(), [...CALL_FOR_ACTION, ...MONITORED].sort());
  for (const country of CALL_FOR_ACTION) t.is(JURISDICTION_POINTS.get(country), 100);
  for (const country of MONITORED) t.is(JURISDICTION_POINTS.get(country), 60);
  for (const country of REMOVED) t.false(JURISDICTION_POINTS.has(country), country);
});
