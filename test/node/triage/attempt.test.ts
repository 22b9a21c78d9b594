import test from 'ava';
import { attempt } from '../../../node/triage/attempt.ts';
import { triageRefusal } from '../../../node/triage/errors.ts';
import { FakeSleep } from './fake-sleep.ts';

const BOUNDS = { timeoutMs: 30_000, maxRetries: 3 };

test('S4-17 faults are tried three times more, after 2, 4 and 8 seconds', async (t) => {
  const sleep = new FakeSleep(30_000);
  let tries = 0;
  const work = async (): Promise<never> => {
    tries += 1;
    throw new Error('disk');
  };
  await t.throwsAsync(attempt(work, BOUNDS, sleep.sleep), { message: 'disk' });
  t.is(tries, 4);
  t.deepEqual(sleep.waited, [2_000, 4_000, 8_000]);
});

test('S4-17 a fault that passes is not seen', async (t) => {
  const sleep = new FakeSleep(30_000);
  let tries = 0;
  const work = async (): Promise<string> => {
    tries += 1;
    if (tries < 3) throw new Error('disk');
    return 'read';
  };
  t.is(await attempt(work, BOUNDS, sleep.sleep), 'read');
  t.deepEqual(sleep.waited, [2_000, 4_000]);
});

test('S4-17 a stage past its deadline is aborted and given up', async (t) => {
  const sleep = new FakeSleep();
  let signal: AbortSignal | undefined;
  const work = (given: AbortSignal): Promise<never> => {
    signal = given;
    return new Promise(() => undefined);
  };
  const attempted = attempt(work, BOUNDS, sleep.sleep);
  sleep.pass(30_000);
  await t.throwsAsync(attempted, { code: 'TRIAGE_TIMEOUT' });
  t.true(signal?.aborted);
});

test('S4-17 waits between tries count towards the deadline', async (t) => {
  const sleep = new FakeSleep();
  const attempted = attempt(() => Promise.reject(new Error('disk')), { timeoutMs: 5_000, maxRetries: 3 }, sleep.sleep);
  await sleep.until(2_000);
  sleep.pass(2_000);
  await sleep.until(4_000);
  sleep.pass(5_000);
  await t.throwsAsync(attempted, { code: 'TRIAGE_TIMEOUT' });
});

test('refusals and mistakes in code are not tried again: they would come again', async (t) => {
  const sleep = new FakeSleep(30_000);
  for (const error of [triageRefusal('TRIAGE_CITATION'), new TypeError('undefined is not a function')]) {
    await t.throwsAsync(
      attempt(() => Promise.reject(error), BOUNDS, sleep.sleep),
      { is: error },
    );
    await t.throwsAsync(
      attempt(
        () => {
          throw error;
        },
        BOUNDS,
        sleep.sleep,
      ),
      { is: error },
    );
  }
  t.deepEqual(sleep.waited, []);
});

test('work that waits for nothing sets no timer', async (t) => {
  const sleep = new FakeSleep();
  t.is(await attempt(() => 7, BOUNDS, sleep.sleep), 7);
  t.is(sleep.started, 0);
});

test('when a stage has ended, its deadline is no longer waited for', async (t) => {
  const sleep = new FakeSleep();
  await attempt(async () => 7, BOUNDS, sleep.sleep);
  t.is(sleep.waiting, 0);
});
