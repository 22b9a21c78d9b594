import type { IdentifierType } from '../../proto/domain/exchange.ts';
import { DOMAINS, withDomain } from '../domains.ts';
import { hkdfSha256 } from '../hash.ts';
import { identifierBytes } from '../match/token.ts';
import { reduceScalar, UNIFORM_BYTES } from '../oprf/ristretto255.ts';

/** What every agency that flags one identifier in one epoch comes to, and nobody else can. */
export type Flag = {
  /** 16 bytes; what the coordinator groups by. */
  readonly tag: Uint8Array;
  /** The shared secret: a scalar, 32 bytes. Opens the outer layer. */
  readonly outerKey: Uint8Array;
  /** Seed of the sharing polynomial, 32 bytes; all contributors share alike without having met. */
  readonly polynomial: Uint8Array;
};

const NO_SALT = new Uint8Array();

/**
 * Input of the flag OPRF for an identifier in an epoch, in its canonical spelling.
 * Throws MATCH_TOKEN when nothing of the value is left, or more than 512 bytes.
 */
export function flagInput(identifier: {
  readonly type: IdentifierType;
  readonly epoch: number | bigint;
  readonly value: string;
}): Uint8Array {
  return withDomain(DOMAINS.flagInput, identifierBytes(identifier));
}

/**
 * Tag, outer key and polynomial of an OPRF output, independent of each other.
 * Source: STAR (arXiv 2109.10074), whose client splits its randomness into tag, key and coins of the sharing.
 */
export function deriveFlag(oprfOutput: Uint8Array): Flag {
  return {
    tag: hkdfSha256(oprfOutput, NO_SALT, DOMAINS.flagTag, 16),
    // Reduced from twice its length, so that the key is uniform among the scalars that can be shared.
    outerKey: reduceScalar(hkdfSha256(oprfOutput, NO_SALT, DOMAINS.flagKey, UNIFORM_BYTES)),
    polynomial: hkdfSha256(oprfOutput, NO_SALT, DOMAINS.flagPolynomial, 32),
  };
}
