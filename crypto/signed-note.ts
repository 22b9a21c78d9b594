import { fromBase64, toBase64 } from './base64.ts';
import { concat, utf8 } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';
import { sha256 } from './hash.ts';

/** Signature types of the C2SP signed note. */
export const NOTE_TYPES = { ed25519: 1, cosignature: 4 } as const;
export type NoteType = (typeof NOTE_TYPES)[keyof typeof NOTE_TYPES];

/** A note as read: nothing in the text counts before a signature of a known key has been checked. */
export type SignedNote = {
  /** Exact bytes that are signed, with the final newline. */
  readonly text: Uint8Array;
  readonly signatures: readonly NoteSignature[];
};
export type NoteSignature = { readonly keyName: string; readonly keyId: Uint8Array; readonly signature: Uint8Array };

/** A cosignature line has about 170 bytes, so this holds one of each of 200 agencies and more. */
const NOTE_BYTES = 65_536;
/** The specification's line: em dash, key name without spaces or plus, base64. */
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;
// oxlint-disable-next-line no-control-regex -- the specification forbids control characters other than newline
const CONTROL_CHARACTER = /[\u0000-\u0009\u000b-\u001f]/;

/** Four bytes that tell a key and its use apart; not a commitment to either. Source: C2SP signed-note, Signatures. */
export function noteKeyId(keyName: string, type: NoteType, publicKey: Uint8Array): Uint8Array {
  return sha256(utf8(`${keyName}\n`), Uint8Array.of(type), publicKey).subarray(0, 4);
}

/** One signature line. Throws CRYPTO_CHECKPOINT for a key name with spaces or plus. */
export function signatureLine(keyName: string, keyId: Uint8Array, signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const line = `\u2014 ${keyName} ${toBase64(concat(keyId, signature))}`;
  if (!SIGNATURE_LINE.test(line)) throw cryptoRefusal('CRYPTO_CHECKPOINT', { detail: { part: 'key name' } });
  return utf8(`${line}\n`);
}

/** Splits a note at its last empty line. Throws CRYPTO_CHECKPOINT for anything that is not a note. */
export function parseNote(note: Uint8Array): SignedNote {
  const characters = decodeText(note);
  const split = characters.lastIndexOf('\n\n');
  const lines = characters.slice(split + 2);
  if (split < 1 || !lines.endsWith('\n')) throw malformed('note');
  return {
    text: utf8(characters.slice(0, split + 1)),
    signatures: lines.slice(0, -1).split('\n').map(parseLine),
  };
}

/** Reads one signature line with its newline. Throws CRYPTO_CHECKPOINT. */
export function parseSignatureLine(line: Uint8Array): NoteSignature {
  const characters = decodeText(line);
  if (!characters.endsWith('\n')) throw malformed('signature line');
  return parseLine(characters.slice(0, -1));
}

/** The text of a note, for its reader. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > NOTE_BYTES) throw malformed('size');
  let characters: string;
  try {
    characters = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw malformed('encoding', cause);
  }
  if (CONTROL_CHARACTER.test(characters)) throw malformed('control character');
  return characters;
}

function parseLine(line: string): NoteSignature {
  const [, keyName, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (keyName === undefined || bytes === undefined || bytes.length <= 4) throw malformed('signature line');
  return { keyName, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function malformed(part: string, cause?: unknown): Error {
  return cryptoRefusal('CRYPTO_CHECKPOINT', { detail: { part }, verdict: 'reject', cause });
}
