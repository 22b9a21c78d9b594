import { equalBytes, toHex } from '../../crypto/bytes.ts';
import { transcriptHash, verifyIdentity, verifySealing } from '../../crypto/enrolment-proof.ts';
import { sha256 } from '../../crypto/hash.ts';
import { peerIdText } from '../../crypto/peer-id.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { decodeNodeRecord } from '../../proto/codec/membership.ts';
import type { NodeRecord, SignedStatement } from '../../proto/domain/control.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import type { Issuer } from '../ca/issuer.ts';
import { certificateWrite } from '../ca/certificates.ts';
import { coordinatorError } from '../errors.ts';
import type { ControlLog } from '../log/control-log.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import type { Turns } from '../turns.ts';
import { answerOf, tokenIs, tokenObject, type TokenRecord, type Tokens, tokenWrite, withAnswer } from './tokens.ts';

/** What a token's holder asks for, sizes and forms checked. */
export type Enrolment = {
  readonly token: Uint8Array;
  readonly federationId: Uint8Array;
  readonly certificateRequest: Uint8Array;
  readonly nodeRecord: SignedStatement;
  readonly identityProof: Uint8Array;
  readonly sealingProof: Uint8Array;
  /** Of the whole request as it came. */
  readonly requestHash: string;
};

export type EnrolmentAnswer = { readonly certificate: Uint8Array; readonly controlLogIndex: number };

export type EnrolmentDesk = {
  readonly store: CoordinatorStore;
  readonly turns: Turns;
  readonly controlLog: ControlLog;
  readonly issuer: Issuer;
  readonly tokens: Tokens;
  /** X25519 secret of the genesis' enrolment key. */
  readonly enrolmentSecretKey: Uint8Array;
  readonly clock: Clock;
  readonly encodeAnswer: (answer: EnrolmentAnswer) => Uint8Array;
};

type FoundToken = NonNullable<Awaited<ReturnType<Tokens['find']>>>;

/**
 * Makes a node a member: token, proofs and record are checked, the token is burnt by one compare-and-set, and only
 * then anything is logged or signed. The same request again within ten minutes gets the same answer, also when the
 * first was cut short after the burning; every other use of a token that is not open is refused in the same words.
 * @returns the answer, encoded
 * @throws ENROL_FEDERATION, ENROL_TOKEN, ENROL_RECORD, ENROL_PROOF, ENROL_MEMBER, CA_REQUEST, CRYPTO_*, WIRE_*, STORE_*
 */
export async function enrol(desk: EnrolmentDesk, enrolment: Enrolment): Promise<Uint8Array> {
  const { controlLog, turns } = desk;
  if (!equalBytes(enrolment.federationId, controlLog.membership.federationId)) {
    throw coordinatorError('ENROL_FEDERATION');
  }
  return turns.run(async () => {
    const found = await openToken(desk, enrolment);
    const earlier = answerOf(found.record);
    if (earlier !== undefined) return earlier;
    const record = checkRecord(desk, enrolment, found.record);
    // A record that the rules refuse is a mistake of the agency's, which should not cost it the token.
    judgeRecord(desk, enrolment.nodeRecord);
    const burnt = found.record.state === 'burnt' ? found : await burn(desk, enrolment, found, record.peerId);
    return complete(desk, enrolment, record, burnt);
  });
}

/** The token, when this request may go on with it: it is open, or this very request burnt it a short while ago. */
async function openToken({ clock, tokens }: EnrolmentDesk, enrolment: Enrolment): Promise<FoundToken> {
  const found = await tokens.find(sha256(enrolment.token));
  const nowMs = clock.nowMs();
  const record = found?.record;
  const isOpen = record?.state === 'open' && nowMs < record.expiresAtMs;
  const isRepeat =
    record?.state === 'burnt' &&
    record.requestHash === enrolment.requestHash &&
    nowMs < (record.burntAtMs ?? 0) + LIMITS.enrolmentRepeatMs;
  if (found === undefined || !(isOpen || isRepeat)) throw coordinatorError('ENROL_TOKEN');
  return found;
}

