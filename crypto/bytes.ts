import { timingSafeEqual } from 'node:crypto';
import { cryptoRefusal } from './errors.ts';

const HEX = /^(?:[0-9a-f]{2})*$/;
const BASE64URL = /^[A-Za-z0-9_-]*$/;

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'utf8'));
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return view(bytes).toString('hex');
}

/** Reads lower-case hexadecimal. Throws CRYPTO_ENCODING on anything else: a byte string has one spelling. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  if (!HEX.test(text)) throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'hex' } });
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** Base64 with the URL alphabet, unpadded. Source: RFC 4648, section 5. */
export function toBase64url(bytes: Uint8Array): string {
  return view(bytes).toString('base64url');
}

/** Reads unpadded base64url. Throws CRYPTO_ENCODING on other characters and on loose trailing bits. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = BASE64URL.test(text) ? Buffer.from(text, 'base64url') : undefined;
  if (bytes?.toString('base64url') !== text) throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'base64url' } });
  return new Uint8Array(bytes);
}

/** Compares in time that does not depend on the content; the length is not secret. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Four bytes, big endian. Throws CRYPTO_ENCODING outside 0 … 2^32 − 1. */
export function uint32be(value: number): Uint8Array<ArrayBuffer> {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'uint32' } });
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Eight bytes, big endian. Throws CRYPTO_ENCODING outside 0 … 2^64 − 1, and for numbers above 2^53 − 1. */
export function uint64be(value: number | bigint): Uint8Array<ArrayBuffer> {
  const exact = typeof value === 'bigint' || Number.isSafeInteger(value) ? BigInt(value) : -1n;
  if (exact < 0n || exact > 0xffff_ffff_ffff_ffffn)
    throw cryptoRefusal('CRYPTO_ENCODING', { detail: { form: 'uint64' } });
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, exact);
  return bytes;
}

/** Throws CRYPTO_ENCODING unless the bytes have exactly this length; `form` names the field. */
export function assertLength(bytes: Uint8Array, length: number, form: string): void {
  if (bytes.length !== length)
    throw cryptoRefusal('CRYPTO_ENCODING', {
      detail: { form, wanted: length, found: bytes.length },
      verdict: 'reject',
    });
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
