import test from 'ava';
import * as fc from 'fast-check';
import { LIMITS } from '../../../../config/settings/limits.ts';
import {
  addVersion,
  decodeVersions,
  encodeVersions,
  type Version,
  versionAt,
} from '../../../../node/graph/level/versions.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';

const KEY = Buffer.from('key');

function version(sequence: number, knownAtMs: number, text: string | null): Version {
  const content = text === null ? null : Buffer.from(text);
  return { sequence, knownAtMs, content, provenance: Buffer.from('source') };
}

const said = fc
  .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom('A', 'B', null))
  .map(([knownAtMs, text]) => ({ knownAtMs, text }));

/** What is said last of all that is known by then. */
function expectedAt(all: readonly Version[], asOfMs: number): string | undefined {
  const last = all.filter(({ knownAtMs }) => knownAtMs <= asOfMs).at(-1);
  return last?.content?.toString();
}

test('as of any time that is in force which was said last of all that was known by then', (t) => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 12 }), (parts) => {
      const all = parts.map(({ knownAtMs, text }, place) => version(place + 1, knownAtMs, text));
      const kept = all.reduce(addVersion, [] as readonly Version[]);
      for (let asOfMs = -1; asOfMs <= 7; asOfMs += 1)
        if (versionAt(kept, asOfMs)?.content?.toString() !== expectedAt(all, asOfMs)) return false;
      return true;
    }),
  );
  t.pass();
});

test('versions said before, in their order, change nothing', (t) => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 12 }), fc.nat({ max: 12 }), (parts, from) => {
      const all = parts.map(({ knownAtMs, text }, place) => version(place + 1, knownAtMs, text));
      const kept = all.reduce(addVersion, [] as readonly Version[]);
      const again = all.slice(from).reduce(addVersion, kept);
      return [-1, 0, 1, 2, 3, 4, 5, 6].every(
        (asOfMs) => versionAt(again, asOfMs)?.content?.toString() === versionAt(kept, asOfMs)?.content?.toString(),
      );
    }),
  );
  t.pass();
});

test('an element keeps a bounded number of versions, the newest', (t) => {
  const all = Array.from({ length: LIMITS.graphVersions + 5 }, (_, place) => version(place + 1, place, String(place)));
  const kept = all.reduce(addVersion, [] as readonly Version[]);
  t.is(kept.length, LIMITS.graphVersions);
  t.is(versionAt(kept, 4), undefined);
  t.is(versionAt(kept, 5)?.content?.toString(), '5');
});

test('versions are read back as they were written', (t) => {
  const versions = [version(2 ** 47, Number.MAX_SAFE_INTEGER, 'x'), version(1, -5, null), version(1, -6, '')];
  t.deepEqual(decodeVersions(KEY, encodeVersions(KEY, versions)), versions);
});

test('an altered entry, or one under another key, is refused', (t) => {
  const stored = encodeVersions(KEY, [version(1, 5, 'content')]);
  for (let offset = 0; offset < stored.length; offset += 1) {
    const altered = Buffer.from(stored);
    altered.writeUInt8(stored.readUInt8(offset) ^ 1, offset);
    t.true(
      isRefusal(
        t.throws(() => decodeVersions(KEY, altered)),
        'GRAPH_CORRUPT',
      ),
    );
  }
  t.true(
    isRefusal(
      t.throws(() => decodeVersions(Buffer.from('kez'), stored)),
      'GRAPH_CORRUPT',
    ),
  );
  t.true(
    isRefusal(
      t.throws(() => decodeVersions(KEY, Buffer.alloc(3))),
      'GRAPH_CORRUPT',
    ),
  );
});