type JoiningNode = { readonly node: NodeRecord; readonly peerId: PeerIdText };

/** Everything that does not depend on the federation's state: who asks, with which keys, and that they have them. */
function checkRecord(desk: EnrolmentDesk, enrolment: Enrolment, token: TokenRecord): JoiningNode {
  const { nodeRecord, certificateRequest, federationId } = enrolment;
  if (nodeRecord.kind !== 'node') throw coordinatorError('ENROL_RECORD', { detail: { part: 'kind' } });
  const node = decodeNodeRecord(nodeRecord.body, LIMITS.statementBytes);
  if (token.agencyId !== null && token.agencyId !== node.agencyId) throw coordinatorError('ENROL_TOKEN');
  const transcript = transcriptHash({
    federationId,
    tokenHash: sha256(enrolment.token),
    request: certificateRequest,
    nodeRecord: nodeRecord.body,
  });
  if (!verifyIdentity(node.identityKey, transcript, enrolment.identityProof)) {
    throw coordinatorError('ENROL_PROOF', { detail: { key: 'identity' } });
  }
  const sealing = {
    enrolmentSecretKey: desk.enrolmentSecretKey,
    sealingPublicKey: node.sealingKey,
    transcript,
    proof: enrolment.sealingProof,
  };
  if (!verifySealing(sealing)) throw coordinatorError('ENROL_PROOF', { detail: { key: 'sealing' } });
  return { node, peerId: peerIdText(node.identityKey) };
}

/** From here on the token is this request's alone, whatever happens to it. */
async function burn(
  { store, clock }: EnrolmentDesk,
  { requestHash }: Enrolment,
  { key, stored, record }: FoundToken,
  peerId: PeerIdText,
): Promise<FoundToken> {
  const burntAtMs = clock.nowMs();
  const burnt: TokenRecord = { ...record, state: 'burnt', requestHash, burntAtMs, peerId };
  const write = tokenWrite(key, burnt);
  try {
    await store.commit({
      writes: [write],
      conditions: [tokenIs(key, stored)],
      audit: [auditEntry({ atMs: burntAtMs, actor: peerId, action: 'token.burnt', object: tokenObject(key) })],
    });
  } catch (error) {
    throw isRefusal(error, 'STORE_CONFLICT') ? coordinatorError('ENROL_TOKEN', { cause: error }) : error;
  }
  return { key, stored: write.value ?? new Uint8Array(0), record: burnt };
}

/** Logs the record, certifies the key and keeps the answer; a repeat after a crash goes through it once more. */
async function complete(
  desk: EnrolmentDesk,
  enrolment: Enrolment,
  { node, peerId }: JoiningNode,
  { key, record }: FoundToken,
): Promise<Uint8Array> {
  const { clock, controlLog, encodeAnswer, issuer, store } = desk;
  const object = `node:${peerId}`;
  const recorded = auditEntry({ atMs: clock.nowMs(), actor: peerId, action: 'node.recorded', object });
  const { index } = await controlLog.append(enrolment.nodeRecord, { writes: [], audit: [recorded] });
  const member = controlLog.membership.node(peerId);
  if (member === undefined || toHex(member.tlsKeyHash) !== toHex(node.tlsKeyHash)) {
    throw coordinatorError('ENROL_MEMBER');
  }
  const issued = await issuer.issueMember(controlLog.membership, member, enrolment.certificateRequest);
  const answer = encodeAnswer({ certificate: issued.der, controlLogIndex: index });
  await store.commit({
    writes: [certificateWrite(issued.record), tokenWrite(key, withAnswer(record, answer))],
    audit: [auditEntry({ atMs: clock.nowMs(), actor: peerId, action: 'node.enrolled', object })],
  });
  return answer;
}

function judgeRecord({ controlLog }: EnrolmentDesk, statement: SignedStatement): void {
  if (controlLog.indexOf(statement) !== undefined) return;
  try {
    controlLog.membership.judge(statement, controlLog.tree.size);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw coordinatorError('ENROL_MEMBER', { detail: { rule: error.code }, cause: error });
  }
}
