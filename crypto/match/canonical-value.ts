import { IDENTIFIER_TYPES } from '../../proto/domain/exchange.ts';

/** What may be flagged or asked for. Every agency must spell one value alike, or neither matches nor flags meet. */
export const IDENTIFIER_KINDS = [...IDENTIFIER_TYPES, 'name_dob'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];

/**
 * The one spelling of an identifier in token set `tokset/1`, undefined when nothing is left. Idempotent.
 * All: compatibility forms folded (NFKC), control and format characters dropped.
 * account: no white space, upper case. wallet: no white space, lower case if hexadecimal. national_id: letters and
 * digits, upper case. phone: digits, without `(0)` and leading `00`; the caller has put the country in front.
 * email: no white space, lower case. name_dob, name_key: single spaces, upper case; the caller has made the key.
 * Any change of these rules is a new token set under a new domain.
 */
export function canonicalValue(kind: IdentifierKind, text: string): string | undefined {
  const folded = text
    .normalize('NFKC')
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '');
  const value = RULES[kind](folded).normalize('NFKC').trim();
  return value === '' ? undefined : value;
}

const RULES: Readonly<Record<IdentifierKind, (folded: string) => string>> = {
  account: (folded) => solid(folded).toUpperCase(),
  wallet: (folded) => lowerIfHexadecimal(solid(folded)),
  national_id: (folded) => folded.toUpperCase().replace(/[^\p{L}\p{N}]/gu, ''),
  phone: (folded) =>
    folded
      .replaceAll('(0)', '')
      .replace(/[^0-9]/g, '')
      .replace(/^(?:00)+/, ''),
  email: (folded) => solid(folded).toLowerCase(),
  name_dob: (folded) => folded.toUpperCase().replace(/ +/g, ' '),
  name_key: (folded) => folded.toUpperCase().replace(/ +/g, ' '),
};

function solid(folded: string): string {
  return folded.replaceAll(' ', '');
}

/** Base58 addresses mean their case; hexadecimal ones carry at most a checksum in it. */
function lowerIfHexadecimal(address: string): string {
  return /^0x[0-9a-f]*$/i.test(address) ? address.toLowerCase() : address;
}
