import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { HeadFile } from '../../../../node/ledger/level/head-file.ts';
import { ConcordatError } from '../../../../proto/domain/errors.ts';
import { LedgerFolder } from './ledger-folder.ts';

const SECOND_SLOT = 4_096;
const head = (sequence: number) => ({ sequence, hash: new Uint8Array(32).fill(sequence) });

async function headFile(t: ExecutionContext, writes: number): Promise<string> {
  const folder = await LedgerFolder.make();
  t.teardown(() => folder.dispose());
  const path = join(folder.path, 'head');
  const file = await HeadFile.create(path);
  for (let sequence = 1; sequence <= writes; sequence += 1) await file.write(head(sequence));
  await file.close();
  return path;
}

async function read(path: string): Promise<Pick<Awaited<ReturnType<typeof HeadFile.open>>, 'head' | 'torn'>> {
  const { file, ...found } = await HeadFile.open(path);
  await file.close();
  return found;
}

async function damage(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
  await writeFile(path, bytes);
}

test('the last head written is read back', async (t) => {
  for (const writes of [1, 2, 3, 8])
    t.deepEqual(await read(await headFile(t, writes)), { head: head(writes), torn: false });
  t.is((await read(await headFile(t, 0))).head.sequence, 0);
});

test('a slot torn by a crash falls back to the one before, and is the next to be written', async (t) => {
  const path = await headFile(t, 3);
  await damage(path, 30);
  t.deepEqual(await read(path), { head: head(2), torn: true });
  const { file } = await HeadFile.open(path);
  await file.write(head(4));
  await file.close();
  t.deepEqual(await read(path), { head: head(4), torn: false });
});

test('with both slots damaged the file is refused', async (t) => {
  const path = await headFile(t, 3);
  await damage(path, 30);
  await damage(path, SECOND_SLOT + 30);
  const error = await t.throwsAsync(read(path), { instanceOf: ConcordatError });
  t.is(error?.code, 'LEDGER_CORRUPT');
});

test('a head file of a newer format is refused', async (t) => {
  const path = await headFile(t, 3);
  const bytes = await readFile(path);
  bytes.writeUInt32BE(2, SECOND_SLOT + 16);
  bytes.writeUInt32BE(crc32(bytes.subarray(SECOND_SLOT, SECOND_SLOT + 60)), SECOND_SLOT + 60);
  await writeFile(path, bytes);
  const error = await t.throwsAsync(read(path), { instanceOf: ConcordatError });
  t.is(error?.code, 'LEDGER_FORMAT');
});
