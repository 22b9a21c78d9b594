import {
  AUDIENCE_SCOPES,
  type Audience,
  ENVELOPE_KINDS,
  type EnvelopeHeader,
  type SignedEnvelope,
} from '../domain/envelope.ts';
import { asId, type PeerIdText } from '../domain/ids.ts';
import {
  type Audience as WireAudience,
  EnvelopeHeader as WireHeader,
  SignedEnvelope as WireEnvelope,
} from '../gen/concordat/v1/envelope.ts';
import { decodeMarking, encodeMarking } from './marking.ts';
import { boundedBytes, boundedText, decodeMessage, exactBytes, safeInteger, wireRefusal } from './wire.ts';

/** Version of the header that this program writes. */
export const ENVELOPE_VERSION = 1;

export type EnvelopeBounds = { readonly envelopeHeaderBytes: number; readonly envelopePayloadBytes: number };

const PEER_ID_CHARACTERS = 128;
const TEXT_CHARACTERS = 128;

/**
 * Reads an envelope from the wire. The header is left as bytes: its signature is checked before it is parsed.
 * @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD
 */
export function decodeEnvelope(bytes: Uint8Array, bounds: EnvelopeBounds): SignedEnvelope {
  const maximumBytes = bounds.envelopeHeaderBytes + bounds.envelopePayloadBytes + 512;
  return fromWireEnvelope(decodeMessage(WireEnvelope, bytes, maximumBytes), bounds);
}

/** Checks an envelope that came inside another message. @throws WIRE_FIELD */
export function fromWireEnvelope(wire: WireEnvelope, bounds: EnvelopeBounds): SignedEnvelope {
  return {
    authorPeerId: decodePeerId('author_peer_id', wire.authorPeerId),
    header: boundedBytes('header', wire.header, bounds.envelopeHeaderBytes),
    signature: exactBytes('signature', wire.signature, 64),
    salt: exactBytes('salt', wire.salt, 32),
    payload: boundedBytes('payload', wire.payload, bounds.envelopePayloadBytes),
  };
}

/** The generated shape of an envelope, for use inside other messages. */
export function toWireEnvelope(envelope: SignedEnvelope): WireEnvelope {
  const { authorPeerId, header, signature, salt, payload } = envelope;
  return {
    authorPeerId,
    header: asBuffer(header),
    signature: asBuffer(signature),
    salt: asBuffer(salt),
    payload: asBuffer(payload),
  };
}

export function encodeEnvelope(envelope: SignedEnvelope): Uint8Array {
  return WireEnvelope.encode(toWireEnvelope(envelope)).finish();
}

/**
 * Parses header bytes whose signature has been verified.
 * @throws WIRE_MALFORMED, WIRE_VERSION, WIRE_FIELD
 */
export function decodeHeader(bytes: Uint8Array): EnvelopeHeader {
  const wire = decodeMessage(WireHeader, bytes, Number.MAX_SAFE_INTEGER);
  if (wire.version !== ENVELOPE_VERSION) throw wireRefusal('WIRE_VERSION', `header version ${wire.version}`, 'version');
  const kind = ENVELOPE_KINDS[wire.kind - 1];
  if (kind === undefined) throw wireRefusal('WIRE_FIELD', 'unknown kind', 'kind');
  return {
    version: wire.version,
    kind,
    federationId: exactBytes('federation_id', wire.federationId, 32),
    authorPeerId: decodePeerId('author_peer_id', wire.authorPeerId),
    incarnation: wire.incarnation,
    audience: decodeAudience(wire.audience),
    epoch: safeInteger('epoch', wire.epoch),
    sequence: safeInteger('sequence', wire.sequence, 1),
    previousHeaderHash: exactBytes('previous_header_hash', wire.previousHeaderHash, 32),
    issuedAtMs: safeInteger('issued_at_ms', wire.issuedAtMs),
    expiresAtMs: safeInteger('expires_at_ms', wire.expiresAtMs),
    gateway: boundedText('gateway', wire.gateway, TEXT_CHARACTERS),
    purpose: boundedText('purpose', wire.purpose, TEXT_CHARACTERS),
    caseHandle: boundedText('case_handle', wire.caseHandle, TEXT_CHARACTERS),
    marking: decodeMarking(wire.marking),
    payloadHash: exactBytes('payload_hash', wire.payloadHash, 32),
    payloadLength: wire.payloadLength,
  };
}

/** Header bytes to be signed. Two calls give the same bytes; what travels is nevertheless never encoded again. */
export function encodeHeader(header: EnvelopeHeader): Uint8Array {
  return WireHeader.encode({
    ...header,
    kind: (ENVELOPE_KINDS.indexOf(header.kind) + 1) as WireHeader['kind'],
    federationId: asBuffer(header.federationId),
    audience: encodeAudience(header.audience),
    epoch: BigInt(header.epoch),
    sequence: BigInt(header.sequence),
    previousHeaderHash: asBuffer(header.previousHeaderHash),
    issuedAtMs: BigInt(header.issuedAtMs),
    expiresAtMs: BigInt(header.expiresAtMs),
    marking: encodeMarking(header.marking),
    payloadHash: asBuffer(header.payloadHash),
  }).finish();
}

/** @throws WIRE_FIELD */
export function decodeAudience(wire: WireAudience | undefined): Audience {
  const scope = AUDIENCE_SCOPES[(wire?.scope ?? 0) - 1];
  if (wire === undefined || scope === undefined) throw wireRefusal('WIRE_FIELD', 'unknown audience', 'audience');
  const named = scope === 'group' || scope === 'pair';
  if (named !== (wire.id !== '')) throw wireRefusal('WIRE_FIELD', 'audience id does not fit its scope', 'audience');
  return { scope, id: boundedText('audience.id', wire.id, TEXT_CHARACTERS) };
}

export function encodeAudience(audience: Audience): WireAudience {
  return { scope: (AUDIENCE_SCOPES.indexOf(audience.scope) + 1) as WireAudience['scope'], id: audience.id };
}

function decodePeerId(field: string, text: string): PeerIdText {
  return asId(boundedText(field, text, PEER_ID_CHARACTERS, 1));
}

/** Generated code for Node types bytes as Buffer; a view, no copy. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
