import test from 'ava';
import { sleep } from '../../../config/runtime/sleep.ts';

test('a wait that nobody ends resolves', async (t) => {
  await t.notThrowsAsync(sleep(1, new AbortController().signal));
});

test('a wait that is ended rejects with the very reason that the signal was given, also where it had fired before', async (t) => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const waiting = sleep(3_600_000, controller.signal);
  controller.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  t.is(await t.throwsAsync(sleep(1, controller.signal)), reason);
});
