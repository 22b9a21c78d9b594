import { scryptSync } from 'node:crypto';
import type { RandomBytes } from '../proto/domain/runtime.ts';
import { decrypt, encrypt } from './aead.ts';
import { concat, utf8 } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { cryptoRefusal } from './errors.ts';

/** First byte of each format. A new parameter set takes a new number; retired ones stay readable. */
const FORMATS = { passphrase: 1, key: 2 } as const;
const SALT_BYTES = 16;
/** 32 MiB and about 0.1 s a guess. Source: RFC 7914; OWASP Password Storage Cheat Sheet (N = 2^15 … 2^17, r = 8). */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;

/**
 * Seals bytes under a passphrase: format (1) ‖ salt (16) ‖ AES-256-GCM under scrypt(passphrase, salt).
 * Holds the process for about 0.1 s: for keys and backups, not for requests.
 */
export function sealWithPassphrase(
  passphrase: string,
  plaintext: Uint8Array,
  random: RandomBytes,
): Uint8Array<ArrayBuffer> {
  const header = concat(Uint8Array.of(FORMATS.passphrase), random(SALT_BYTES));
  return concat(header, encrypt(passphraseKey(passphrase, header), plaintext, associated(header), random));
}

/** Opens what `sealWithPassphrase` made. Throws CRYPTO_OPEN for another passphrase, format or any changed byte. */
export function openWithPassphrase(passphrase: string, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = sealed.subarray(0, 1 + SALT_BYTES);
  if (header[0] !== FORMATS.passphrase || header.length !== 1 + SALT_BYTES) throw cryptoRefusal('CRYPTO_OPEN');
  return decrypt(passphraseKey(passphrase, header), sealed.subarray(header.length), associated(header));
}

/**
 * Seals bytes under a 32-byte key: format (1) ‖ AES-256-GCM. `associatedData` says where the bytes belong (store, key),
 * so that one record cannot be put in another's place; it is not stored.
 */
export function sealWithKey(
  key32: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
  random: RandomBytes,
): Uint8Array<ArrayBuffer> {
  const header = Uint8Array.of(FORMATS.key);
  return concat(header, encrypt(key32, plaintext, associated(header, associatedData), random));
}

/** Opens what `sealWithKey` made. Throws CRYPTO_OPEN for another key, place, format or any changed byte. */
export function openWithKey(
  key32: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const header = sealed.subarray(0, 1);
  if (header[0] !== FORMATS.key) throw cryptoRefusal('CRYPTO_OPEN');
  return decrypt(key32, sealed.subarray(1), associated(header, associatedData));
}

/** The passphrase in NFC, so that two keyboards' spellings of one text are one key. */
function passphraseKey(passphrase: string, header: Uint8Array): Uint8Array {
  return scryptSync(utf8(passphrase.normalize('NFC')), header.subarray(1), 32, SCRYPT);
}

function associated(...parts: readonly Uint8Array[]): Uint8Array {
  return withDomain(DOMAINS.atRest, ...parts);
}
