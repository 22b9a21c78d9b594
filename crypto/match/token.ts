import { concat, uint32be, uint64be, utf8 } from '../bytes.ts';
import { DOMAINS, withDomain } from '../domains.ts';
import { cryptoRefusal } from '../errors.ts';
import { hkdfSha256 } from '../hash.ts';
import { canonicalValue, type IdentifierKind } from './canonical-value.ts';

/** Kinds of identifier that an entity match asks about; quotas are kept per kind. */
export const TOKEN_TYPES = [
  'account',
  'national_id',
  'phone',
  'email',
  'name_dob',
  'name_key',
] as const satisfies readonly IdentifierKind[];
export type TokenType = (typeof TOKEN_TYPES)[number];

export const TAG_BYTES = 16;

/** Canonical values are shorter than this, so that no agency's free text becomes a token. Chosen. */
const MAX_VALUE_BYTES = 512;
const NO_SALT = new Uint8Array();

/**
 * Input of the match OPRF for one identifier, in its canonical spelling.
 * Throws MATCH_TOKEN when nothing of the value is left, or more than 512 bytes.
 */
export function matchToken(token: {
  readonly type: TokenType;
  readonly epoch: number | bigint;
  readonly value: string;
}): Uint8Array {
  return withDomain(DOMAINS.matchToken, identifierBytes(token));
}

/** Unambiguous bytes of an identifier in an epoch: every part of open length stands behind its length. */
export function identifierBytes(identifier: {
  readonly type: IdentifierKind;
  readonly epoch: number | bigint;
  readonly value: string;
}): Uint8Array {
  const { type, epoch } = identifier;
  const value = utf8(canonicalValue(type, identifier.value) ?? '');
  if (value.length === 0 || value.length > MAX_VALUE_BYTES)
    throw cryptoRefusal('MATCH_TOKEN', { detail: { type, bytes: value.length } });
  const name = utf8(type);
  return concat(uint32be(name.length), name, uint64be(epoch), uint32be(value.length), value);
}

/** Where an OPRF output stands in a filter. 16 bytes: among 2^20 tags one guess meets one by chance in 2^108. */
export function tagOf(oprfOutput: Uint8Array): Uint8Array {
  return hkdfSha256(oprfOutput, NO_SALT, DOMAINS.matchTag, TAG_BYTES);
}

/** Key of the label behind an OPRF output. 32 bytes. */
export function labelKeyOf(oprfOutput: Uint8Array): Uint8Array {
  return hkdfSha256(oprfOutput, NO_SALT, DOMAINS.matchLabelKey, 32);
}
