import { LIMITS } from '../../config/settings/limits.ts';
import { proveIdentity, proveSealing, transcriptHash } from '../../crypto/enrolment-proof.ts';
import { sha256 } from '../../crypto/hash.ts';
import { proveRenewal } from '../../crypto/renewal-proof.ts';
import { asBuffer } from '../../proto/codec/envelope.ts';
import { toWireStatement } from '../../proto/codec/statement.ts';
import { boundedBytes, boundedList, boundedText, safeInteger } from '../../proto/codec/wire.ts';
import type { SignedStatement } from '../../proto/domain/control.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import { EnrolmentServiceClient } from '../../proto/gen/concordat/v1/enrolment.ts';
import { CoordinatorChannel } from './channel.ts';
import { linkRefusal } from './errors.ts';
import { callUnary } from './unary.ts';

/** The enrolment listener. It shows a certificate of the genesis' root and asks for none. */
export type EnrolmentListener = { readonly address: string; readonly rootCertificate: Uint8Array };

export type EnrolmentInput = {
  /** Secret of the one-time join token. */
  readonly token: Uint8Array;
  readonly federationId: Uint8Array;
  /** X25519, from the genesis. */
  readonly enrolmentKey: Uint8Array;
  /** PKCS#10, DER. */
  readonly certificateRequest: Uint8Array;
  /** The node's record, signed by an officer of its agency. */
  readonly nodeRecord: SignedStatement;
  readonly identitySecretKey: Uint8Array;
  readonly sealingSecretKey: Uint8Array;
};

export type Enrolled = {
  /** X.509 in DER, own certificate first; for the caller to check under the root. */
  readonly certificateChain: readonly Uint8Array[];
  readonly controlLogIndex: number;
  /** `host:port` of the member listener. */
  readonly memberAddress: string;
};

export type RenewalInput = {
  readonly peerId: PeerIdText;
  readonly federationId: Uint8Array;
  readonly certificateRequest: Uint8Array;
  readonly issuedAtMs: number;
  readonly identitySecretKey: Uint8Array;
};

/**
 * Makes this node a member: proves both keys over token, request and record. The same input within ten minutes gets
 * the same answer, so a call that failed with LINK_AWAY may be made again.
 * @throws LINK_AWAY, LINK_ANSWER, or the coordinator's code
 */
export async function enrol(listener: EnrolmentListener, input: EnrolmentInput): Promise<Enrolled> {
  const transcript = transcriptHash({
    federationId: input.federationId,
    tokenHash: sha256(input.token),
    request: input.certificateRequest,
    nodeRecord: input.nodeRecord.body,
  });
  const sealingProof = proveSealing({
    sealingSecretKey: input.sealingSecretKey,
    enrolmentPublicKey: input.enrolmentKey,
    transcript,
  });
  const answer = await atListener(listener, (client) =>
    callUnary(client.enrol.bind(client), {
      token: asBuffer(input.token),
      federationId: asBuffer(input.federationId),
      certificateRequest: asBuffer(input.certificateRequest),
      nodeRecord: toWireStatement(input.nodeRecord),
      identityProof: asBuffer(proveIdentity(input.identitySecretKey, transcript)),
      sealingProof: asBuffer(sealingProof),
    }),
  );
  return {
    certificateChain: chainOf(answer.certificateChain),
    controlLogIndex: safeInteger('control_log_index', answer.controlLogIndex),
    memberAddress: boundedText('member_address', answer.memberAddress, LIMITS.addressCharacters, 1),
  };
}

/**
 * Gets the next certificate with a fresh proof of the identity key; also for one that has expired within the grace.
 * @returns X.509 in DER, own certificate first; for the caller to check under the root
 * @throws LINK_AWAY, LINK_ANSWER, or the coordinator's code
 */
export async function renew(listener: EnrolmentListener, input: RenewalInput): Promise<readonly Uint8Array[]> {
  const { peerId, federationId, certificateRequest: request, issuedAtMs } = input;
  const identityProof = proveRenewal(input.identitySecretKey, { federationId, issuedAtMs, request });
  const answer = await atListener(listener, (client) =>
    callUnary(client.renew.bind(client), {
      peerId,
      certificateRequest: asBuffer(request),
      issuedAtMs: BigInt(issuedAtMs),
      identityProof: asBuffer(identityProof),
    }),
  );
  return chainOf(answer.certificateChain);
}

async function atListener<Result>(
  listener: EnrolmentListener,
  work: (client: EnrolmentServiceClient) => Promise<Result>,
): Promise<Result> {
  const channel = new CoordinatorChannel(listener);
  try {
    return await work(channel.client(EnrolmentServiceClient));
  } finally {
    channel.close();
  }
}

function chainOf(wire: readonly Uint8Array[]): readonly Uint8Array[] {
  if (wire.length === 0) throw linkRefusal('LINK_ANSWER');
  const chain = boundedList('certificate_chain', wire, LIMITS.certificatesPerChain);
  return chain.map((der) => boundedBytes('certificate_chain', der, LIMITS.certificateBytes));
}
