import { asId, type AgencyId, type PeerIdText } from '../proto/domain/ids.ts';
import { isRefusal } from '../proto/domain/errors.ts';
import { cryptoRefusal } from './errors.ts';
import { identityKeyOf } from './peer-id.ts';
import type { CertificateInfo } from './x509.ts';

/** Whom a member's certificate names. The peer id binds it to the identity key. */
export type CertificateIdentity = {
  /** Trust domain of the SPIFFE id. */
  readonly federation: string;
  readonly agencyId: AgencyId;
  readonly nodeId: string;
  readonly peerId: PeerIdText;
};

/** Characters of trust domains and path segments. Source: SPIFFE-ID, sections 2.1 and 2.2. */
const SPIFFE = /^spiffe:\/\/([a-z0-9._-]{1,255})\/agency\/([A-Za-z0-9._-]{1,255})\/node\/([A-Za-z0-9._-]{1,255})$/;
const PEER = /^urn:concordat:peer:([A-Za-z0-9]{1,64})$/;

/** The two URIs that a member's request and certificate carry. Throws CRYPTO_CERTIFICATE for a name they do not take. */
export function certificateUris(identity: CertificateIdentity): readonly string[] {
  const uris = [
    `spiffe://${identity.federation}/agency/${identity.agencyId}/node/${identity.nodeId}`,
    `urn:concordat:peer:${identity.peerId}`,
  ];
  certificateIdentity({ uris });
  return uris;
}

/**
 * Reads whom a certificate or request names: exactly one SPIFFE id of a node and one peer id, and no other URI, as
 * with two names each check could read its own. Throws CRYPTO_CERTIFICATE.
 */
export function certificateIdentity(parsed: Pick<CertificateInfo, 'uris'>): CertificateIdentity {
  const node = parsed.uris.map((uri) => SPIFFE.exec(uri)).find((match) => match !== null);
  const peer = parsed.uris.map((uri) => PEER.exec(uri)).find((match) => match !== null);
  const [, federation, agencyId, nodeId] = node ?? [];
  const peerId = peer?.[1];
  const complete = federation !== undefined && agencyId !== undefined && nodeId !== undefined && peerId !== undefined;
  if (!complete || parsed.uris.length !== 2 || !isPeerId(peerId))
    throw cryptoRefusal('CRYPTO_CERTIFICATE', { detail: { check: 'identity' }, verdict: 'reject' });
  return { federation, agencyId: asId<AgencyId>(agencyId), nodeId, peerId: asId<PeerIdText>(peerId) };
}

function isPeerId(text: string): boolean {
  try {
    identityKeyOf(text);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}
