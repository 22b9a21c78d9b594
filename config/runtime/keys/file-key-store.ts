import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import type { CONFIG_ERRORS } from '../../errors.ts';
import { isErrno, readPrivate, writeNew } from '../private-file.ts';
import { KEY_NAMES, type KeyName, type KeyStore } from './key-store.ts';

/** Encryption of one key file, handed in with its passphrase: config knows no cryptography. */
export type AtRest = {
  /** Binds the bytes to the key's name, so that no file can be put in another's place. */
  seal(name: KeyName, plaintext: Uint8Array): Uint8Array;
  /** Throws when the bytes do not open. */
  open(name: KeyName, sealed: Uint8Array): Uint8Array;
};

/** Keys as encrypted files `<name>.key`, mode 0600, in a folder of mode 0700. Files that others can read are refused. */
export function fileKeyStore(options: { directory: string; atRest: AtRest }): KeyStore {
  const { directory, atRest } = options;
  const pathOf = (name: KeyName): string => join(directory, `${name}.key`);
  return {
    async get(name) {
      const sealed = await readPrivate(pathOf(name)).catch((error: unknown) => {
        throw isErrno(error, 'ENOENT') ? refusal('KEYS_MISSING', name, `no ${name} key in this home`) : error;
      });
      try {
        return atRest.open(name, sealed);
      } catch (cause) {
        throw refusal('KEYS_LOCKED', name, 'key does not open with the encryption key of this home', cause);
      }
    },
    async put(name, secret) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeNew(pathOf(name), atRest.seal(name, secret)).catch((error: unknown) => {
        throw isErrno(error, 'EEXIST') ? refusal('KEYS_EXISTS', name, `there is a ${name} key already`) : error;
      });
    },
    async list() {
      const files: string[] = await readdir(directory).catch(() => []);
      return KEY_NAMES.filter((name) => files.includes(`${name}.key`));
    },
  };
}

function refusal(code: keyof typeof CONFIG_ERRORS, key: KeyName, message: string, cause?: unknown): ConcordatError {
  return new ConcordatError(code, message, { detail: { key }, cause });
}
