import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { concat, uint32be } from '../bytes.ts';
import { hmacSha256 } from '../hash.ts';

/**
 * Bytes that follow from a key and a context and are uniform to whoever lacks the key: HMAC-SHA-256 of the context and
 * a counter, block by block. The same calls in the same order give the same bytes.
 */
export function keyedStream(key: Uint8Array, context: Uint8Array): RandomBytes {
  let counter = 0;
  let left: Uint8Array = new Uint8Array();
  return (length) => {
    while (left.length < length) {
      left = concat(left, hmacSha256(key, context, uint32be(counter)));
      counter += 1;
    }
    const taken = left.slice(0, length);
    left = left.subarray(length);
    return taken;
  };
}
