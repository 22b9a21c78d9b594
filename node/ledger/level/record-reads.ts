import { canSee, type Marking, type Viewer } from '../../../proto/domain/marking.ts';
import type { Commit, KeyRange, LedgerRecord, LedgerSpace } from '../ledger.ts';
import { commitKey, rangeBounds, recordKey, textOfRecordKey } from './keys.ts';
import { type LedgerDatabase, readFault } from './level-store.ts';
import { decodeRecord } from './record-codec.ts';
import { openCommit } from './stored-commit.ts';

const CHUNK_RECORDS = 256;
const READ_AHEAD_BYTES = 262_144;
/** A commit may hold thousands of writes, so few are taken at a time. */
const CHUNK_COMMITS = 64;

/** One record, as far as the viewer may see it. The engine's synchronous read takes 3 µs, its asynchronous one 30. */
export function readRecord(
  database: LedgerDatabase,
  space: LedgerSpace,
  key: string,
  viewer: Viewer,
): LedgerRecord | undefined {
  const stored = guard(() => database.getSync(recordKey(space, key)));
  if (stored === undefined) return undefined;
  const { value, marking, sequence } = decodeRecord(recordKey(space, key), stored);
  return canSee(viewer, marking) ? { space, key, value, marking, sequence } : undefined;
}

/** Records of a range, as of the call: the engine's iterator, and with it the view, is made before this returns. */
export function listRecords(
  database: LedgerDatabase,
  space: LedgerSpace,
  range: KeyRange,
  viewer: Viewer,
): AsyncIterable<LedgerRecord> {
  const iterator = guard(() =>
    database.iterator({
      ...rangeBounds(space, range),
      reverse: range.reverse === true,
      highWaterMarkBytes: READ_AHEAD_BYTES,
    }),
  );
  const allowed = new Map<Marking, boolean>();
  const sees = (marking: Marking): boolean => {
    const known = allowed.get(marking);
    if (known !== undefined) return known;
    const visible = canSee(viewer, marking);
    allowed.set(marking, visible);
    return visible;
  };
  async function* records(): AsyncGenerator<LedgerRecord> {
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    for await (const entries of chunks(iterator, CHUNK_RECORDS)) {
      for (const [key, stored] of entries) {
        if (left <= 0) return;
        const { value, marking, sequence } = decodeRecord(key, stored);
        if (!sees(marking)) continue;
        left -= 1;
        yield { space, key: textOfRecordKey(key), value, marking, sequence };
      }
    }
  }
  return records();
}

/** Commits from a sequence to the last one acknowledged, as of the call. */
export function listCommits(database: LedgerDatabase, from: number, last: number): AsyncIterable<Commit> {
  const first = Math.max(1, from);
  const iterator = guard(() =>
    database.iterator({
      gte: commitKey(first),
      lt: commitKey(Math.max(first, last + 1)),
      highWaterMarkBytes: READ_AHEAD_BYTES,
    }),
  );
  async function* commits(): AsyncGenerator<Commit> {
    for await (const entries of chunks(iterator, CHUNK_COMMITS))
      for (const [, stored] of entries) yield openCommit(stored);
  }
  return commits();
}

type EntryIterator = {
  nextv(size: number): Promise<readonly (readonly [key: Buffer, stored: Buffer])[]>;
  close(): Promise<void>;
};

/** Closed when the consumer stops, or when the database closes. */
async function* chunks(
  iterator: EntryIterator,
  size: number,
): AsyncGenerator<readonly (readonly [key: Buffer, stored: Buffer])[]> {
  try {
    for (;;) {
      const entries = await iterator.nextv(size);
      if (entries.length === 0) return;
      yield entries;
    }
  } catch (error) {
    throw readFault(error);
  } finally {
    await iterator.close();
  }
}

function guard<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw readFault(error);
  }
}
