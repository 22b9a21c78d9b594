import {
  type CrlUpdate,
  type Incarnation,
  KEY_PURPOSES,
  type KeyAnnouncement,
  type KeyErasure,
  type SignedStatement,
  type StatementBody,
  type Suspension,
  type SuspensionLift,
  type SuspensionTarget,
} from '../domain/control.ts';
import { asId } from '../domain/ids.ts';
import {
  CrlUpdate as WireCrlUpdate,
  Incarnation as WireIncarnation,
  KeyAnnouncement as WireKeyAnnouncement,
  KeyErasure as WireKeyErasure,
  Suspension as WireSuspension,
  SuspensionLift as WireSuspensionLift,
} from '../gen/concordat/v1/control.ts';
import { asBuffer } from './envelope.ts';
import {
  decodeAgency,
  decodeNodeRecord,
  encodeAgency,
  encodeNodeRecord,
  fromWireHead,
  fromWireNodeHeads,
  toWireHead,
  toWireNodeHeads,
} from './membership.ts';
import { decodePolicy, encodePolicy } from './policy.ts';
import { boundedBytes, boundedList, boundedText, decodeMessage, exactBytes, safeInteger, wireRefusal } from './wire.ts';

const NODES = 1_000;
const HEADS = 1_024;

/**
 * Reads the body of a statement.
 * @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD
 */
export function decodeStatementBody(
  statement: Pick<SignedStatement, 'kind' | 'body'>,
  maximumBytes: number,
): StatementBody {
  const { kind, body } = statement;
  switch (kind) {
    case 'agency':
      return { kind, value: decodeAgency(body, maximumBytes) };
    case 'node':
      return { kind, value: decodeNodeRecord(body, maximumBytes) };
    case 'policy':
      return { kind, value: decodePolicy(body, maximumBytes) };
    case 'suspension':
      return { kind, value: fromWireSuspension(decodeMessage(WireSuspension, body, maximumBytes)) };
    case 'suspension_lift':
      return { kind, value: fromWireLift(decodeMessage(WireSuspensionLift, body, maximumBytes)) };
    case 'key_announcement':
      return { kind, value: fromWireAnnouncement(decodeMessage(WireKeyAnnouncement, body, maximumBytes)) };
    case 'key_erasure':
      return { kind, value: fromWireErasure(decodeMessage(WireKeyErasure, body, maximumBytes)) };
    case 'incarnation':
      return { kind, value: fromWireIncarnation(decodeMessage(WireIncarnation, body, maximumBytes)) };
    case 'crl':
      return { kind, value: fromWireCrl(decodeMessage(WireCrlUpdate, body, maximumBytes), maximumBytes) };
  }
}

/** Body bytes to be signed. */
export function encodeStatementBody(body: StatementBody): Uint8Array {
  switch (body.kind) {
    case 'agency':
      return encodeAgency(body.value);
    case 'node':
      return encodeNodeRecord(body.value);
    case 'policy':
      return encodePolicy(body.value);
    case 'suspension':
      return WireSuspension.encode(toWireSuspension(body.value)).finish();
    case 'suspension_lift':
      return WireSuspensionLift.encode({
        suspensionId: asBuffer(body.value.suspensionId),
        issuedAtMs: BigInt(body.value.issuedAtMs),
      }).finish();
    case 'key_announcement':
      return WireKeyAnnouncement.encode(toWireAnnouncement(body.value)).finish();
    case 'key_erasure':
      return WireKeyErasure.encode(toWireErasure(body.value)).finish();
    case 'incarnation':
      return WireIncarnation.encode({ ...body.value, heads: body.value.heads.map(toWireHead) }).finish();
    case 'crl':
      return WireCrlUpdate.encode({ number: BigInt(body.value.number), crl: asBuffer(body.value.crl) }).finish();
  }
}

function fromWireSuspension(wire: WireSuspension): Suspension {
  return {
    suspensionId: exactBytes('suspension_id', wire.suspensionId, 16),
    target: fromWireTarget(wire.target),
    reason: boundedText('reason', wire.reason, 256),
    issuedAtMs: safeInteger('issued_at_ms', wire.issuedAtMs),
    heads: boundedList('heads', wire.heads, NODES).map(fromWireNodeHeads),
  };
}

