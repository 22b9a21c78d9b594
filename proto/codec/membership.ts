import type { Agency, AudienceHead, Genesis, NodeHeads, NodeRecord } from '../domain/control.ts';
import { asId } from '../domain/ids.ts';
import {
  Agency as WireAgency,
  type AudienceHead as WireAudienceHead,
  Genesis as WireGenesis,
  NodeRecord as WireNodeRecord,
  type NodeHeads as WireNodeHeads,
} from '../gen/concordat/v1/control.ts';
import { asBuffer, decodeAudience, encodeAudience } from './envelope.ts';
import {
  boundedBytes,
  boundedList,
  boundedText,
  decodeMessage,
  exactBytes,
  inRange,
  safeInteger,
  wireRefusal,
} from './wire.ts';

const GENESIS_BYTES = 1_048_576;
const AGENCIES = 1_000;
const OFFICERS = 64;
const HEADS = 1_024;
const CERTIFICATE_BYTES = 8_192;

/** Agency and node names become parts of URIs, keys and topics. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Reads a genesis. Its meaning (distinct agencies, m > n/2) is checked here, so that no program starts on a bad one.
 * @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD
 */
export function decodeGenesis(bytes: Uint8Array): Genesis {
  const wire = decodeMessage(WireGenesis, bytes, GENESIS_BYTES);
  if (wire.version !== 1) throw wireRefusal('WIRE_VERSION', `genesis version ${wire.version}`, 'version');
  const agencies = boundedList('agencies', wire.agencies, AGENCIES).map(fromWireAgency);
  if (new Set(agencies.map(({ agencyId }) => agencyId)).size !== agencies.length) {
    throw wireRefusal('WIRE_FIELD', 'an agency is named twice', 'agencies');
  }
  if (agencies.length === 0 || wire.approvalsNeeded * 2 <= agencies.length || wire.approvalsNeeded > agencies.length) {
    throw wireRefusal('WIRE_FIELD', 'approvals needed must be more than half of the agencies', 'approvals_needed');
  }
  return {
    version: wire.version,
    name: boundedText('name', wire.name, 128, 1),
    agencies,
    approvalsNeeded: wire.approvalsNeeded,
    logKey: exactBytes('log_key', wire.logKey, 32),
    rootCertificate: boundedBytes('root_certificate', wire.rootCertificate, CERTIFICATE_BYTES),
    enrolmentKey: exactBytes('enrolment_key', wire.enrolmentKey, 32),
    operator: boundedText('operator', wire.operator, 128),
    createdAtMs: safeInteger('created_at_ms', wire.createdAtMs),
    nonce: exactBytes('nonce', wire.nonce, 16),
  };
}

export function encodeGenesis(genesis: Genesis): Uint8Array {
  return WireGenesis.encode({
    ...genesis,
    agencies: genesis.agencies.map(toWireAgency),
    logKey: asBuffer(genesis.logKey),
    rootCertificate: asBuffer(genesis.rootCertificate),
    enrolmentKey: asBuffer(genesis.enrolmentKey),
    createdAtMs: BigInt(genesis.createdAtMs),
    nonce: asBuffer(genesis.nonce),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeAgency(bytes: Uint8Array, maximumBytes: number): Agency {
  return fromWireAgency(decodeMessage(WireAgency, bytes, maximumBytes));
}

export function encodeAgency(agency: Agency): Uint8Array {
  return WireAgency.encode(toWireAgency(agency)).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeNodeRecord(bytes: Uint8Array, maximumBytes: number): NodeRecord {
  const wire = decodeMessage(WireNodeRecord, bytes, maximumBytes);
  return {
    agencyId: asId(name('agency_id', wire.agencyId)),
    nodeId: name('node_id', wire.nodeId),
    identityKey: exactBytes('identity_key', wire.identityKey, 32),
    sealingKey: exactBytes('sealing_key', wire.sealingKey, 32),
    tlsKeyHash: exactBytes('tls_key_hash', wire.tlsKeyHash, 32),
  };
}

export function encodeNodeRecord(record: NodeRecord): Uint8Array {
  return WireNodeRecord.encode({
    ...record,
    identityKey: asBuffer(record.identityKey),
    sealingKey: asBuffer(record.sealingKey),
    tlsKeyHash: asBuffer(record.tlsKeyHash),
  }).finish();
}

/** @throws WIRE_FIELD */
export function fromWireNodeHeads(wire: WireNodeHeads): NodeHeads {
  return {
    peerId: asId(boundedText('heads.peer_id', wire.peerId, 128, 1)),
    heads: boundedList('heads', wire.heads, HEADS).map(fromWireHead),
  };
}

export function toWireNodeHeads(heads: NodeHeads): WireNodeHeads {
  return { peerId: heads.peerId, heads: heads.heads.map(toWireHead) };
}

/** @throws WIRE_FIELD */
export function fromWireHead(wire: WireAudienceHead): AudienceHead {
  return {
    audience: decodeAudience(wire.audience),
    incarnation: wire.incarnation,
    sequence: safeInteger('heads.sequence', wire.sequence),
    headerHash: exactBytes('heads.header_hash', wire.headerHash, 32),
  };
}

export function toWireHead(head: AudienceHead): WireAudienceHead {
  return {
    audience: encodeAudience(head.audience),
    incarnation: head.incarnation,
    sequence: BigInt(head.sequence),
    headerHash: asBuffer(head.headerHash),
  };
}

function fromWireAgency(wire: WireAgency): Agency {
  const officerKeys = boundedList('officer_keys', wire.officerKeys, OFFICERS).map((key) =>
    exactBytes('officer_keys', key, 32),
  );
  inRange('officer_keys', officerKeys.length, 1, OFFICERS);
  return {
    agencyId: asId(name('agency_id', wire.agencyId)),
    name: boundedText('name', wire.name, 256, 1),
    corporateGroup: boundedText('corporate_group', wire.corporateGroup, 128, 1),
    jurisdiction: boundedText('jurisdiction', wire.jurisdiction, 16),
    officerKeys,
  };
}

function toWireAgency(agency: Agency): WireAgency {
  return { ...agency, officerKeys: agency.officerKeys.map(asBuffer) };
}

function name(field: string, text: string): string {
  if (!NAME.test(text)) throw wireRefusal('WIRE_FIELD', `${field} is not a short lower-case name`, field);
  return text;
}
