import test from 'ava';
import { utf8 } from '../../../crypto/bytes.ts';
import { SEALED_PART_BYTES, sealPart } from '../../../crypto/flag/layers.ts';
import { recoverWithFaults, type Recovery } from '../../../crypto/flag/recover.ts';
import { groupIndex, interpolate, recoverOuterKey } from '../../../crypto/flag/shamir.ts';
import { randomScalar } from '../../../crypto/oprf/ristretto255.ts';
import { ready } from '../../../crypto/oprf/voprf.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { contribution, EPOCH, flagOf, type NamedContribution } from './scenario.ts';

test.before(ready);

test('F-11 (k and k − 1) a flag opens at k distinct corporate groups and not at k − 1', (t) => {
  const { flag, honest, open } = scenario('k');
  for (const threshold of [2, 3, 4]) {
    const items = honest(threshold, threshold);
    const { outerKey, opened, faulty } = open(items, threshold);
    t.deepEqual(outerKey, flag.outerKey);
    t.deepEqual(
      opened.map(({ item, part }) => [item.author, Buffer.from(part).toString()]),
      items.map(({ author }) => [author, author]),
    );
    t.deepEqual(faulty, []);
    t.throws(() => open(items.slice(1), threshold), { code: 'FLAG_SHARES' });
  }
});

test('F-11 (five nodes) five nodes of one group count once, and all of their parts open with the others', (t) => {
  const { flag, honest, open, random } = scenario('nodes');
  const five = [1, 2, 3, 4, 5].map((node) => contribution(flag, 'group 0', 2, random, `node ${node}`));
  t.throws(() => open(five, 2), { code: 'FLAG_SHARES' });
  t.is(open([...five, ...honest(2, 2).slice(1)], 2).opened.length, 6);
});

test('a wrong share, a wrong part and a malformed share are named, and the rest opens', (t) => {
  const { flag, honest, open, random } = scenario('faults');
  const good = honest(3, 3);
  const bad: NamedContribution[] = [
    { ...contribution(flag, 'liar a', 3, random), share: randomScalar(random) },
    { ...contribution(flag, 'liar b', 3, random), sealedPart: random(SEALED_PART_BYTES) },
    { ...contribution(flag, 'liar c', 3, random), share: new Uint8Array(32).fill(0xff) },
    { ...contribution(flag, 'liar d', 3, random), share: new Uint8Array() },
    { ...contribution(flag, 'liar e', 3, random), sealedPart: new Uint8Array() },
  ];
  const { opened, faulty } = open([...bad, ...good], 3);
  t.deepEqual(authors(opened), ['group 0', 'group 1', 'group 2']);
  t.deepEqual(
    faulty.map(({ author }) => author),
    bad.map(({ author }) => author),
  );
});

test('a liar who knows the flag cannot pass off a key of its own with honest groups', (t) => {
  const { flag, honest, open, random } = scenario('bent');
  const items = honest(3, 3);
  // The liar knows every share, so it can bend the polynomial through two honest ones to a key that it has chosen.
  const bent = randomScalar(random);
  const index = groupIndex('liar');
  const points = [...items.slice(0, 2), { index: new Uint8Array(32), share: bent }];
  const share = interpolate(points, index);
  const sealedPart = sealPart({ outerKey: bent, part: utf8('lie'), epoch: EPOCH, tag: flag.tag, random });
  const liar = { author: 'liar', index, share, sealedPart };
  t.deepEqual(recoverOuterKey([...items.slice(0, 2), liar], 3), bent);
  const { opened, faulty, outerKey } = open([liar, ...items], 3);
  t.deepEqual(outerKey, flag.outerKey);
  t.deepEqual(authors(opened), ['group 0', 'group 1', 'group 2']);
  t.deepEqual(faulty, [liar]);
  t.throws(() => open([liar, ...items.slice(0, 2)], 3), { code: 'FLAG_SHARES' });
});

test('a node that lies under its group’s index neither hides the group nor counts for it', (t) => {
  const { flag, honest, open, random } = scenario('inside');
  const items = honest(2, 2);
  const liar = { ...contribution(flag, 'group 0', 2, random, 'liar'), share: randomScalar(random) };
  const { opened, faulty } = open([liar, ...items], 2);
  t.deepEqual(authors(opened), ['group 0', 'group 1']);
  t.deepEqual(faulty, [liar]);
  t.throws(() => open([liar, ...items.slice(0, 1)], 2), { code: 'FLAG_SHARES' });
});

test('with 60 groups, 19 liars are found and 41 parts open; where nothing fits the search ends', (t) => {
  const { flag, honest, open, random } = scenario('many');
  const liars = Array.from({ length: 19 }, (_, number) => ({
    ...contribution(flag, `liar ${number}`, 3, random),
    share: randomScalar(random),
  }));
  const { opened, faulty } = open([...liars, ...honest(41, 3)], 3);
  t.is(opened.length, 41);
  t.deepEqual(faulty, liars);
  t.throws(() => open([...liars, ...honest(2, 3)], 3), { code: 'FLAG_SHARES' });
});

test('the search is bounded: three honest groups scattered among 100 liars are given up, in little time', (t) => {
  const { flag, honest, open, random } = scenario('bound');
  const liars = Array.from({ length: 100 }, (_, number) => ({
    ...contribution(flag, `liar ${number}`, 3, random),
    share: randomScalar(random),
  }));
  const cpu = process.cpuUsage();
  t.throws(() => open([...liars, ...honest(3, 3)], 3), { code: 'FLAG_SHARES' });
  // All of the 176,851 sets would take twenty seconds; the bound of 200 takes 40 ms, and more on a busy machine.
  t.true(process.cpuUsage(cpu).user < 2_000_000);
  t.is(open([...liars.slice(0, 8), ...honest(3, 3)], 3).opened.length, 3);
});

test('a part of another tag or epoch does not open under this one', (t) => {
  const { honest, open } = scenario('elsewhere');
  const items = honest(2, 2);
  t.throws(() => open(items, 2, { tag: flagOf('another').tag }), { code: 'FLAG_SHARES' });
  t.throws(() => open(items, 2, { epoch: EPOCH + 1 }), { code: 'FLAG_SHARES' });
  t.throws(() => open(items, 1), { code: 'FLAG_THRESHOLD' });
});

function scenario(name: string) {
  const random = seededRandom(`recover/${name}`);
  const flag = flagOf(`recover/${name}`);
  return {
    random,
    flag,
    honest: (count: number, threshold: number): NamedContribution[] =>
      Array.from({ length: count }, (_, number) => contribution(flag, `group ${number}`, threshold, random)),
    open: (
      items: readonly NamedContribution[],
      threshold: number,
      change: { readonly tag?: Uint8Array; readonly epoch?: number } = {},
    ): Recovery<NamedContribution> => recoverWithFaults({ items, threshold, epoch: EPOCH, tag: flag.tag, ...change }),
  };
}

function authors(opened: Recovery<NamedContribution>['opened']): string[] {
  return opened.map(({ item }) => item.author);
}
