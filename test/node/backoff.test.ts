import test from 'ava';
import { backoffMs } from '../../node/backoff.ts';

const BOUNDS = { firstMs: 100, mostMs: 1_000 };
const least = (length: number) => new Uint8Array(length);
const most = (length: number) => new Uint8Array(length).fill(255);

test('the wait doubles with each failure up to its bound, and is drawn between half and all of it', (t) => {
  t.deepEqual(
    [1, 2, 3, 4, 5, 500].map((failures) => backoffMs(failures, BOUNDS, least)),
    [50, 100, 200, 400, 500, 500],
  );
  t.deepEqual(
    [1, 2, 3, 4, 5, 500].map((failures) => backoffMs(failures, BOUNDS, most)),
    [100, 200, 400, 800, 1_000, 1_000],
  );
});
