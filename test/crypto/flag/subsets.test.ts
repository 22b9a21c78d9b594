import test from 'ava';
import { subsetsOf } from '../../../crypto/flag/subsets.ts';

test('every set of the size is among them, and each has distinct positions', (t) => {
  for (const [count, size, sets] of [
    [3, 2, 3],
    [5, 3, 10],
    [6, 6, 1],
    [9, 4, 126],
  ] as const) {
    const all = [...subsetsOf(count, size)];
    t.is(all.length, count + sets);
    t.true(all.every((set) => new Set(set).size === size && set.every((position) => position < count)));
    t.is(new Set(all.map((set) => set.toSorted((one, other) => one - other).join())).size, sets);
  }
});

test('while fewer than count / size positions are faulty, one of the first `count` sets has none of them', (t) => {
  for (const [count, size] of [
    [7, 2],
    [10, 3],
  ] as const)
    for (let faulty = 0; faulty < 2 ** count; faulty += 1) {
      const bits = faulty.toString(2).split('1').length - 1;
      if (bits >= count / size) continue;
      const first = [...subsetsOf(count, size)].slice(0, count);
      if (!first.some((set) => set.every((position) => (faulty & (1 << position)) === 0))) t.fail(`${count} ${faulty}`);
    }
  t.pass();
});

test('there is no set larger than the whole or without members', (t) => {
  t.deepEqual([...subsetsOf(2, 3)], []);
  t.deepEqual([...subsetsOf(3, 0)], []);
  t.deepEqual([...subsetsOf(0, 1)], []);
});
