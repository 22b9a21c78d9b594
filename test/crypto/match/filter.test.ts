import { createHash } from 'node:crypto';
import test from 'ava';
import * as fc from 'fast-check';
import { concat, uint32be, utf8 } from '../../../crypto/bytes.ts';
import {
  decodeFilter,
  encodeFilter,
  type FilterEntry,
  filterHash,
  LABEL_BYTES,
  lookup,
  MAX_FILTER_ENTRIES,
} from '../../../crypto/match/filter.ts';
import { sizeClassOf } from '../../../crypto/match/size-class.ts';
import { tagOf } from '../../../crypto/match/token.ts';
import { createOprfKey, evaluateDirect, ready } from '../../../crypto/oprf/voprf.ts';
import { ConcordatError, isRefusal } from '../../../proto/domain/errors.ts';
import { seededRandom } from '../../tools/random-sources.ts';

const ENTRY_BYTES = 172;

test.before(ready);

test('every entry is found with its label, and nothing else is', (t) => {
  const random = seededRandom('filter/lookup');
  const entries = entriesOf(1_000, 'known');
  const filter = decodeFilter(encodeFilter(entries, random));
  for (const entry of entries) t.deepEqual(lookup(filter, entry.oprfOutput), entry.label);
  for (const { oprfOutput } of entriesOf(1_000, 'unknown')) t.is(lookup(filter, oprfOutput), undefined);
});

test('the filter is useless without the key: outputs under another key meet nothing', (t) => {
  const random = seededRandom('filter/keys');
  const [holder, guesser] = [createOprfKey(random), createOprfKey(random)];
  const inputs = ['a', 'b', 'c'].map(utf8);
  const entries = inputs.map((input) => ({ oprfOutput: evaluateDirect(holder.secretKey, input), label: utf8('l') }));
  const filter = decodeFilter(encodeFilter(entries, random));
  for (const input of inputs) {
    t.deepEqual(lookup(filter, evaluateDirect(holder.secretKey, input)), utf8('l'));
    t.is(lookup(filter, evaluateDirect(guesser.secretKey, input)), undefined);
  }
});

test('the number of entries shows the size of the set to within a quarter only', (t) => {
  const random = seededRandom('filter/size');
  const length = (count: number): number => encodeFilter(entriesOf(count, 'size'), random).length;
  t.is(length(0), 5 + 64 * ENTRY_BYTES);
  t.is(length(1), length(64));
  t.is(length(65), length(80));
  t.is(length(81), 5 + 100 * ENTRY_BYTES);
  for (let count = 65; count < 2_000; count += 1) {
    const size = sizeClassOf(count);
    if (size < count || size > Math.ceil(count * 1.25) || sizeClassOf(size) !== size) t.fail(`${count} → ${size}`);
  }
});

test('labels of every length give entries of one length, and a longer one is refused', (t) => {
  const random = seededRandom('filter/labels');
  const [first] = entriesOf(1, 'label');
  t.assert(first);
  if (first === undefined) return;
  for (const length of [0, 1, LABEL_BYTES - 1]) {
    const bytes = encodeFilter([{ ...first, label: new Uint8Array(length).fill(5) }], random);
    t.is(bytes.length, 5 + 64 * ENTRY_BYTES);
    t.is(lookup(decodeFilter(bytes), first.oprfOutput)?.length, length);
  }
  const long = { ...first, label: new Uint8Array(LABEL_BYTES) };
  t.throws(() => encodeFilter([long], random), { code: 'CRYPTO_PADDING' });
});

test('a label moved behind another tag opens for nobody', (t) => {
  const random = seededRandom('filter/moved');
  const [one, other] = entriesOf(2, 'moved');
  t.assert(one && other);
  if (one === undefined || other === undefined) return;
  const bytes = encodeFilter([one, other], random);
  const rows = [one, other].map(({ oprfOutput }) => Buffer.from(bytes).indexOf(tagOf(oprfOutput)));
  const [from = 0, to = 0] = rows;
  bytes.set(bytes.slice(from + 16, from + ENTRY_BYTES), to + 16);
  const filter = decodeFilter(bytes);
  t.is(lookup(filter, other.oprfOutput), undefined);
  t.deepEqual(lookup(filter, one.oprfOutput), one.label);
});

test('two entries with one token are refused', (t) => {
  const [entry] = entriesOf(1, 'twice');
  const entries = entry === undefined ? [] : [entry, { ...entry, label: utf8('b') }];
  t.throws(() => encodeFilter(entries, seededRandom('filter/twice')), { code: 'MATCH_ENTRY' });
});

test('other versions, counts, lengths and orders are no filter', (t) => {
  const bytes = encodeFilter(entriesOf(70, 'malformed'), seededRandom('filter/malformed'));
  const swapped = concat(
    bytes.subarray(0, 5),
    bytes.subarray(5 + ENTRY_BYTES, 5 + 2 * ENTRY_BYTES),
    bytes.subarray(5, 5 + ENTRY_BYTES),
    bytes.subarray(5 + 2 * ENTRY_BYTES),
  );
  const repeated = Uint8Array.from(bytes);
  repeated.set(bytes.subarray(5, 21), 5 + ENTRY_BYTES);
  const withCount = (count: number, rows = new Uint8Array()): Uint8Array =>
    concat(Uint8Array.of(1), uint32be(count), rows);
  const bad = {
    header: [new Uint8Array(), bytes.subarray(0, 4), concat(Uint8Array.of(2), bytes.subarray(1))],
    count: [
      withCount(79, bytes.slice(5, -ENTRY_BYTES)),
      withCount(0),
      withCount(sizeClassOf(MAX_FILTER_ENTRIES + 1)),
      withCount(0xffff_ffff),
    ],
    length: [bytes.subarray(0, -1), concat(bytes, Uint8Array.of(0)), withCount(80)],
    order: [swapped, repeated],
  };
  for (const [part, candidates] of Object.entries(bad))
    for (const candidate of candidates) {
      const error = t.throws(() => decodeFilter(candidate), { instanceOf: ConcordatError, code: 'MATCH_FILTER' });
      t.is(error?.detail['part'], part);
      t.is(error?.verdict, 'reject');
    }
  t.is(decodeFilter(bytes).entryCount, 80);
});

test('random bytes never do anything but decode or be refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, versioned) => {
      try {
        decodeFilter(versioned ? concat(Uint8Array.of(1), bytes) : bytes);
        return true;
      } catch (error) {
        return isRefusal(error, 'MATCH_FILTER');
      }
    }),
    { numRuns: 1_000 },
  );
  t.pass();
});

test('the announced hash is SHA-256 of the published bytes', (t) => {
  const bytes = encodeFilter(entriesOf(3, 'hash'), seededRandom('filter/hash'));
  t.deepEqual(Buffer.from(filterHash(bytes)), createHash('sha256').update(bytes).digest());
});

function entriesOf(count: number, name: string): FilterEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    oprfOutput: new Uint8Array(createHash('sha512').update(`${name}/${index}`).digest()),
    label: utf8(`label of ${name} ${index}`),
  }));
}
