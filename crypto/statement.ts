import { assertLength, uint32be } from './bytes.ts';
import { DOMAINS, withDomain } from './domains.ts';
import { sign, verify } from './sign.ts';

/**
 * Signs an entry of the control log: officer, node or log key over federation id (32 bytes), kind and exact body.
 * The same body under another kind or in another federation has another signature.
 */
export function signStatement(
  secretKey: Uint8Array,
  federationId: Uint8Array,
  kind: number,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  return sign(secretKey, statementMessage(federationId, kind, body));
}

/** Checks one signature of a statement; whether its signers suffice is the caller's question. */
export function verifyStatement(
  publicKey: Uint8Array,
  federationId: Uint8Array,
  kind: number,
  body: Uint8Array,
  signature: Uint8Array,
): boolean {
  return verify(publicKey, statementMessage(federationId, kind, body), signature);
}

function statementMessage(federationId: Uint8Array, kind: number, body: Uint8Array): Uint8Array {
  assertLength(federationId, 32, 'federation id');
  return withDomain(DOMAINS.statement, federationId, uint32be(kind), body);
}
