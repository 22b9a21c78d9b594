/** Ids are parts of keys that are separated by slashes, so they hold none; see LEDGER_SPACES. */
const IDENTIFIER = /^(?=.{1,128}$)[^\p{C}\p{Z}/]+(?: [^\p{C}\p{Z}/]+)*$/u;
const AGENCY = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Pattern of an identifier, for schemas: 1 to 128 visible characters, no slash, single inner spaces. */
export const IDENTIFIER_PATTERN = IDENTIFIER;

/** Whether a text can be an identifier of a source system; it is kept as it is, never cleaned or read as a number. */
export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

/** Whether a text can be the short name of an agency. */
export function isAgencyName(text: string): boolean {
  return AGENCY.test(text);
}
