import { isRefusal } from '../proto/domain/errors.ts';
import { type CryptoErrorCode, cryptoRefusal } from './errors.ts';

/** A certificate or request of ours has under 1 KiB; an agency's own RSA-4096 ones stay under 8. */
export const CERTIFICATE_BYTES = 16_384;
/** 50,000 entries; it has to fit one gRPC message. */
export const CRL_BYTES = 4_194_304;

const SEQUENCE = 0x30;

/**
 * Throws the code unless the bytes are one DER SEQUENCE of definite length and nothing behind it, within the bound:
 * the parsers behind it recurse, and most of them ignore trailing bytes. Source: X.690, sections 8.1.3 and 10.1.
 */
export function assertOneSequence(der: Uint8Array, maximumBytes: number, code: CryptoErrorCode): void {
  const [tag, first = 0] = der;
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const header = 2 + lengthBytes;
  let length = first < 0x80 ? first : 0;
  for (const byte of der.subarray(2, Math.min(header, 6))) length = length * 256 + byte;
  if (
    tag !== SEQUENCE ||
    der.length > maximumBytes ||
    first === 0x80 ||
    lengthBytes > 4 ||
    der.length !== header + length
  )
    throw cryptoRefusal(code, { detail: { part: 'DER' }, verdict: 'reject' });
}

/** Runs a library's parser on input from outside: whatever it throws becomes the refusal; one of ours stays as it is. */
export function parsing<T>(code: CryptoErrorCode, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (isRefusal(cause)) throw cause;
    throw cryptoRefusal(code, { verdict: 'reject', cause });
  }
}
