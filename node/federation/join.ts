import { certificateUris } from '../../crypto/certificate-identity.ts';
import { equalBytes, toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import { identityKeyFromSeed, sealingKeyFromSecret } from '../../crypto/keys.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import { createRequest, parseCertificate, tlsKeyOf, type TlsKey, verifyCertificate } from '../../crypto/x509.ts';
import type { KeyStore } from '../../config/runtime/keys/key-store.ts';
import { encodeNodeRecord } from '../../proto/codec/membership.ts';
import type { NodeRecord, SignedStatement } from '../../proto/domain/control.ts';
import { asId, type AgencyId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Enrolled, EnrolmentInput, EnrolmentListener } from '../coordinator-link/enrol.ts';
import type { Enrolment } from './home.ts';
import type { JoinToken } from './join-token.ts';
import { federationRefusal } from './refusal.ts';

/** A node before it is a member: its names, and its keys as its home keeps them. */
export type NodeIdentity = {
  readonly agencyId: AgencyId;
  readonly nodeId: string;
  readonly peerId: PeerIdText;
  readonly identitySecretKey: Uint8Array;
  readonly sealingSecretKey: Uint8Array;
  readonly tls: TlsKey;
};

/** @throws KEYS_* */
export async function identityOf(
  keys: KeyStore,
  names: { readonly agency: string; readonly name: string },
): Promise<NodeIdentity> {
  const identitySecretKey = await keys.get('identity');
  return {
    agencyId: asId(names.agency),
    nodeId: names.name,
    peerId: peerIdText(identityKeyFromSeed(identitySecretKey).publicKey),
    identitySecretKey,
    sealingSecretKey: await keys.get('sealing'),
    tls: tlsKeyOf(await keys.get('tls')),
  };
}

/** The node's record, for an officer of its agency to sign. */
export function nodeRecordStatement(identity: NodeIdentity): SignedStatement {
  const record: NodeRecord = {
    agencyId: identity.agencyId,
    nodeId: identity.nodeId,
    identityKey: identityKeyFromSeed(identity.identitySecretKey).publicKey,
    sealingKey: sealingKeyFromSecret(identity.sealingSecretKey).publicKey,
    tlsKeyHash: sha256(identity.tls.spki),
  };
  return { kind: 'node', body: encodeNodeRecord(record), signatures: [] };
}

/** The certificate request of a node in a federation. */
export function certificateRequest(identity: NodeIdentity, federationId: Uint8Array): Promise<Uint8Array> {
  const { agencyId, nodeId, peerId, tls } = identity;
  const uris = certificateUris({ federation: toHex(federationId), agencyId, nodeId, peerId });
  return createRequest({ key: tls, commonName: `${agencyId}/${nodeId}`.slice(0, 64), uris });
}

/**
 * Enrols with a one-time token and a record that an officer has signed.
 * @returns what the home keeps of it
 * @throws FEDERATION_FILE for a record of another node, LINK_*, the coordinator's code, CRYPTO_CERTIFICATE
 */
export async function join(input: {
  readonly identity: NodeIdentity;
  readonly token: JoinToken;
  readonly record: SignedStatement;
  readonly nowMs: number;
  readonly enrol: (listener: EnrolmentListener, input: EnrolmentInput) => Promise<Enrolled>;
}): Promise<Enrolment> {
  const { identity, record, token } = input;
  if (record.kind !== 'node' || !equalBytes(record.body, nodeRecordStatement(identity).body)) {
    throw federationRefusal('FEDERATION_FILE', { expected: "this node's record" });
  }
  const listener = { address: token.address, rootCertificate: token.genesis.rootCertificate };
  const { certificateChain, memberAddress } = await input.enrol(listener, {
    token: token.secret,
    federationId: token.federationId,
    enrolmentKey: token.genesis.enrolmentKey,
    certificateRequest: await certificateRequest(identity, token.federationId),
    nodeRecord: record,
    identitySecretKey: identity.identitySecretKey,
    sealingSecretKey: identity.sealingSecretKey,
  });
  assertOwnCertificate(certificateChain, identity, token.genesis.rootCertificate, input.nowMs);
  return { genesisBytes: token.genesisBytes, certificateChain, memberAddress, enrolmentAddress: token.address };
}

/** @throws CRYPTO_CERTIFICATE when the first certificate is not this node's under the root */
export function assertOwnCertificate(
  chain: readonly Uint8Array[],
  identity: NodeIdentity,
  root: Uint8Array,
  nowMs: number,
): void {
  const [certificate = new Uint8Array(0)] = chain;
  verifyCertificate({ certificate, root, atMs: nowMs });
  if (!equalBytes(parseCertificate(certificate).spkiHash, sha256(identity.tls.spki)))
    throw federationRefusal('FEDERATION_FILE', { expected: 'own certificate' });
}
