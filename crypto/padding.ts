import { cryptoRefusal } from './errors.ts';

const MARK = 0x80;

/**
 * Brings content to one size before it is sealed, so that its length tells nothing: content ‖ 0x80 ‖ zeros.
 * Throws CRYPTO_PADDING when the content has `size` bytes or more. Source: ISO/IEC 7816-4.
 */
export function padTo(size: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  if (content.length >= size) throw cryptoRefusal('CRYPTO_PADDING', { detail: { size, found: content.length } });
  const padded = new Uint8Array(size);
  padded.set(content);
  padded[content.length] = MARK;
  return padded;
}

/** Takes the padding off after opening. Throws CRYPTO_PADDING when there is none. */
export function unpad(padded: Uint8Array): Uint8Array {
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (end < 0 || padded[end] !== MARK) throw cryptoRefusal('CRYPTO_PADDING', { verdict: 'reject' });
  return padded.slice(0, end);
}
