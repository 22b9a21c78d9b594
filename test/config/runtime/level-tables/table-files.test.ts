import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openDatabase } from '../../../../node/ledger/level/level-store.ts';
import { findTableDamage } from '../../../../config/runtime/level-tables/table-files.ts';
import { LedgerFolder } from '../../../node/ledger/level/ledger-folder.ts';

/** A folder of the engine with one table of several blocks, and the table's path. */
async function tableFolder(t: ExecutionContext): Promise<{ readonly directory: string; readonly table: string }> {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const directory = join(folder.path, 'level');
  const database = await openDatabase(directory, true);
  const rows = Array.from({ length: 300 }, (_, place) => Buffer.from(`key ${place}`));
  await database.batch(rows.map((key) => ({ type: 'put', key, value: Buffer.alloc(100, key) })));
  await database.close();
  await (await openDatabase(directory, false)).close();
  const names = await readdir(directory);
  return { directory, table: join(directory, names.find((name) => name.endsWith('.ldb')) ?? '') };
}

test('a table as the engine wrote it shows no damage, nor does a folder that does not exist', async (t) => {
  const { directory } = await tableFolder(t);
  t.is(await findTableDamage(directory), undefined);
  t.is(await findTableDamage(join(directory, 'absent')), undefined);
});

test('a flipped bit is found wherever it is in a table, unless it is in the footer that the engine checks', async (t) => {
  const { directory, table } = await tableFolder(t);
  const bytes = await readFile(table);
  for (let offset = 0; offset < bytes.length - 48; offset += 97) {
    const flipped = Buffer.from(bytes);
    flipped.writeUInt8(bytes.readUInt8(offset) ^ (1 << (offset % 8)), offset);
    await writeFile(table, flipped);
    const damage = await findTableDamage(directory);
    t.true(damage !== undefined && damage.offset <= offset, `byte ${offset}`);
  }
});

test('what a crash leaves of a table is left to the engine', async (t) => {
  const { directory, table } = await tableFolder(t);
  for (const size of [10_000, 48, 10, 0]) {
    await truncate(table, size);
    t.is(await findTableDamage(directory), undefined);
  }
});
