import test from 'ava';
import { twoSidedGeometric } from '../../../crypto/noise/geometric.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { chiSquared } from './statistics.ts';

test('the noise has the two-sided geometric distribution (chi-squared, false alarm 1 in 10^6 a case)', (t) => {
  for (const [epsilon, cap] of [
    [1, 1],
    ['0.5', 3],
    [2.5, 2],
    [{ numerator: 7n, denominator: 3n }, 1],
  ] as const) {
    const value = typeof epsilon === 'object' ? Number(epsilon.numerator) / Number(epsilon.denominator) : +epsilon;
    const seed = `geometric/${value}/${cap}`;
    t.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const draws = 20_000;
    const counts = new Map<number, number>();
    for (let draw = 0; draw < draws; draw += 1) {
      const noise = twoSidedGeometric(epsilon, cap, random);
      counts.set(noise, (counts.get(noise) ?? 0) + 1);
    }
    const alpha = Math.exp(-value / cap);
    // Beyond ± 200 the two tails hold less than 10^-14 in all of these cases.
    const cells = Array.from({ length: 401 }, (_, index) => ({
      observed: counts.get(index - 200) ?? 0,
      expected: (draws * (1 - alpha) * alpha ** Math.abs(index - 200)) / (1 + alpha),
    }));
    const { statistic, critical } = chiSquared(cells);
    t.true(statistic < critical, `${statistic} against ${critical}`);
  }
});

test('equal values of epsilon in three spellings draw the same noise', (t) => {
  const draw = (epsilon: Parameters<typeof twoSidedGeometric>[0]): number[] => {
    const random = seededRandom('geometric/spellings');
    return Array.from({ length: 50 }, () => twoSidedGeometric(epsilon, 4, random));
  };
  t.deepEqual(draw(0.5), draw('0.5'));
  t.deepEqual(draw(0.5), draw({ numerator: 2n, denominator: 4n }));
});

test('zero is plain zero, and a very small epsilon still gives safe integers', (t) => {
  const random = seededRandom('geometric/ends');
  for (let draw = 0; draw < 200; draw += 1) {
    t.true(Object.is(twoSidedGeometric(100, 1, random), 0));
    t.true(Number.isSafeInteger(twoSidedGeometric(2 ** -40, 1, random)));
  }
});

test('an epsilon that is not finite and positive, or too small for its cap, draws nothing', (t) => {
  const random = (): never => t.fail('drew');
  for (const epsilon of [0, -1, NaN, Infinity, '0', 'x', 2 ** -41])
    t.throws(() => twoSidedGeometric(epsilon, 1, random), { code: 'PRIVACY_EPSILON' });
  t.throws(() => twoSidedGeometric(2 ** -40, 2, random), { code: 'PRIVACY_EPSILON' });
  for (const cap of [0, -1, 0.5, NaN, Infinity])
    t.throws(() => twoSidedGeometric(1, cap, random), { code: 'PRIVACY_CAP' });
});
