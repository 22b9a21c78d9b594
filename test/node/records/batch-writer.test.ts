import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Ledger, UnitOfWork } from '../../../node/ledger/ledger.ts';
import { BatchWriter } from '../../../node/records/batch-writer.ts';
import { put, SYSTEM, text } from '../../conformance/ledger-fixtures.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';

/** A ledger whose commits wait until they are let go. */
class SlowLedger {
  readonly inner = openMemoryLedger();
  readonly waiting: (() => void)[] = [];
  fails = false;

  readonly deps: { readonly ledger: Ledger; readonly viewer: typeof SYSTEM } = {
    ledger: {
      commit: (unit: UnitOfWork) => this.#commit(unit),
      get: (space, key, viewer) => this.inner.get(space, key, viewer),
      list: (space, range, viewer) => this.inner.list(space, range, viewer),
      commits: (from) => this.inner.commits(from),
      head: () => this.inner.head(),
      lastWritten: (space) => this.inner.lastWritten(space),
      writable: () => this.inner.writable(),
      verify: () => this.inner.verify(),
      close: () => this.inner.close(),
    },
    viewer: SYSTEM,
  };

  async #commit(unit: UnitOfWork): ReturnType<Ledger['commit']> {
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.fails) throw new Error('disk');
    return this.inner.commit(unit);
  }
}

async function putBatch(writer: BatchWriter, from: number): Promise<void> {
  for (let at = from; at < from + LIMITS.importBatchRows; at += 1) await writer.put(put(`k${at}`, String(at)));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

test('one batch is gathered while the one before is written, and the next but one waits', async (t) => {
  const slow = new SlowLedger();
  const writer = new BatchWriter(slow.deps, 'transfer');
  await putBatch(writer, 0);
  let second = false;
  const gathering = putBatch(writer, LIMITS.importBatchRows).then(() => (second = true));
  await until(() => slow.waiting.length === 1);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  t.false(second);
  t.is(slow.waiting.length, 1);
  slow.waiting.shift()?.();
  await gathering;
  t.is(writer.written, LIMITS.importBatchRows);
  const flushed = writer.flush();
  slow.waiting.shift()?.();
  await flushed;
  t.is(writer.written, 2 * LIMITS.importBatchRows);
});

test('what a batch under way is refused with is thrown by the next one, and by the flush', async (t) => {
  const slow = new SlowLedger();
  slow.fails = true;
  const writer = new BatchWriter(slow.deps, 'transfer');
  await putBatch(writer, 0);
  slow.waiting.shift()?.();
  await t.throwsAsync(putBatch(writer, LIMITS.importBatchRows), { message: 'disk' });
  await t.throwsAsync(writer.flush(), { message: 'disk' });
  t.is(writer.written, 0);
});

test('a record that follows itself unchanged in the next batch is written once', async (t) => {
  const ledger = openMemoryLedger();
  await ledger.commit({ writes: [put('there', 'before')], audit: [] });
  const writer = new BatchWriter({ ledger, viewer: SYSTEM }, 'transfer');
  await putBatch(writer, 0);
  await writer.put(put('k0', '0'));
  await writer.put(put('k1', 'other'));
  await writer.flush();
  t.is(writer.written, LIMITS.importBatchRows + 1);
  t.is(text(await ledger.get('transfer', 'k1', SYSTEM)), 'other');
});
