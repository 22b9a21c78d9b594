import { link, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConcordatError } from '../../proto/domain/errors.ts';

/**
 * Reads a file that its owner alone may read.
 * @throws KEYS_EXPOSED when group or others have any right on it
 */
export async function readPrivate(path: string): Promise<Uint8Array> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0)
    throw new ConcordatError('KEYS_EXPOSED', `${path} is open to other users: chmod 600 it`, { detail: { path } });
  return new Uint8Array(await readFile(path));
}

/**
 * Writes a file that must not exist yet, mode 0600. It appears whole or not at all, and is durable on return.
 * @throws EEXIST (errno) when it is there already
 */
export async function writeNew(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.new`;
  await unlink(temporary).catch(() => undefined);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } finally {
    await unlink(temporary);
  }
  await syncDirectory(dirname(path));
}

/** Whether a fault is the operating system's error of that name. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
