import { equalBytes, fromBase64url, toBase64url, toHex, utf8 } from '../../../crypto/bytes.ts';
import { DOMAINS } from '../../../crypto/domains.ts';
import { hkdfSha256, hmacSha256 } from '../../../crypto/hash.ts';
import type { RandomBytes } from '../../../proto/domain/runtime.ts';

const KEY_ID_BYTES = 8;
const KEY_SECRET_BYTES = 32;
/** `concordat_<id, 16 hex>_<secret, 43 base64url>`: the prefix lets secret scanners find a leaked one. */
const KEY_FORM = /^concordat_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** An API key as its owner holds it, in parts. */
export type PresentedKey = { readonly keyId: string; readonly secret: Uint8Array };

/** Makes a key: its id, which is no secret, and the text for its owner, which is kept nowhere. */
export function mintApiKey(random: RandomBytes): { readonly keyId: string; readonly text: string } & PresentedKey {
  const keyId = toHex(random(KEY_ID_BYTES));
  const secret = random(KEY_SECRET_BYTES);
  return { keyId, secret, text: `concordat_${keyId}_${toBase64url(secret)}` };
}

/** Reads a presented key; undefined when it has not the form. */
export function parseApiKey(text: string): PresentedKey | undefined {
  const [, keyId, secret] = KEY_FORM.exec(text) ?? [];
  if (keyId === undefined || secret === undefined) return undefined;
  try {
    return { keyId, secret: fromBase64url(secret) };
  } catch {
    return undefined;
  }
}

/**
 * Digests keys under the node's secret, so that a copied ledger opens nothing and admits no search. A single keyed hash
 * is enough: a key has 256 random bits, so there is nothing to guess that stretching would slow down.
 */
export class KeyDigester {
  readonly #pepper: Uint8Array;

  constructor(nodeSecret: string) {
    this.#pepper = hkdfSha256(utf8(nodeSecret), new Uint8Array(0), DOMAINS.apiKeyDigest, 32);
  }

  /** 64 hex characters. */
  digest(key: PresentedKey): string {
    return toHex(hmacSha256(this.#pepper, utf8(key.keyId), key.secret));
  }

  /** Whether a key is the digested one, in time that does not depend on how much of it is right. */
  matches(key: PresentedKey, digest: string): boolean {
    return equalBytes(utf8(this.digest(key)), utf8(digest));
  }
}
