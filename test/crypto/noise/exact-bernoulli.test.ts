import test from 'ava';
import { bernoulli, bernoulliExp, uniformBelow } from '../../../crypto/noise/exact-bernoulli.ts';
import { queuedRandom, seededRandom } from '../../tools/random-sources.ts';

test('integers below a bound are exactly uniform: every byte that is kept comes equally often', (t) => {
  for (const bound of [1, 2, 3, 5, 100, 128, 200, 255, 256]) {
    const counts = new Map<bigint, number>();
    for (let byte = 0; byte < 256; byte += 1) {
      try {
        const drawn = uniformBelow(BigInt(bound), queuedRandom(Uint8Array.of(byte)));
        counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
      } catch {
        // The byte was refused and another asked for.
      }
    }
    t.is(counts.size, bound);
    t.is(new Set(counts.values()).size, 1);
  }
});

test('a bound of many bytes keeps its upper end', (t) => {
  const bound = 2n ** 70n + 1n;
  t.is(uniformBelow(bound, queuedRandom(Uint8Array.from([0x80, ...Array<number>(8).fill(0)]))), 2n ** 70n);
  const tooLarge = Uint8Array.from([0x81, ...Array<number>(8).fill(0)]);
  t.is(uniformBelow(bound, queuedRandom(tooLarge, new Uint8Array(9))), 0n);
});

test('certain and impossible events are certain and impossible', (t) => {
  const random = seededRandom('bernoulli/ends');
  for (let draw = 0; draw < 200; draw += 1) {
    t.true(bernoulli({ numerator: 7n, denominator: 7n }, random));
    t.false(bernoulli({ numerator: 0n, denominator: 7n }, random));
    t.true(bernoulliExp({ numerator: 0n, denominator: 7n }, random));
  }
});

test('exp(−x) is met for x below, at and above one (false alarm 1 in 10^6 a case)', (t) => {
  for (const [numerator, denominator] of [
    [1n, 3n],
    [1n, 1n],
    [7n, 3n],
    [4n, 1n],
  ] as const) {
    const seed = `bernoulli/${numerator}/${denominator}`;
    t.log(`seed ${seed}`);
    const random = seededRandom(seed);
    const [draws, probability] = [20_000, Math.exp(-Number(numerator) / Number(denominator))];
    let hits = 0;
    for (let draw = 0; draw < draws; draw += 1) if (bernoulliExp({ numerator, denominator }, random)) hits += 1;
    const deviation = Math.sqrt(draws * probability * (1 - probability));
    t.true(Math.abs(hits - draws * probability) < 4.8917 * deviation, `${hits} of ${draws}`);
  }
});
