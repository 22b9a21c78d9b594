/** Wraps secrets before they are written, so that the ledger's files alone do not open anything. */
export type AtRest = { seal(plaintext: Uint8Array): Uint8Array; open(sealed: Uint8Array): Uint8Array };
