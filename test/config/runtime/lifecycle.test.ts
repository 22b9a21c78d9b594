import { EventEmitter } from 'node:events';
import test from 'ava';
import { Lifecycle, runUntilSignal } from '../../../config/runtime/lifecycle.ts';
import { SILENT_LOG } from '../../../config/runtime/log.ts';

test('parts stop in reverse, once, and a failing one does not keep the others', async (t) => {
  const stopped: string[] = [];
  const lifecycle = new Lifecycle(SILENT_LOG);
  lifecycle.add('ledger', () => void stopped.push('ledger'));
  lifecycle.add('graph', () => Promise.reject(new Error('disk')));
  lifecycle.add('api', () => void stopped.push('api'));
  t.deepEqual(await Promise.all([lifecycle.stop(), lifecycle.stop()]), [false, false]);
  t.deepEqual(stopped, ['api', 'ledger']);
});

test('the first signal stops in order and ends with 0', async (t) => {
  const signals = new EventEmitter();
  let stops = 0;
  const code = runUntilSignal(signals, async () => ++stops > 0, { graceMs: 60_000, log: SILENT_LOG });
  signals.emit('SIGTERM');
  t.is(await code, 0);
  t.is(stops, 1);
  t.is(signals.listenerCount('SIGTERM') + signals.listenerCount('SIGINT'), 0);
});

test('a second signal forces the end', async (t) => {
  const signals = new EventEmitter();
  const code = runUntilSignal(signals, () => new Promise(() => undefined), { graceMs: 60_000, log: SILENT_LOG });
  signals.emit('SIGTERM');
  signals.emit('SIGINT');
  t.is(await code, 1);
});

test('the end of the grace forces the end', async (t) => {
  const signals = new EventEmitter();
  const code = runUntilSignal(signals, () => new Promise(() => undefined), { graceMs: 1, log: SILENT_LOG });
  signals.emit('SIGTERM');
  t.is(await code, 1);
});

test('an unclean stop ends with 1', async (t) => {
  const signals = new EventEmitter();
  const code = runUntilSignal(signals, async () => false, { graceMs: 60_000, log: SILENT_LOG });
  signals.emit('SIGINT');
  t.is(await code, 1);
});
