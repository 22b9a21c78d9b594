import test from 'ava';
import * as fc from 'fast-check';
import { bucketsByRank } from '../../../node/sharing/hint-buckets.ts';

test('the top bucket holds the top share of scores, and never more, whatever the ties', (t) => {
  const scores = Array.from({ length: 100 }, (_, place) => ({ accountId: `account-${place}`, score: place }));
  const top = [...bucketsByRank(scores, 2, 0.05)].filter(([, bucket]) => bucket === 1).map(([account]) => account);
  t.deepEqual(top.sort(), ['account-95', 'account-96', 'account-97', 'account-98', 'account-99']);
  const tied = scores.map(({ accountId }) => ({ accountId, score: 50 }));
  t.is([...bucketsByRank(tied, 2, 0.05).values()].filter((bucket) => bucket === 1).length, 5);
  t.deepEqual(bucketsByRank(tied, 2, 0.05), bucketsByRank(tied.toReversed(), 2, 0.05), 'ties in a stable order');
  t.deepEqual(
    [...bucketsByRank(scores.slice(0, 10), 2, 0.05).values()],
    Array.from({ length: 10 }, () => 0),
  );
});

test('four buckets halve from the lowest up, in order of score', (t) => {
  const scores = Array.from({ length: 100 }, (_, place) => ({ accountId: `account-${place}`, score: place }));
  const buckets = [...bucketsByRank(scores, 4, 0.05).values()];
  t.deepEqual(
    [0, 1, 2, 3].map((bucket) => buckets.filter((other) => other === bucket).length),
    [80, 10, 5, 5],
  );
});

test('a higher score never stands in a lower bucket', (t) => {
  const scored = fc.uniqueArray(
    fc.record({ accountId: fc.string({ minLength: 1 }), score: fc.double({ noNaN: true }) }),
    {
      selector: ({ accountId }) => accountId,
    },
  );
  fc.assert(
    fc.property(
      scored,
      fc.integer({ min: 2, max: 8 }),
      fc.double({ min: 0.0001, max: 0.5 }),
      (scores, buckets, share) => {
        const placed = bucketsByRank(scores, buckets, share);
        const ordered = scores.toSorted((one, other) => other.score - one.score);
        const found = ordered.map(({ accountId }) => placed.get(accountId) ?? -1);
        const isTied = (place: number): boolean => ordered[place]?.score === ordered[place - 1]?.score;
        return found.every(
          (bucket, place) =>
            bucket >= 0 &&
            bucket < buckets &&
            (place === 0 || isTied(place) || bucket <= (found[place - 1] ?? buckets)),
        );
      },
    ),
  );
  t.pass();
});
