import { copyFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { LedgerFault } from '../../../../node/ledger/ledger.ts';
import { commitKey, erasedKey, metaKey, recordKey } from '../../../../node/ledger/level/keys.ts';
import { type LedgerDatabase, openDatabase } from '../../../../node/ledger/level/level-store.ts';
import { ConcordatError, isRefusal } from '../../../../proto/domain/errors.ts';
import { audit, collect, put, remove, SYSTEM } from '../../../conformance/ledger-fixtures.ts';
import { LedgerFolder } from './ledger-folder.ts';

/** Ten commits over a few keys, one of them deleted, each with an audit entry; closed. */
async function writtenFolder(t: ExecutionContext): Promise<LedgerFolder> {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const ledger = await folder.open();
  for (let place = 1; place <= 9; place += 1)
    await ledger.commit({ writes: [put(`k${place % 4}`, `value ${place}`)], audit: [audit(`o:${place}`)] });
  await ledger.commit({ writes: [remove('k2')], audit: [] });
  await ledger.close();
  return folder;
}

async function alter(folder: LedgerFolder, change: (database: LedgerDatabase) => Promise<void>): Promise<void> {
  const database = await openDatabase(join(folder.path, 'level'), false);
  await change(database);
  await database.close();
}

async function flip(database: LedgerDatabase, key: Buffer, offset: number): Promise<void> {
  const value = await database.get(key);
  if (value === undefined) throw new Error('nothing to flip');
  value.writeUInt8(value.readUInt8(offset) ^ 1, offset);
  await database.put(key, value);
}

async function refusal(t: ExecutionContext, promise: Promise<unknown>): Promise<ConcordatError> {
  const error = await t.throwsAsync(promise, { instanceOf: ConcordatError });
  if (error === undefined) throw new Error('unreachable: the assertion has failed');
  return error;
}

async function faultsOf(folder: LedgerFolder): Promise<readonly LedgerFault[]> {
  const ledger = await folder.open({ damaged: 'read' });
  const faults = await ledger.verify();
  await ledger.close();
  return faults;
}

test('a missing commit is a gap: opening refuses and names its sequence', async (t) => {
  const folder = await writtenFolder(t);
  await alter(folder, (database) => database.del(commitKey(5)));
  const { code, detail } = await refusal(t, folder.open());
  t.deepEqual([code, detail['sequence'], detail['problem']], ['LEDGER_CORRUPT', 5, 'commits up to 5 are missing']);
  t.true((await faultsOf(folder)).some(({ sequence }) => sequence === 5));
});

test('an altered commit, and one that was written anew without the hash before it, are found at open', async (t) => {
  const folder = await writtenFolder(t);
  const other = await folder.copy();
  t.teardown(() => other.dispose());
  await alter(folder, (database) => flip(database, commitKey(7), 60));
  t.is((await refusal(t, folder.open())).detail['problem'], 'the commit does not have its hash');
  await alter(other, async (database) => {
    await database.put(commitKey(8), (await database.get(commitKey(6))) ?? Buffer.alloc(0));
  });
  t.is((await refusal(t, other.open())).detail['problem'], 'the commit does not follow the one before');
});

test('commits missing from the end are found, because the head file remembers them', async (t) => {
  const folder = await writtenFolder(t);
  await alter(folder, (database) => database.batch([9, 10].map((place) => ({ type: 'del', key: commitKey(place) }))));
  const { code, detail } = await refusal(t, folder.open());
  t.is(code, 'LEDGER_CORRUPT');
  t.is(detail['problem'], 'commits up to 10 were acknowledged and are missing');
});

test('a log whose end was altered or cut off, which the engine drops without a word, is refused', async (t) => {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const ledger = await folder.open();
  for (let place = 0; place < 50; place += 1) await ledger.commit({ writes: [put(`k${place}`, 'x')], audit: [] });
  for (const harm of [flipNearEnd, cutEnd]) {
    const copy = await folder.copy();
    t.teardown(() => copy.dispose());
    const names = await readdir(join(copy.path, 'level'));
    await harm(join(copy.path, 'level', names.find((name) => name.endsWith('.log')) ?? ''));
    t.is((await refusal(t, copy.open())).detail['problem'], 'commits up to 50 were acknowledged and are missing');
  }
});

async function flipNearEnd(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 10) ^ 4, bytes.length - 10);
  await writeFile(path, bytes);
}

async function cutEnd(path: string): Promise<void> {
  const { size } = await stat(path);
  await truncate(path, size - 1);
}

test('a ledger without its head file, or without its engine folder, is refused and not begun anew', async (t) => {
  const folder = await writtenFolder(t);
  const other = await folder.copy();
  t.teardown(() => other.dispose());
  await rm(join(folder.path, 'head'));
  const noHead = await refusal(t, folder.open());
  t.deepEqual([noHead.code, noHead.detail['part']], ['LEDGER_CORRUPT', 'head']);
  await rm(join(other.path, 'level'), { recursive: true });
  const noEngine = await refusal(t, other.open());
  t.deepEqual([noEngine.code, noEngine.detail['part']], ['LEDGER_CORRUPT', 'engine']);
});

