import type { Indicator, IndicatorPart, SignedIndicator } from '../domain/exchange.ts';
import {
  Indicator as WireIndicator,
  IndicatorPart as WirePart,
  SignedIndicator as WireSigned,
} from '../gen/concordat/v1/exchange.ts';
import { asBuffer } from './envelope.ts';
import { boundedBytes, boundedList, decodeMessage, exactBytes, safeInteger, wireRefusal } from './wire.ts';

const PARTS = 1_024;
const PART_FIELD_BYTES = 4_096;
const CHECKPOINT_BYTES = 65_536;
const PROOF_HASHES = 64;

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeIndicatorPart(bytes: Uint8Array): IndicatorPart {
  return fromWirePart(decodeMessage(WirePart, bytes, 2 * PART_FIELD_BYTES));
}

export function encodeIndicatorPart(part: IndicatorPart): Uint8Array {
  return WirePart.encode(toWirePart(part)).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeIndicator(bytes: Uint8Array, maximumBytes: number): Indicator {
  const wire = decodeMessage(WireIndicator, bytes, maximumBytes);
  if (wire.replaces.length !== 0 && wire.replaces.length !== 16)
    throw wireRefusal('WIRE_FIELD', 'replaces has a wrong length', 'replaces');
  return {
    indicatorId: exactBytes('indicator_id', wire.indicatorId, 16),
    epoch: safeInteger('epoch', wire.epoch, 1),
    groupCount: wire.groupCount,
    parts: boundedList('parts', wire.parts, PARTS).map(fromWirePart),
    openedAtMs: safeInteger('opened_at_ms', wire.openedAtMs),
    expiresAtMs: safeInteger('expires_at_ms', wire.expiresAtMs),
    replaces: new Uint8Array(wire.replaces),
    withdrawn: wire.withdrawn,
  };
}

/** The bytes that are signed and committed to. */
export function encodeIndicator(indicator: Indicator): Uint8Array {
  return WireIndicator.encode({
    ...indicator,
    indicatorId: asBuffer(indicator.indicatorId),
    epoch: BigInt(indicator.epoch),
    parts: indicator.parts.map(toWirePart),
    openedAtMs: BigInt(indicator.openedAtMs),
    expiresAtMs: BigInt(indicator.expiresAtMs),
    replaces: asBuffer(indicator.replaces),
  }).finish();
}

/** @throws WIRE_SIZE, WIRE_MALFORMED, WIRE_FIELD */
export function decodeSignedIndicator(bytes: Uint8Array, maximumBytes: number): SignedIndicator {
  return fromWireSignedIndicator(decodeMessage(WireSigned, bytes, maximumBytes), maximumBytes);
}

/** Checks a signed indicator that came inside another message. @throws WIRE_FIELD */
export function fromWireSignedIndicator(wire: WireSigned, maximumBytes: number): SignedIndicator {
  const erased = wire.leaf.length > 0;
  return {
    position: safeInteger('position', wire.position),
    indicator: boundedBytes('indicator', wire.indicator, erased ? 0 : maximumBytes),
    signature: exactBytes('signature', wire.signature, erased ? 0 : 64),
    salt: exactBytes('salt', wire.salt, erased ? 0 : 32),
    checkpoint: boundedBytes('checkpoint', wire.checkpoint, CHECKPOINT_BYTES),
    inclusionProof: boundedList('inclusion_proof', wire.inclusionProof, PROOF_HASHES).map((hash) =>
      exactBytes('inclusion_proof', hash, 32),
    ),
    leaf: exactBytes('leaf', wire.leaf, erased ? 32 : 0),
  };
}

export function toWireSignedIndicator(signed: SignedIndicator): WireSigned {
  return {
    position: BigInt(signed.position),
    indicator: asBuffer(signed.indicator),
    signature: asBuffer(signed.signature),
    salt: asBuffer(signed.salt),
    checkpoint: asBuffer(signed.checkpoint),
    inclusionProof: signed.inclusionProof.map(asBuffer),
    leaf: asBuffer(signed.leaf),
  };
}

export function encodeSignedIndicator(signed: SignedIndicator): Uint8Array {
  return WireSigned.encode(toWireSignedIndicator(signed)).finish();
}

function fromWirePart(wire: WirePart): IndicatorPart {
  return {
    epoch: safeInteger('parts.epoch', wire.epoch, 1),
    generation: wire.generation,
    wrappedKey: boundedBytes('parts.wrapped_key', wire.wrappedKey, PART_FIELD_BYTES),
    sealedPayload: boundedBytes('parts.sealed_payload', wire.sealedPayload, PART_FIELD_BYTES),
  };
}

function toWirePart(part: IndicatorPart): WirePart {
  return {
    epoch: BigInt(part.epoch),
    generation: part.generation,
    wrappedKey: asBuffer(part.wrappedKey),
    sealedPayload: asBuffer(part.sealedPayload),
  };
}
