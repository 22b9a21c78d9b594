import { assertLength, equalBytes } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { hkdfSha256, hmacSha256, sha256 } from './hash.ts';
import { sharedSecret } from './keys.ts';
import { sign, verify } from './sign.ts';

/**
 * What a joining node proves its keys over, 32 bytes: SHA-256 of federation id (32), SHA-256 of the token (32),
 * the certificate request (DER) and the node record's bytes. Both open ends are self-delimiting, and their parsers
 * take no trailing byte. Source: proto/concordat/v1/enrolment.proto.
 */
export function transcriptHash(input: {
  readonly federationId: Uint8Array;
  readonly tokenHash: Uint8Array;
  /** PKCS#10, DER, as sent. */
  readonly request: Uint8Array;
  /** Body of the statement that carries the record, as sent. */
  readonly nodeRecord: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  assertLength(input.federationId, 32, 'federation id');
  assertLength(input.tokenHash, 32, 'token hash');
  return sha256(withDomain(DOMAINS.enrolment, input.federationId, input.tokenHash, input.request, input.nodeRecord));
}

/** Proves possession of the identity key: Ed25519 over the transcript. */
export function proveIdentity(identitySecretKey: Uint8Array, transcript: Uint8Array): Uint8Array<ArrayBuffer> {
  assertLength(transcript, 32, 'transcript');
  return sign(identitySecretKey, transcript);
}

/** Checks the proof of the identity key that the node record names. */
export function verifyIdentity(identityPublicKey: Uint8Array, transcript: Uint8Array, proof: Uint8Array): boolean {
  assertLength(transcript, 32, 'transcript');
  return verify(identityPublicKey, transcript, proof);
}

/**
 * Proves possession of the sealing key, which cannot sign: HMAC of the transcript under a key that only the holders of
 * the two X25519 secrets can derive. Throws CRYPTO_KEY for a bad enrolment key.
 */
export function proveSealing(input: {
  readonly sealingSecretKey: Uint8Array;
  readonly enrolmentPublicKey: Uint8Array;
  readonly transcript: Uint8Array;
}): Uint8Array<ArrayBuffer> {
  return sealingMac(input.sealingSecretKey, input.enrolmentPublicKey, input.transcript);
}

/** Checks the proof of the sealing key at the enrolment listener. Throws CRYPTO_KEY for a bad sealing key. */
export function verifySealing(input: {
  readonly enrolmentSecretKey: Uint8Array;
  readonly sealingPublicKey: Uint8Array;
  readonly transcript: Uint8Array;
  readonly proof: Uint8Array;
}): boolean {
  return equalBytes(sealingMac(input.enrolmentSecretKey, input.sealingPublicKey, input.transcript), input.proof);
}

function sealingMac(secretKey: Uint8Array, publicKey: Uint8Array, transcript: Uint8Array): Uint8Array<ArrayBuffer> {
  assertLength(transcript, 32, 'transcript');
  const key = hkdfSha256(sharedSecret(secretKey, publicKey), new Uint8Array(0), DOMAINS.sealingProof, 32);
  return hmacSha256(key, transcript);
}
