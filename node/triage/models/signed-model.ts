import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { fromBase64url, toBase64url, utf8 } from '../../../crypto/bytes.ts';
import { DOMAINS, withDomain } from '../../../crypto/domains.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import { identityKeyOf, peerIdText } from '../../../crypto/peer-id.ts';
import { sign, verify } from '../../../crypto/sign.ts';
import { triageRefusal } from '../errors.ts';
import { parseScorerArtefact, type ScorerArtefact } from './scorer-artefact.ts';

/** An artefact as the text that was signed, so that it is the same bytes wherever it goes. */
export type SignedModel = {
  readonly format: 1;
  /** The artefact as JSON. */
  readonly artefact: string;
  /** Peer id of the node that signed it. */
  readonly signer: string;
  /** Ed25519 over the text, base64url. */
  readonly signature: string;
};

export const SIGNED_MODEL = z.strictObject({
  format: z.literal(1),
  artefact: z.string().max(LIMITS.modelBytes),
  signer: z.string().max(128),
  signature: z.string().max(128),
});

/** Signs an artefact with a node's identity key. */
export function signModel(artefact: ScorerArtefact, { publicKey, secretKey }: KeyPair): SignedModel {
  const text = JSON.stringify(artefact);
  const signature = toBase64url(sign(secretKey, withDomain(DOMAINS.modelArtefact, utf8(text))));
  return { format: 1, artefact: text, signer: peerIdText(publicKey), signature };
}

/**
 * The artefact in a signed model, after its signature has been checked.
 * @param signer peer id of the node that must have signed it
 * @throws TRIAGE_MODEL_SIGNATURE, TRIAGE_MODEL
 */
export function openModel(model: SignedModel, signer: string): ScorerArtefact {
  if (model.signer !== signer || !isSigned(model)) throw triageRefusal('TRIAGE_MODEL_SIGNATURE');
  try {
    return parseScorerArtefact(JSON.parse(model.artefact));
  } catch (cause) {
    if (cause instanceof SyntaxError) throw triageRefusal('TRIAGE_MODEL', { detail: { field: '$' }, cause });
    throw cause;
  }
}

function isSigned({ artefact, signature, signer }: SignedModel): boolean {
  try {
    const message = withDomain(DOMAINS.modelArtefact, utf8(artefact));
    return verify(identityKeyOf(signer), message, fromBase64url(signature));
  } catch {
    // Neither a peer id nor base64url: as little a signature as a wrong one.
    return false;
  }
}
