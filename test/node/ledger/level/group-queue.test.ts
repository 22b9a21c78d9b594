import test from 'ava';
import { GroupQueue, type Outcome } from '../../../../node/ledger/level/group-queue.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';

const LIMITS = { queueItems: 100, queueBytes: 1_000, groupItems: 10, groupBytes: 100 };

/** A queue whose groups are noted, and which waits until the test lets a group go. */
function recordedQueue(limits = LIMITS): {
  readonly queue: GroupQueue<number, number>;
  readonly groups: (readonly number[])[];
  readonly release: () => void;
} {
  const groups: (readonly number[])[] = [];
  const held = Promise.withResolvers<void>();
  const flush = async (items: readonly number[]): Promise<readonly Outcome<number>[]> => {
    groups.push(items);
    await held.promise;
    return items.map((item) =>
      item < 0 ? { done: false, error: new RangeError('negative') } : { done: true, result: item * 2 },
    );
  };
  return { queue: new GroupQueue(limits, flush), groups, release: held.resolve };
}

test('what arrives while a group is written becomes the next one, in order, at most a group long', async (t) => {
  const { queue, groups, release } = recordedQueue();
  const first = [1, 2, 3].map((item) => queue.push(item, 1));
  await Promise.resolve();
  await Promise.resolve();
  const later = Array.from({ length: 15 }, (_, place) => queue.push(10 + place, 1));
  release();
  t.deepEqual(await Promise.all([...first, ...later]), [2, 4, 6, ...later.map((_, place) => 2 * (10 + place))]);
  t.deepEqual(
    groups.map((group) => group.length),
    [3, 10, 5],
  );
});

test('a group ends before the item that would make it too heavy; one too heavy item goes alone', async (t) => {
  const { queue, groups, release } = recordedQueue();
  release();
  await Promise.all([50, 40, 20, 500, 1].map((bytes) => queue.push(bytes, bytes)));
  t.deepEqual(groups, [[50, 40], [20], [500], [1]]);
});

test('an item that is refused does not harm the others of its group', async (t) => {
  const { queue, release } = recordedQueue();
  release();
  const outcomes = await Promise.allSettled([queue.push(1, 1), queue.push(-1, 1), queue.push(2, 1)]);
  t.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

test('a group that cannot be written fails for each of its items, and the queue goes on', async (t) => {
  let groups = 0;
  const queue = new GroupQueue<number, number>(LIMITS, async (items) => {
    groups += 1;
    if (groups === 1) throw new Error('disk');
    return items.map((result) => ({ done: true, result }));
  });
  const outcomes = await Promise.allSettled([queue.push(1, 1), queue.push(2, 1)]);
  t.true(outcomes.every(({ status }) => status === 'rejected'));
  t.is(await queue.push(3, 1), 3);
});

test('a full queue refuses, by number and by bytes', async (t) => {
  for (const limits of [
    { ...LIMITS, queueItems: 3 },
    { ...LIMITS, queueBytes: 30 },
  ]) {
    const { queue, release } = recordedQueue(limits);
    const taken = [1, 2, 3].map((item) => queue.push(item, 10));
    t.true(
      isRefusal(
        t.throws(() => queue.push(4, 10)),
        'LEDGER_BUSY',
      ),
    );
    release();
    await Promise.all(taken);
    t.is(await queue.push(5, 10), 10);
  }
});

test('closing answers what waits and refuses what comes after', async (t) => {
  const { queue, release } = recordedQueue();
  const waiting = queue.push(1, 1);
  const closed = queue.close();
  t.true(
    isRefusal(
      t.throws(() => queue.push(2, 1)),
      'LEDGER_CLOSED',
    ),
  );
  release();
  await closed;
  t.is(await waiting, 2);
});
