import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { AEAD_OVERHEAD_BYTES, decrypt, encrypt } from '../aead.ts';
import { uint64be } from '../bytes.ts';
import { DOMAINS, withDomain } from '../domains.ts';
import { hkdfSha256 } from '../hash.ts';
import { padTo, unpad } from '../padding.ts';

/**
 * A flag's payload (FlagPayload) and part (IndicatorPart), encoded, are shorter than this and padded to it before they
 * are sealed. Chosen: an identifier of 256 bytes, an agency of 128 and eight typologies of 64 fit; a part is the sealed
 * payload, the wrapped key of 60 bytes and at most 22 more.
 */
export const FLAG_PAYLOAD_BYTES = 1_024;
export const FLAG_PART_BYTES = 1_152;
export const SEALED_PART_BYTES = FLAG_PART_BYTES + AEAD_OVERHEAD_BYTES;

type Epoch = number | bigint;
const NO_SALT = new Uint8Array();

/** Outer layer: what only k shares open. Throws CRYPTO_PADDING when the part has 1,152 bytes or more. */
export function sealPart(input: {
  readonly outerKey: Uint8Array;
  readonly part: Uint8Array;
  readonly epoch: Epoch;
  readonly tag: Uint8Array;
  readonly random: RandomBytes;
}): Uint8Array {
  const { outerKey, part, epoch, tag, random } = input;
  return encrypt(partKey(outerKey), padTo(FLAG_PART_BYTES, part), partContext(epoch, tag), random);
}

/** Opens the outer layer. Throws CRYPTO_OPEN for a wrong key, epoch or tag, CRYPTO_PADDING for a part of no good form. */
export function openPart(input: {
  readonly outerKey: Uint8Array;
  readonly sealedPart: Uint8Array;
  readonly epoch: Epoch;
  readonly tag: Uint8Array;
}): Uint8Array {
  const { outerKey, sealedPart, epoch, tag } = input;
  return unpad(decrypt(partKey(outerKey), sealedPart, partContext(epoch, tag)));
}

/** Inner layer: the payload under its own content key. Throws CRYPTO_PADDING when it has 1,024 bytes or more. */
export function sealPayload(input: {
  readonly contentKey: Uint8Array;
  readonly payload: Uint8Array;
  readonly epoch: Epoch;
  readonly random: RandomBytes;
}): Uint8Array {
  const { contentKey, payload, epoch, random } = input;
  return encrypt(contentKey, padTo(FLAG_PAYLOAD_BYTES, payload), payloadContext(epoch), random);
}

/** Opens the inner layer. Throws CRYPTO_OPEN for a wrong key or epoch, CRYPTO_PADDING for one of no good form. */
export function openPayload(input: {
  readonly contentKey: Uint8Array;
  readonly sealedPayload: Uint8Array;
  readonly epoch: Epoch;
}): Uint8Array {
  const { contentKey, sealedPayload, epoch } = input;
  return unpad(decrypt(contentKey, sealedPayload, payloadContext(epoch)));
}

/** The shared secret is a scalar, whose top bits are zero: the cipher gets a key that is uniform in all of its bits. */
function partKey(outerKey: Uint8Array): Uint8Array {
  return hkdfSha256(outerKey, NO_SALT, DOMAINS.flagPartKey, 32);
}

function partContext(epoch: Epoch, tag: Uint8Array): Uint8Array {
  return withDomain(DOMAINS.flagPart, uint64be(epoch), tag);
}

function payloadContext(epoch: Epoch): Uint8Array {
  return withDomain(DOMAINS.flagPayload, uint64be(epoch));
}
