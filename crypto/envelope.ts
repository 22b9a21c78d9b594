import { assertLength } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { sha256 } from './hash.ts';
import { sign, verify } from './sign.ts';

/** Length of the salt in front of a payload: fixed, so that salt and payload cannot be cut elsewhere. */
export const SALT_BYTES = 32;

/** Names a header and links the author's next one to it. `header`: the exact bytes as sent. */
export function headerHash(header: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(header);
}

/**
 * What a header says of its payload: SHA-256(salt ‖ payload). The salt (32 bytes) keeps an erased payload unguessable.
 * Throws CRYPTO_ENCODING for a salt of another length.
 */
export function payloadHash(salt: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  assertLength(salt, SALT_BYTES, 'salt');
  return sha256(salt, payload);
}

/** Signs a header with its author's identity key. `header`: the exact bytes that are sent and kept. */
export function signHeader(secretKey: Uint8Array, header: Uint8Array): Uint8Array<ArrayBuffer> {
  return sign(secretKey, withDomain(DOMAINS.envelope, header));
}

/** Checks a header against the outer author's key, before anything in it is parsed. */
export function verifyHeader(publicKey: Uint8Array, header: Uint8Array, signature: Uint8Array): boolean {
  return verify(publicKey, withDomain(DOMAINS.envelope, header), signature);
}