test('an engine folder that is older than the head file, or of another history, is refused', async (t) => {
  const folder = await writtenFolder(t);
  const old = await folder.copy();
  t.teardown(() => old.dispose());
  const ledger = await folder.open();
  await ledger.commit({ writes: [put('k', 'newer')], audit: [] });
  await ledger.close();
  await copyFile(join(folder.path, 'head'), join(old.path, 'head'));
  t.is((await refusal(t, old.open())).detail['problem'], 'commits up to 11 were acknowledged and are missing');

  const fork = await writtenFolder(t);
  const forked = await fork.open();
  await forked.commit({ writes: [put('k', 'another')], audit: [] });
  await forked.close();
  await copyFile(join(folder.path, 'head'), join(fork.path, 'head'));
  t.is((await refusal(t, fork.open())).detail['problem'], 'the commit is not the one that was acknowledged');
});

test('a flipped value is refused when it is read and found by verify()', async (t) => {
  const folder = await writtenFolder(t);
  await alter(folder, (database) => flip(database, recordKey('transfer', 'k1'), 60));
  const ledger = await folder.open();
  const error = await t.throwsAsync(ledger.get('transfer', 'k1', SYSTEM));
  t.true(isRefusal(error, 'LEDGER_CORRUPT'));
  await t.throwsAsync(collect(ledger.list('transfer', {}, SYSTEM)));
  t.deepEqual(
    (await ledger.verify()).map(({ problem }) => problem),
    ['a stored entry does not have its checksum', '12 records are stored and 11 are in the chain'],
  );
});

test('verify() finds values that were exchanged, put back to an older state, removed or smuggled in', async (t) => {
  const folder = await writtenFolder(t);
  const problems = async (change: (database: LedgerDatabase) => Promise<void>): Promise<string[]> => {
    const copy = await folder.copy();
    t.teardown(() => copy.dispose());
    await alter(copy, change);
    return (await faultsOf(copy)).map(({ sequence, space, problem }) => `${sequence} ${space}: ${problem}`);
  };
  const early = await LedgerFolder.make();
  t.teardown(() => early.dispose());
  const ledger = await early.open();
  await ledger.commit({ writes: [put('k1', 'value 1')], audit: [] });
  await ledger.commit({ writes: [put('k1', 'value 2')], audit: [] });
  await ledger.close();
  let older = Buffer.alloc(0);
  await alter(early, async (database) => {
    older = Buffer.from((await database.get(recordKey('transfer', 'k1'))) ?? older);
  });

  const key = recordKey('transfer', 'k1');
  t.deepEqual(await problems((database) => database.put(key, older)), [
    '5 transfer: a value is older than the last that was written',
    '9 transfer: a value is older than the last that was written',
    'null null: 12 records are stored and 11 are in the chain',
  ]);
  t.true((await problems((database) => database.del(key))).includes('9 transfer: a value is missing'));
  t.true(
    (await problems((database) => database.del(erasedKey('transfer', 'k2')))).includes(
      '10 transfer: a value is missing',
    ),
  );
  t.deepEqual(await problems((database) => database.put(recordKey('transfer', 'k1'), Buffer.from('no record'))), [
    'null null: a stored entry does not have its checksum',
    'null null: 12 records are stored and 11 are in the chain',
  ]);
  const index = recordKey('auditByObject', 'o:4/0000000000000004');
  t.deepEqual(await problems((database) => database.del(index)), ['4 auditByObject: the audit index lacks an entry']);
  t.deepEqual(await problems((database) => database.put(Buffer.of(9, 9), Buffer.of(1))), [
    'null null: a key of no table is stored',
  ]);
  t.deepEqual(await problems(async () => undefined), []);
});

test('a damaged ledger that is opened to be read takes no writes', async (t) => {
  const folder = await writtenFolder(t);
  await alter(folder, (database) => database.del(commitKey(5)));
  const ledger = await folder.open({ damaged: 'read' });
  t.false(ledger.writable());
  t.truthy(await ledger.get('transfer', 'k1', SYSTEM));
  t.is((await refusal(t, ledger.commit({ writes: [put('k', 'x')], audit: [] }))).code, 'LEDGER_READ_ONLY');
});

test('a ledger of a newer format is refused', async (t) => {
  const folder = await writtenFolder(t);
  await alter(folder, (database) => database.put(metaKey('format'), Buffer.from('2')));
  t.is((await refusal(t, folder.open())).code, 'LEDGER_FORMAT');
  await alter(folder, (database) => database.put(metaKey('format'), Buffer.from('x')));
  t.is((await refusal(t, folder.open())).code, 'LEDGER_CORRUPT');
});

test('a second opener is kept out and does no harm', async (t) => {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const ledger = await folder.open();
  await ledger.commit({ writes: [put('k', '1')], audit: [] });
  t.is((await refusal(t, folder.open())).code, 'LEDGER_LOCKED');
  await ledger.commit({ writes: [put('k', '2')], audit: [] });
  t.deepEqual(await ledger.verify(), []);
});
