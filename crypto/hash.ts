import { createHash, createHmac, hash, hkdfSync } from 'node:crypto';
import { concat, utf8 } from './bytes.ts';

/** SHA-256 of the parts, joined. 32 bytes. Source: FIPS 180-4. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return digest('sha256', parts);
}

/** SHA-256 of a text in UTF-8, as lower-case hex; in one call, without bytes in between. Source: FIPS 180-4. */
export function sha256Hex(text: string): string {
  return hash('sha256', text, 'hex');
}

/** SHA-512 of the parts, joined. 64 bytes. Source: FIPS 180-4. */
export function sha512(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return digest('sha512', parts);
}

/** HMAC-SHA-256 of the parts, joined. 32 bytes. Source: RFC 2104. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest());
}

/**
 * Derives keys from a shared secret. `info` as text is taken in UTF-8; use a domain of `domains.ts`.
 * At most 8,160 bytes. Source: RFC 5869.
 */
export function hkdfSha256(
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array | string,
  length: number,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdfSync('sha256', secret, salt, typeof info === 'string' ? utf8(info) : info, length));
}

/** Tree nodes and links lie below it: joining them and hashing in one call is faster; above it copying costs more. */
const JOINED_BYTES = 128;

function digest(algorithm: 'sha256' | 'sha512', parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return new Uint8Array(hash(algorithm, first, 'buffer'));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length <= JOINED_BYTES) return new Uint8Array(hash(algorithm, concat(...parts), 'buffer'));
  const running = createHash(algorithm);
  for (const part of parts) running.update(part);
  return new Uint8Array(running.digest());
}
