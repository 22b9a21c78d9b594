import { fromBase64url, toBase64url, utf8 } from '../../../crypto/bytes.ts';
import { DOMAINS, withDomain } from '../../../crypto/domains.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import { identityKeyOf, peerIdText } from '../../../crypto/peer-id.ts';
import { sign, verify } from '../../../crypto/sign.ts';
import { assertionOf, type MergeAssertion, type SignedMerge } from '../../records/merges.ts';
import { entityError } from '../errors.ts';

/** Signs an assertion with a node's identity key. */
export function signMerge(assertion: MergeAssertion, { publicKey, secretKey }: KeyPair): SignedMerge {
  const { one, ordinal, other } = assertion;
  const statement = JSON.stringify(assertion);
  const signature = toBase64url(sign(secretKey, withDomain(DOMAINS.entityMerge, utf8(statement))));
  return { one, other, ordinal, statement, signer: peerIdText(publicKey), signature };
}

/** The assertion in a signed merge, after its signature has been checked. @throws ENTITY_SIGNATURE */
export function openMerge(merge: SignedMerge): MergeAssertion {
  if (!isSigned(merge)) throw entityError('ENTITY_SIGNATURE');
  const assertion = assertionOf(merge);
  if (assertion.one !== merge.one || assertion.other !== merge.other || assertion.ordinal !== merge.ordinal)
    throw entityError('ENTITY_SIGNATURE');
  return assertion;
}

function isSigned({ signature, signer, statement }: SignedMerge): boolean {
  try {
    const message = withDomain(DOMAINS.entityMerge, utf8(statement));
    return verify(identityKeyOf(signer), message, fromBase64url(signature));
  } catch {
    // Neither a peer id nor base64url: as little a signature as a wrong one.
    return false;
  }
}
