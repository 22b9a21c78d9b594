import test from 'ava';
import * as fc from 'fast-check';
import { positiveRational, toNumber } from '../../../crypto/noise/rational.ts';

test('a number stands for the exact binary value that it holds', (t) => {
  t.deepEqual(positiveRational(0.75), { numerator: 3n, denominator: 4n });
  t.deepEqual(positiveRational(3), { numerator: 3n, denominator: 1n });
  // IEEE 754: 0.1 is 3602879701896397 / 2^55.
  t.deepEqual(positiveRational(0.1), { numerator: 3602879701896397n, denominator: 2n ** 55n });
  t.deepEqual(positiveRational(2 ** -1074), { numerator: 1n, denominator: 2n ** 1074n });
});

test('a decimal text stands for its decimal value', (t) => {
  t.deepEqual(positiveRational('0.1'), { numerator: 1n, denominator: 10n });
  t.deepEqual(positiveRational('12.50'), { numerator: 25n, denominator: 2n });
  t.deepEqual(positiveRational('3'), { numerator: 3n, denominator: 1n });
});

test('fractions come in lowest terms', (t) => {
  t.deepEqual(positiveRational({ numerator: 6n, denominator: 4n }), { numerator: 3n, denominator: 2n });
});

test('what is not finite and positive, or not a plain decimal, has no value', (t) => {
  const bad = [0, -0, -1, NaN, Infinity, -Infinity, '', '0', '0.0', '-1', '+1', '1e3', '.5', '1.', ' 1', '1,5', 'x'];
  for (const value of bad) t.is(positiveRational(value), undefined, String(value));
  t.is(positiveRational('9'.repeat(21)), undefined);
  t.is(positiveRational({ numerator: 1n, denominator: 0n }), undefined);
  t.is(positiveRational({ numerator: -1n, denominator: -1n }), undefined);
});

test('a number comes back from its fraction within one rounding', (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.double({ min: 1e-200, max: 1e200, noNaN: true }), (value) => {
        const exact = positiveRational(value);
        return exact !== undefined && Math.abs(toNumber(exact) / value - 1) <= Number.EPSILON;
      }),
    ),
  );
});
