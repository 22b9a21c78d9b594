import { readFile, stat, writeFile } from 'node:fs/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import { isErrno, readPrivate, writeNew } from '../../config/runtime/private-file.ts';
import type { CliContext } from './context.ts';
import { CliRefusal } from './refusal.ts';

/** Reads a small text file that a command names. @throws CLI_FILE */
export async function readTextFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > LIMITS.settingsFileBytes) throw new Error('larger than such a file can be');
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CliRefusal('CLI_FILE', `cannot read ${path}`, 'check the path', cause);
  }
}

/** Reads a small file of bytes that a command names. @throws CLI_FILE */
export async function readBytesFile(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > LIMITS.settingsFileBytes) throw new Error('larger than such a file can be');
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new CliRefusal('CLI_FILE', `cannot read ${path}`, 'check the path', cause);
  }
}

/** As readTextFile; undefined when there is none. */
export async function readTextFileIfThere(path: string): Promise<string | undefined> {
  try {
    await stat(path);
  } catch {
    return undefined;
  }
  return readTextFile(path);
}

/** Writes a file that is passed on to others; replaces what was there. @throws CLI_FILE */
export async function writeTextFile(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    throw new CliRefusal('CLI_FILE', `cannot write ${path}`, 'check the path', cause);
  });
}

/** Writes a secret file for its owner alone; never replaces one. @throws CLI_FILE */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  try {
    await writeNew(path, text);
  } catch (cause) {
    const hint = isErrno(cause, 'EEXIST') ? 'there is a file of this name already' : 'check the path';
    throw new CliRefusal('CLI_FILE', `cannot make ${path}`, hint, cause);
  }
}

/** Passphrase of an officer key: from a file for its owner alone, else from the environment. @throws CLI_USAGE, KEYS_EXPOSED */
export async function officerPassphrase(path: string | undefined, context: CliContext): Promise<string> {
  const text =
    path === undefined
      ? (context.environment['CONCORDAT_OFFICER_PASSPHRASE'] ?? '')
      : new TextDecoder().decode(await readPrivate(path)).trim();
  if (text.length >= 12) return text;
  throw new CliRefusal(
    'CLI_USAGE',
    'no passphrase of at least 12 characters for the officer key',
    'give --passphrase-file FILE or CONCORDAT_OFFICER_PASSPHRASE',
  );
}
