import { assertLength } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { sha256 } from './hash.ts';
import { sign, verify } from './sign.ts';

/** Signs an indicator's exact bytes with the log key. Source: proto/concordat/v1/exchange.proto. */
export function signIndicator(logSecretKey: Uint8Array, indicator: Uint8Array): Uint8Array<ArrayBuffer> {
  return sign(logSecretKey, withDomain(DOMAINS.indicator, indicator));
}

/** Checks an indicator against the log key of the genesis. */
export function verifyIndicator(logPublicKey: Uint8Array, indicator: Uint8Array, signature: Uint8Array): boolean {
  return verify(logPublicKey, withDomain(DOMAINS.indicator, indicator), signature);
}

/**
 * The entry that stands in the indicator log: SHA-256(salt ‖ indicator), 32 bytes, which tells nothing of it.
 * Its place in the tree is `leafHash` of this entry, as for every entry (RFC 6962). The salt has 32 bytes, else
 * CRYPTO_ENCODING: with a fixed length no byte can move between salt and indicator.
 */
export function indicatorLeaf(salt: Uint8Array, indicator: Uint8Array): Uint8Array<ArrayBuffer> {
  assertLength(salt, 32, 'salt');
  return sha256(salt, indicator);
}
