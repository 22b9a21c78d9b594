import { array, assert as checkProperty, nat, property, record, uint8Array } from 'fast-check';
import { isRefusal } from '../../../proto/domain/errors.ts';

/** Code of the refusal that a decoder ends in, `none` when it reads the bytes. A fault is passed up. */
export function codeOf(decode: () => unknown): string {
  try {
    decode();
    return 'none';
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

/**
 * Checks that a parser of bytes from outside reads them or refuses them with a WIRE_* code that counts against the
 * sender, and does nothing else: any bytes, and any change of bytes that it reads.
 * @throws when it does anything else, with the bytes and the seed
 */
export function fuzzParser(decode: (bytes: Uint8Array) => unknown, sample: Uint8Array): void {
  const reads = (bytes: Uint8Array): boolean => {
    try {
      decode(bytes);
      return true;
    } catch (error) {
      return isRefusal(error) && error.code.startsWith('WIRE_') && error.verdict === 'reject';
    }
  };
  checkProperty(property(uint8Array({ maxLength: 400 }), reads));
  const change = record({ at: nat(), to: nat(255) });
  checkProperty(
    property(array(change, { minLength: 1, maxLength: 4 }), nat(), (changes, cut) => {
      const bytes = sample.slice(0, sample.length - (cut % 8));
      for (const { at, to } of changes) bytes[at % Math.max(1, bytes.length)] = to;
      return reads(bytes);
    }),
    { numRuns: 400 },
  );
}
