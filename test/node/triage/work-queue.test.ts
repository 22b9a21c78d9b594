import test from 'ava';
import type { Sleep } from '../../../node/triage/ports.ts';
import { WorkQueue } from '../../../node/triage/work-queue.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { FakeSleep } from './fake-sleep.ts';

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Work that ends when told to. */
class Gate {
  readonly begun: number[] = [];
  running = 0;
  most = 0;
  #open = new Map<number, () => void>();

  readonly work = (item: number): Promise<void> => {
    this.begun.push(item);
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    return new Promise((resolve) => {
      this.#open.set(item, () => {
        this.running -= 1;
        resolve();
      });
    });
  };

  async finish(item: number): Promise<void> {
    await waitUntil(`item ${item} to begin`, () => this.#open.has(item));
    this.#open.get(item)?.();
  }
}

type Options = { concurrency: number; capacity?: number; keyOf?: (item: number) => string; sleep?: Sleep };

function queueOf(work: (item: number) => Promise<void>, options: Options): WorkQueue<number> {
  const { capacity = 100, concurrency, keyOf = String, sleep = new FakeSleep().sleep } = options;
  return new WorkQueue<number>({ concurrency, capacity }, { work, keyOf, sleep, log });
}

const items = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

test('S4-17 no more than the set number of alerts is in work at a time, first come first', async (t) => {
  const gate = new Gate();
  const queue = queueOf(gate.work, { concurrency: 50, capacity: 1_000 });
  for (const item of items(120)) queue.add(item);
  t.is(gate.running, 50);
  t.is(queue.depth, 70);
  for (const item of items(120)) await gate.finish(item);
  await queue.drained();
  t.is(gate.most, 50);
  t.deepEqual(gate.begun, items(120));
});

test('a full queue refuses before anything is written, and takes again when there is room', async (t) => {
  const gate = new Gate();
  const queue = queueOf(gate.work, { concurrency: 1, capacity: 3 });
  queue.add(0);
  queue.add(1);
  queue.reserve();
  t.throws(() => queue.reserve(), { code: 'TRIAGE_BUSY' });
  queue.release();
  queue.reserve();
  queue.release(2);
  t.throws(() => queue.reserve(), { code: 'TRIAGE_BUSY' });
  for (const item of items(3)) await gate.finish(item);
  await queue.drained();
  t.notThrows(() => queue.reserve());
});

test('a place that was reserved counts as work: the queue is not drained before it is given back', async (t) => {
  const queue = queueOf(async () => undefined, { concurrency: 1, capacity: 3 });
  queue.reserve();
  let drained = false;
  const waiting = queue.drained().then(() => (drained = true));
  await Promise.resolve();
  t.false(drained);
  queue.release();
  await waiting;
  t.true(drained);
});

test('work that throws is tried again after a wait, in its place', async (t) => {
  const sleep = new FakeSleep();
  let tries = 0;
  const work = async (): Promise<void> => {
    tries += 1;
    if (tries < 3) throw new Error('ledger');
  };
  const queue = queueOf(work, { concurrency: 1, capacity: 3, sleep: sleep.sleep });
  queue.add(0);
  for (const _ of [1, 2]) {
    await sleep.until(10_000);
    t.is(queue.running, 1);
    sleep.pass(10_000);
  }
  await queue.drained();
  t.is(tries, 3);
});

test('items of one key are worked on one after the other, others meanwhile', async (t) => {
  const gate = new Gate();
  const queue = queueOf(gate.work, { concurrency: 3, keyOf: (item) => String(item % 2) });
  for (const item of [0, 2, 4, 1]) queue.add(item);
  t.deepEqual(gate.begun, [0, 1]);
  t.is(queue.depth, 2);
  await gate.finish(0);
  await gate.finish(2);
  await gate.finish(4);
  await gate.finish(1);
  await queue.drained();
  t.deepEqual(gate.begun, [0, 1, 2, 4]);
});

test('stopping finishes what is in work and begins nothing more', async (t) => {
  const gate = new Gate();
  const queue = queueOf(gate.work, { concurrency: 1, capacity: 9 });
  for (const item of items(4)) queue.add(item);
  const stopped = queue.stop();
  await gate.finish(0);
  await stopped;
  t.deepEqual(gate.begun, [0]);
  t.throws(() => queue.reserve(), { code: 'TRIAGE_STOPPED' });
});
