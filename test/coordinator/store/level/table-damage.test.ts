import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openDatabase } from '../../../../coordinator/store/level/database.ts';

test('a store with a damaged table is refused before the engine reads it', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'concordat-store-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const database = await openDatabase(directory);
  const key = (place: number) => Buffer.from(String(place).padStart(8, '0'));
  await database.batch(
    Array.from({ length: 2_000 }, (_, place) => ({ type: 'put', key: key(place), value: Buffer.alloc(200, place) })),
  );
  // What lies in the log goes into a table.
  await (database as unknown as { compactRange(from: Uint8Array, to: Uint8Array): Promise<void> }).compactRange(
    key(0),
    key(2_000),
  );
  await database.close();
  const table = (await readdir(directory)).find((name) => name.endsWith('.ldb')) ?? '';
  const bytes = await readFile(join(directory, table));
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
  await writeFile(join(directory, table), bytes);
  await t.throwsAsync(openDatabase(directory), { code: 'STORE_CORRUPT' });
});
