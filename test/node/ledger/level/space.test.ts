import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { isDiskFull, ReserveFile } from '../../../../node/ledger/level/reserve-file.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';
import { put, SYSTEM, text } from '../../../conformance/ledger-fixtures.ts';
import { LedgerFolder } from './ledger-folder.ts';

test('a reserve takes its size, is made whole again, and gives all back', async (t) => {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const path = join(folder.path, 'reserve');
  const reserve = new ReserveFile(path, 2_500_000);
  t.true(await reserve.fill());
  t.is((await stat(path)).size, 2_500_000);
  await writeFile(path, new Uint8Array(1_000));
  t.true(await reserve.fill());
  t.is((await readFile(path)).length, 2_500_000);
  await reserve.release();
  await t.throwsAsync(stat(path), { code: 'ENOENT' });
  await t.notThrowsAsync(reserve.release());
});

test('a full disk is told from other faults by code or text, wherever in the chain of causes', (t) => {
  t.true(isDiskFull(Object.assign(new Error('write'), { code: 'ENOSPC' })));
  t.true(isDiskFull(new Error('outer', { cause: new Error('IO error: x.log: No space left on device') })));
  t.false(isDiskFull(new Error('IO error: x.log: Input/output error')));
  t.false(isDiskFull('No space left on device'));
});

test('a ledger on a nearly full disk opens to be read, and takes writes when there is space', async (t) => {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const first = await folder.open();
  await first.commit({ writes: [put('k', '1')], audit: [] });
  await first.close();
  let available = 100;
  const ledger = await folder.open({ availableBytes: async () => available });
  t.false(ledger.writable());
  t.is(text(await ledger.get('transfer', 'k', SYSTEM)), '1');
  const refused = await t.throwsAsync(ledger.commit({ writes: [put('k', '2')], audit: [] }));
  t.true(isRefusal(refused, 'LEDGER_READ_ONLY'));
  available = 1_000_000;
  t.deepEqual(await ledger.commit({ writes: [put('k', '2')], audit: [] }), { sequence: 2 });
  t.true(ledger.writable());
});

test('free space that cannot be read stops nothing', async (t) => {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const ledger = await folder.open({ availableBytes: () => Promise.reject(new Error('no statfs here')) });
  t.deepEqual(await ledger.commit({ writes: [put('k', '1')], audit: [] }), { sequence: 1 });
  await rm(join(folder.path, 'reserve'));
});
