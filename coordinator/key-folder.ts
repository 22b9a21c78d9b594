import { fileKeyStore } from '../config/runtime/keys/file-key-store.ts';
import type { KeyStore } from '../config/runtime/keys/key-store.ts';
import { openWithKey, sealWithKey } from '../crypto/at-rest.ts';
import { utf8 } from '../crypto/bytes.ts';
import { DOMAINS } from '../crypto/domains.ts';
import { hkdfSha256 } from '../crypto/hash.ts';
import type { RandomBytes } from '../proto/domain/runtime.ts';

/**
 * The keys folder of a home, under its encryption key, which is a random text and therefore expanded, not stretched.
 * Each file is bound to its name.
 */
export function openKeyFolder(directory: string, encryptionKey: string, random: RandomBytes): KeyStore {
  const key = hkdfSha256(utf8(encryptionKey), new Uint8Array(0), DOMAINS.keyFolder, 32);
  return fileKeyStore({
    directory,
    atRest: {
      seal: (name, plaintext) => sealWithKey(key, plaintext, utf8(name), random),
      open: (name, sealed) => openWithKey(key, sealed, utf8(name)),
    },
  });
}
