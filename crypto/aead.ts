import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { RandomBytes } from '../proto/domain/runtime.ts';
import { assertLength, concat } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Bytes that encryption adds to a plaintext. */
export const AEAD_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/**
 * AES-256-GCM with a random nonce: nonce (12) ‖ ciphertext ‖ tag (16).
 * One key takes at most 2^32 messages (NIST SP 800-38D, section 8.3); keys here live for an object, epoch or store.
 */
export function encrypt(
  key32: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
  random: RandomBytes,
): Uint8Array<ArrayBuffer> {
  assertLength(key32, KEY_BYTES, 'key');
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key32, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData);
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return concat(nonce, ciphertext, cipher.getAuthTag());
}

/** Opens what `encrypt` made. Throws CRYPTO_OPEN for a wrong key, other associated data or any changed byte. */
export function decrypt(key32: Uint8Array, sealed: Uint8Array, associatedData: Uint8Array): Uint8Array<ArrayBuffer> {
  assertLength(key32, KEY_BYTES, 'key');
  if (sealed.length < AEAD_OVERHEAD_BYTES) throw cryptoRefusal('CRYPTO_OPEN');
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key32, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plaintext = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch (cause) {
    throw cryptoRefusal('CRYPTO_OPEN', { cause });
  }
  return new Uint8Array(plaintext);
}
