import { systemRandom } from '../../../../config/runtime/random.ts';
import { createIdentityKey, createSealingKey } from '../../../../crypto/keys.ts';
import { peerIdText } from '../../../../crypto/peer-id.ts';
import { createTlsKey } from '../../../../crypto/x509.ts';
import { enrol } from '../../../../node/coordinator-link/enrol.ts';
import { join, type NodeIdentity, nodeRecordStatement } from '../../../../node/federation/join.ts';
import type { JoinToken } from '../../../../node/federation/join-token.ts';
import type { OfficerKey } from '../../../../node/federation/officer-key.ts';
import { signAsOfficer } from '../../../../node/federation/statement-file.ts';
import type { SignedStatement } from '../../../../proto/domain/control.ts';
import { asId } from '../../../../proto/domain/ids.ts';

/** A node that would join: its keys in this process, its record signed by an officer. */
export type Candidate = { readonly identity: NodeIdentity; readonly record: SignedStatement };

export async function createCandidate(
  officer: OfficerKey,
  federationId: Uint8Array,
  nodeId: string,
): Promise<Candidate> {
  const pair = createIdentityKey(systemRandom);
  const identity: NodeIdentity = {
    agencyId: asId(officer.agencyId),
    nodeId,
    peerId: peerIdText(pair.publicKey),
    identitySecretKey: pair.secretKey,
    sealingSecretKey: createSealingKey(systemRandom).secretKey,
    tls: await createTlsKey(),
  };
  const unsigned = { federationId, statement: nodeRecordStatement(identity) };
  return { identity, record: signAsOfficer(unsigned, officer).statement };
}

/** @returns `joined`, or what the coordinator refused with, word by word */
export async function redeem({ identity, record }: Candidate, token: JoinToken): Promise<string> {
  try {
    await join({ identity, record, token, nowMs: Date.now(), enrol });
    return 'joined';
  } catch (error) {
    const { code = '', detail = {}, message = '' } = error as { code?: string; detail?: unknown; message?: string };
    return `${code} ${message} ${JSON.stringify(detail)}`;
  }
}
