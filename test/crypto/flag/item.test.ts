import test from 'ava';
import { utf8 } from '../../../crypto/bytes.ts';
import { assertFlagItem, flagItem, paddingItem } from '../../../crypto/flag/item.ts';
import { ready } from '../../../crypto/oprf/voprf.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import type { FlagItem } from '../../../proto/domain/exchange.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { chiSquared } from '../noise/statistics.ts';
import { EPOCH, flagOf } from './scenario.ts';

const FIELDS = ['tag', 'share', 'sealedPart', 'handle'] as const;

test.before(ready);

test('true items and padding have the same lengths, and both are taken', (t) => {
  const random = seededRandom('item/lengths');
  const lengths = [trueItem('one', random), trueItem('two', random), paddingItem(random)].map((item) => {
    t.notThrows(() => assertFlagItem(item));
    return FIELDS.map((field) => item[field].length);
  });
  t.deepEqual(lengths, [
    [16, 32, 1_180, 16],
    [16, 32, 1_180, 16],
    [16, 32, 1_180, 16],
  ]);
});

test('no byte of an item tells true from padding: both are as even as chance (false alarm 1 in 10^6 a field)', (t) => {
  const random = seededRandom('item/bytes');
  const samples = 400;
  const sets = [
    Array.from({ length: samples }, (_, number) => trueItem(`value ${number}`, random)),
    Array.from({ length: samples }, () => paddingItem(random)),
  ];
  for (const [items] of [[sets[0] ?? []], [sets[1] ?? []]] as const)
    for (const field of FIELDS) {
      // The last byte of a scalar is below 17 in both; the others are uniform.
      const bytes = items.flatMap((item) => [...item[field].subarray(0, field === 'share' ? 31 : undefined)]);
      const counts = Array<number>(256).fill(0);
      for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
      const cells = counts.map((observed) => ({ observed, expected: bytes.length / 256 }));
      const { statistic, critical } = chiSquared(cells);
      t.true(statistic < critical, `${field}: ${statistic} against ${critical}`);
      t.true(items.every((item) => (item.share[31] ?? 0xff) <= 0x10));
    }
});

test('two groups send one tag and different shares; a group sends its share again, with a fresh part and handle', (t) => {
  const random = seededRandom('item/groups');
  const [north, again, south] = ['north', 'north', 'south'].map((group) => trueItem('value', random, group));
  t.deepEqual(north?.tag, south?.tag);
  t.notDeepEqual(north?.share, south?.share);
  t.deepEqual(north?.share, again?.share);
  t.notDeepEqual(north?.sealedPart, again?.sealedPart);
  t.notDeepEqual(north?.handle, again?.handle);
});

test('an item with a field of another length or a share that is no scalar is refused, with the field named', (t) => {
  const random = seededRandom('item/refused');
  const item = trueItem('value', random);
  for (const field of FIELDS)
    for (const bytes of [new Uint8Array(), item[field].subarray(1), new Uint8Array(item[field].length + 1)]) {
      const error = t.throws(() => assertFlagItem({ ...item, [field]: bytes }), {
        instanceOf: ConcordatError,
        code: 'FLAG_ITEM',
      });
      t.is(error?.detail['field'], field);
    }
  t.throws(() => assertFlagItem({ ...item, share: new Uint8Array(32).fill(0xff) }), { code: 'FLAG_ITEM' });
});

function trueItem(value: string, random = seededRandom('item'), corporateGroup = 'north'): FlagItem {
  const flag = flagOf('item', value);
  return flagItem({ flag, corporateGroup, threshold: 3, epoch: EPOCH, part: utf8(value), random });
}
