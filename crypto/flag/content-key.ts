import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { decrypt, encrypt } from '../aead.ts';
import { assertLength, uint32be, uint64be } from '../bytes.ts';
import { DOMAINS, withDomain } from '../domains.ts';

const KEY_BYTES = 32;

/** Which member key wraps. */
export type MemberKeyName = { readonly epoch: number | bigint; readonly generation: number };

/**
 * An object's own key under the member key (both 32 bytes), bound to that key's epoch and generation. 60 bytes.
 * Destroying the object's key shreds that object alone. Throws CRYPTO_ENCODING for keys of another length.
 */
export function wrapContentKey(
  input: MemberKeyName & {
    readonly memberKey: Uint8Array;
    readonly contentKey: Uint8Array;
    readonly random: RandomBytes;
  },
): Uint8Array {
  assertLength(input.contentKey, KEY_BYTES, 'content key');
  return encrypt(input.memberKey, input.contentKey, contextOf(input), input.random);
}

/** The object's key. Throws CRYPTO_OPEN under another member key, epoch or generation. */
export function unwrapContentKey(
  input: MemberKeyName & { readonly memberKey: Uint8Array; readonly wrappedKey: Uint8Array },
): Uint8Array {
  const contentKey = decrypt(input.memberKey, input.wrappedKey, contextOf(input));
  assertLength(contentKey, KEY_BYTES, 'content key');
  return contentKey;
}

function contextOf({ epoch, generation }: MemberKeyName): Uint8Array {
  return withDomain(DOMAINS.contentKeyWrap, uint64be(epoch), uint32be(generation));
}