function fromWireTarget(target: WireSuspension['target']): SuspensionTarget {
  switch (target?.$case) {
    case 'peerId':
      return { kind: 'node', peerId: asId(boundedText('peer_id', target.value, 128, 1)) };
    case 'agencyId':
      return { kind: 'agency', agencyId: asId(boundedText('agency_id', target.value, 128, 1)) };
    case undefined:
      throw wireRefusal('WIRE_FIELD', 'a suspension names a node or an agency', 'target');
  }
}

function toWireSuspension(suspension: Suspension): WireSuspension {
  const { target } = suspension;
  return {
    suspensionId: asBuffer(suspension.suspensionId),
    target:
      target.kind === 'node'
        ? { $case: 'peerId', value: target.peerId }
        : { $case: 'agencyId', value: target.agencyId },
    reason: suspension.reason,
    issuedAtMs: BigInt(suspension.issuedAtMs),
    heads: suspension.heads.map(toWireNodeHeads),
  };
}

function fromWireLift(wire: WireSuspensionLift): SuspensionLift {
  return {
    suspensionId: exactBytes('suspension_id', wire.suspensionId, 16),
    issuedAtMs: safeInteger('issued_at_ms', wire.issuedAtMs),
  };
}

function fromWireAnnouncement(wire: WireKeyAnnouncement): KeyAnnouncement {
  const purpose = KEY_PURPOSES[wire.purpose - 1];
  if (purpose === undefined) throw wireRefusal('WIRE_FIELD', 'unknown key purpose', 'purpose');
  return {
    purpose,
    epoch: safeInteger('epoch', wire.epoch, 1),
    generation: wire.generation,
    peerId: asId(boundedText('peer_id', wire.peerId, 128, 1)),
    keyId: exactBytes('key_id', wire.keyId, 32),
    detail: purpose === 'match' ? exactBytes('detail', wire.detail, 32) : exactBytes('detail', wire.detail, 0),
    issuedAtMs: safeInteger('issued_at_ms', wire.issuedAtMs),
  };
}

function toWireAnnouncement(value: KeyAnnouncement): WireKeyAnnouncement {
  return {
    ...value,
    purpose: (KEY_PURPOSES.indexOf(value.purpose) + 1) as WireKeyAnnouncement['purpose'],
    epoch: BigInt(value.epoch),
    keyId: asBuffer(value.keyId),
    detail: asBuffer(value.detail),
    issuedAtMs: BigInt(value.issuedAtMs),
  };
}

function fromWireErasure(wire: WireKeyErasure): KeyErasure {
  const purpose = KEY_PURPOSES[wire.purpose - 1];
  if (purpose === undefined) throw wireRefusal('WIRE_FIELD', 'unknown key purpose', 'purpose');
  return {
    purpose,
    epoch: safeInteger('epoch', wire.epoch, 1),
    peerId: asId(boundedText('peer_id', wire.peerId, 128, 1)),
    keyId: exactBytes('key_id', wire.keyId, 32),
    evaluations: safeInteger('evaluations', wire.evaluations),
    issuedAtMs: safeInteger('issued_at_ms', wire.issuedAtMs),
  };
}

function toWireErasure(value: KeyErasure): WireKeyErasure {
  return {
    purpose: (KEY_PURPOSES.indexOf(value.purpose) + 1) as WireKeyErasure['purpose'],
    epoch: BigInt(value.epoch),
    peerId: value.peerId,
    keyId: asBuffer(value.keyId),
    evaluations: BigInt(value.evaluations),
    issuedAtMs: BigInt(value.issuedAtMs),
  };
}

function fromWireIncarnation(wire: WireIncarnation): Incarnation {
  return {
    peerId: asId(boundedText('peer_id', wire.peerId, 128, 1)),
    incarnation: wire.incarnation,
    heads: boundedList('heads', wire.heads, HEADS).map(fromWireHead),
  };
}

function fromWireCrl(wire: WireCrlUpdate, maximumBytes: number): CrlUpdate {
  return { number: safeInteger('number', wire.number, 1), crl: boundedBytes('crl', wire.crl, maximumBytes) };
}
