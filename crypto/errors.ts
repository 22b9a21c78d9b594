import { ConcordatError, type ErrorDetail, type Verdict } from '../proto/domain/errors.ts';

/** Refusals of this module. Texts never say which secret was wrong. */
export const CRYPTO_ERRORS = {
  CRYPTO_ENCODING: 'bytes or text of the wrong length, alphabet or form',
  CRYPTO_KEY: 'a key that is malformed, non-canonical or of small order',
  CRYPTO_PEER_ID: 'text that is not the peer id of an Ed25519 key',
  CRYPTO_OPEN: 'sealed bytes that the given keys do not open',
  CRYPTO_CONTEXT: 'a sealed object that was made for another place',
  CRYPTO_CHECKPOINT: 'a checkpoint or cosignature that is malformed or not signed by the named key',
  CRYPTO_PROOF: 'a Merkle proof asked for outside the tree',
  CRYPTO_REQUEST: 'a certificate request that is malformed, not self-signed or for a key that is not taken',
  CRYPTO_CERTIFICATE: 'a certificate that is malformed, not of this authority, not valid now or not for this use',
  CRYPTO_CRL: 'a revocation list that is malformed or not of this authority',
  CRYPTO_PKCS12: 'a PKCS#12 file that is malformed or that the passphrase does not open',
  CRYPTO_OPRF_INPUT: 'an element, scalar or batch that the OPRF does not take',
  CRYPTO_OPRF_PROOF: 'an OPRF evaluation whose proof does not hold under the announced key',
  FLAG_GROUP: 'a corporate group without a name',
  FLAG_THRESHOLD: 'a threshold that is not between 2 and 255',
  FLAG_SHARES: 'shares of fewer groups than the threshold, or none that fit together',
  FLAG_ITEM: 'a flag item whose fields do not have the one length and form of its kind',
  CRYPTO_PADDING: 'content that does not fit the one size of its kind, or is not padded',
  PRIVACY_EPSILON: 'an epsilon that is not finite and positive, or too small for the clipping cap',
  PRIVACY_CAP: 'a clipping cap that is not a positive integer',
  PRIVACY_BUCKET: 'a bucket outside its range, or a number of buckets outside 2 to 256',
  MATCH_TOKEN: 'a value of which nothing is left as a match token',
  MATCH_ENTRY: 'entries of a match filter with equal tokens, too long labels or too many of them',
  MATCH_FILTER: 'bytes that are not a match filter',
} as const;

export type CryptoErrorCode = keyof typeof CRYPTO_ERRORS;

/** Builds the refusal for a code; the text is the code's own, so that no value can slip into it. */
export function cryptoRefusal(
  code: CryptoErrorCode,
  options: { detail?: ErrorDetail; verdict?: Verdict; cause?: unknown } = {},
): ConcordatError {
  return new ConcordatError(code, CRYPTO_ERRORS[code], options);
}
