import test from 'ava';
import { TokenBuckets } from '../../../node/mesh/token-bucket.ts';

test('a peer may burst, is then held to the rate, and does not use up what another has', (t) => {
  let nowMs = 0;
  const buckets = new TokenBuckets({ burst: 3, perSecond: 2 }, { nowMs: () => nowMs });
  t.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a')),
    [true, true, true, false],
  );
  t.true(buckets.take('b'));
  nowMs = 499;
  t.false(buckets.take('a'));
  nowMs = 1_000;
  t.deepEqual(
    [1, 2, 3].map(() => buckets.take('a')),
    [true, true, false],
  );
  nowMs = 1_000_000;
  t.deepEqual(
    [1, 2, 3, 4].map(() => buckets.take('a')),
    [true, true, true, false],
  );
});

test('a clock that is set back gives nothing and takes nothing away', (t) => {
  let nowMs = 10_000;
  const buckets = new TokenBuckets({ burst: 2, perSecond: 1 }, { nowMs: () => nowMs });
  t.true(buckets.take('a'));
  nowMs = 0;
  t.deepEqual([buckets.take('a'), buckets.take('a')], [true, false]);
  nowMs = 1_000;
  t.true(buckets.take('a'));
});
