import test from 'ava';
import { shuffled } from '../../crypto/shuffle.ts';
import { seededRandom } from '../tools/random-sources.ts';

const SEED = 'shuffle 1';

test('every order of three items comes about equally often', (t) => {
  t.log(`seed ${SEED}`);
  const random = seededRandom(SEED);
  const draws = 6_000;
  const counts = new Map<string, number>();
  for (let draw = 0; draw < draws; draw += 1) {
    const order = shuffled(['a', 'b', 'c'], random).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  t.is(counts.size, 6);
  // Chi-square of five degrees of freedom: 20.5 is passed once in a thousand seeds.
  const expected = draws / 6;
  const distance = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  t.true(distance < 20.5, String(distance));
});

test('a draw beyond the last whole multiple of the places is drawn again', (t) => {
  const draws = [0xffffffff, 2, 1];
  const random = (bytes: number): Uint8Array => {
    const value = Buffer.alloc(bytes);
    value.writeUInt32BE(draws.shift() ?? 0);
    return value;
  };
  t.deepEqual(shuffled(['a', 'b', 'c'], random), ['a', 'b', 'c']);
  t.is(draws.length, 0);
});

test('the items given stay as they were, and none is lost', (t) => {
  const items = Object.freeze([1, 2, 2, 3]);
  t.deepEqual(
    [...shuffled(items, seededRandom(SEED))].toSorted((one, other) => one - other),
    [1, 2, 2, 3],
  );
  t.deepEqual(shuffled([], seededRandom(SEED)), []);
});
