import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { fileKeyStore } from '../../../../config/runtime/keys/file-key-store.ts';
import { writeNew } from '../../../../config/runtime/private-file.ts';

/** Reversible and visible: what is tested here is the folder, not the cipher. */
const REVERSED = {
  seal: (_name: string, plaintext: Uint8Array) => plaintext.toReversed(),
  open: (_name: string, sealed: Uint8Array) => sealed.toReversed(),
};

async function folder(t: { teardown(fn: () => Promise<void>): void }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'concordat-keys-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return directory;
}

test('a key comes back as it was put, and lies sealed in a file of mode 0600', async (t) => {
  const directory = await folder(t);
  const store = fileKeyStore({ directory, atRest: REVERSED });
  await store.put('identity', Uint8Array.of(1, 2, 3));
  t.deepEqual(await store.get('identity'), Uint8Array.of(1, 2, 3));
  t.deepEqual([...(await readFile(join(directory, 'identity.key')))], [3, 2, 1]);
  t.is((await stat(join(directory, 'identity.key'))).mode & 0o777, 0o600);
  t.deepEqual(await store.list(), ['identity']);
});

test('a key is never replaced', async (t) => {
  const store = fileKeyStore({ directory: await folder(t), atRest: REVERSED });
  await store.put('sealing', Uint8Array.of(1));
  t.like(await t.throwsAsync(store.put('sealing', Uint8Array.of(2))), { code: 'KEYS_EXISTS' });
  t.deepEqual(await store.get('sealing'), Uint8Array.of(1));
});

test('a key file that others can read is refused', async (t) => {
  const directory = await folder(t);
  const store = fileKeyStore({ directory, atRest: REVERSED });
  await store.put('tls', Uint8Array.of(1));
  await chmod(join(directory, 'tls.key'), 0o644);
  t.like(await t.throwsAsync(store.get('tls')), { code: 'KEYS_EXPOSED' });
});

test('a missing key and one that does not open are told apart', async (t) => {
  const directory = await folder(t);
  const open = (): never => {
    throw new Error('bad tag');
  };
  const store = fileKeyStore({ directory, atRest: { ...REVERSED, open } });
  t.like(await t.throwsAsync(store.get('identity')), { code: 'KEYS_MISSING' });
  await store.put('identity', Uint8Array.of(1));
  t.like(await t.throwsAsync(store.get('identity')), { code: 'KEYS_LOCKED' });
});

test('a write that was cut short before leaves no trace in the next', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'note.new'), 'half');
  await writeNew(join(directory, 'note'), 'whole');
  t.is(await readFile(join(directory, 'note'), 'utf8'), 'whole');
  t.like(await t.throwsAsync(writeNew(join(directory, 'note'), 'again')), { code: 'EEXIST' });
  await t.throwsAsync(stat(join(directory, 'note.new')));
});
