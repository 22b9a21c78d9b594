import test, { type ExecutionContext } from 'ava';
import { encodeFilter, filterHash } from '../../../../crypto/match/filter.ts';
import { MatchFilters } from '../../../../node/sharing/match/filters.ts';
import type { FilterChunk } from '../../../../node/sharing/match/messages.ts';
import type { KeyAnnouncement } from '../../../../proto/domain/control.ts';
import { asId, type PeerIdText } from '../../../../proto/domain/ids.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { codeOf } from '../sim/samples.ts';

const CHUNK_BYTES = 4_096;

type Scene = {
  readonly filters: MatchFilters;
  readonly announcements: readonly KeyAnnouncement[];
  readonly downloads: () => number;
  /** Changes what a peer sends. */
  readonly tamper: (change: (chunk: FilterChunk) => FilterChunk) => void;
};

function scene(
  t: ExecutionContext,
  bounds: { readonly filterBytes?: number; readonly heldBytes?: number } = {},
): Scene {
  const random = seededRandom(t.title);
  const published = [0, 1, 2].map((place) => {
    const bytes = encodeFilter([{ oprfOutput: random(64), label: new Uint8Array(place) }], random);
    const peerId = asId<PeerIdText>(`peer-${place}`);
    const value = { purpose: 'match', epoch: 1, generation: 1, peerId, keyId: random(32), issuedAtMs: 0 } as const;
    return { bytes, announcement: { ...value, detail: filterHash(bytes) } };
  });
  let downloads = 0;
  let change = (chunk: FilterChunk): FilterChunk => chunk;
  const filters = new MatchFilters(
    {
      async filter(peerId, epoch, offset) {
        const found = published.find(({ announcement }) => announcement.peerId === peerId);
        if (found === undefined) throw new Error('no such peer');
        if (offset === 0) downloads += 1;
        const { announcement, bytes } = found;
        const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
        return change({ epoch, keyId: announcement.keyId, totalBytes: bytes.length, offset, chunk });
      },
    },
    {
      matchFilterBytes: bounds.filterBytes ?? 100_000,
      matchFilterChunkBytes: CHUNK_BYTES,
      matchFiltersHeldBytes: bounds.heldBytes ?? 100_000,
    },
  );
  return {
    filters,
    announcements: published.map(({ announcement }) => announcement),
    downloads: () => downloads,
    tamper: (next) => {
      change = next;
    },
  };
}

test('a filter is fetched once, however many ask for it at once', async (t) => {
  const { announcements, downloads, filters } = scene(t);
  const [first] = announcements as [KeyAnnouncement];
  await Promise.all([filters.of(first), filters.of(first), filters.of(first)]);
  await filters.of(first);
  t.is(downloads(), 1);
});

test('all filters together stay within their bound: the one held longest goes', async (t) => {
  const one = (5 + 64 * 172) * 2;
  const { announcements, downloads, filters } = scene(t, { heldBytes: one });
  const [first, second, third] = announcements as [KeyAnnouncement, KeyAnnouncement, KeyAnnouncement];
  for (const announcement of [first, second, third, second, third]) await filters.of(announcement);
  t.is(downloads(), 3);
  await filters.of(first);
  t.is(downloads(), 4);
});

test('a filter that is too large, of another key, out of order or without end is refused', async (t) => {
  const { announcements, filters, tamper } = scene(t);
  const [first] = announcements as [KeyAnnouncement];
  const changes: Readonly<Record<string, (chunk: FilterChunk) => FilterChunk>> = {
    'too large': (chunk) => ({ ...chunk, totalBytes: 100_001 }),
    'another key': (chunk) => ({ ...chunk, keyId: new Uint8Array(32) }),
    'out of order': (chunk) => ({ ...chunk, offset: chunk.offset + 1 }),
    'a byte at a time': (chunk) => ({ ...chunk, chunk: chunk.chunk.subarray(0, 1) }),
    'nothing more': (chunk) => (chunk.offset === 0 ? chunk : { ...chunk, chunk: new Uint8Array(0) }),
    'ever longer': (chunk) => ({
      ...chunk,
      totalBytes: chunk.offset + CHUNK_BYTES + 1,
      chunk: new Uint8Array(CHUNK_BYTES),
    }),
    'other bytes': (chunk) => ({ ...chunk, chunk: chunk.chunk.map((byte) => byte ^ 1) }),
  };
  for (const [what, change] of Object.entries(changes)) {
    tamper(change);
    t.is(await codeOf(() => filters.of(first)), 'SHARING_PROOF', what);
  }
  tamper((chunk) => chunk);
  t.is((await filters.of(first)).entryCount, 64);
});
