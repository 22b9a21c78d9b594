import { assertLength, uint64be } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { sign, verify } from './sign.ts';

type RenewalClaim = {
  /** 32 bytes. */
  readonly federationId: Uint8Array;
  readonly issuedAtMs: number | bigint;
  /** PKCS#10, DER, as sent. */
  readonly request: Uint8Array;
};

/** A member asks for its next certificate with its identity key. Source: proto/concordat/v1/enrolment.proto. */
export function proveRenewal(identitySecretKey: Uint8Array, claim: RenewalClaim): Uint8Array<ArrayBuffer> {
  return sign(identitySecretKey, renewalMessage(claim));
}

/** Checks that a renewal comes from the holder of the identity key; how old it may be is the caller's question. */
export function verifyRenewal(identityPublicKey: Uint8Array, claim: RenewalClaim, proof: Uint8Array): boolean {
  return verify(identityPublicKey, renewalMessage(claim), proof);
}

function renewalMessage(claim: RenewalClaim): Uint8Array {
  assertLength(claim.federationId, 32, 'federation id');
  return withDomain(DOMAINS.renewal, claim.federationId, uint64be(claim.issuedAtMs), claim.request);
}
