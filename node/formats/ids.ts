/** Ids are parts of keys that are separated by slashes, so they hold none; see LEDGER_SPACES. */
const IDENTIFIER = /^[^\p{C}\p{Z}/]+(?: [^\p{C}\p{Z}/]+)*$/u;
/** Keys made of several ids must fit into LIMITS.ledgerKeyBytes. */
const MAXIMUM_BYTES = 128;
const AGENCY = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Whether a text can be an identifier of a source system: 1 to 128 bytes of visible characters, no slash, single inner
 * spaces. It is kept as it is, never cleaned or read as a number.
 */
export function isIdentifier(text: string): boolean {
  return text.length <= MAXIMUM_BYTES && Buffer.byteLength(text) <= MAXIMUM_BYTES && IDENTIFIER.test(text);
}

/** Whether a text can be the short name of an agency. */
export function isAgencyName(text: string): boolean {
  return AGENCY.test(text);
}
