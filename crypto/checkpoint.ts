import { fromBase64, toBase64 } from './base64.ts';
import { concat, equalBytes, uint64be, utf8 } from './bytes.ts';
import { cryptoRefusal } from './errors.ts';
import { identityKeyFromSeed } from './keys.ts';
import { sign, verify } from './sign.ts';
import { decodeText, NOTE_TYPES, noteKeyId, parseNote, parseSignatureLine, signatureLine } from './signed-note.ts';

/** The head of a log. */
export type Checkpoint = {
  /** Names the log; one line. */
  readonly origin: string;
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
};

/**
 * Signs the head of a log as a note: text, empty line, one Ed25519 signature line. Cosignature lines are appended
 * to it as they come. Throws CRYPTO_CHECKPOINT for an origin or key name that the format does not take.
 * Source: C2SP tlog-checkpoint and signed-note.
 */
export function signCheckpoint(
  checkpoint: Checkpoint,
  keyName: string,
  secretKey: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const text = utf8(`${checkpoint.origin}\n${checkpoint.size}\n${toBase64(checkpoint.root)}\n`);
  parseText(text);
  const keyId = noteKeyId(keyName, NOTE_TYPES.ed25519, identityKeyFromSeed(secretKey).publicKey);
  return concat(text, utf8('\n'), signatureLine(keyName, keyId, sign(secretKey, text)));
}

/**
 * Reads a checkpoint that the named key signed. Signatures of other keys are ignored, one of this key that does not
 * hold refuses the note. Extension lines are signed with the rest and ignored. Throws CRYPTO_CHECKPOINT.
 */
export function openCheckpoint(note: Uint8Array, keyName: string, publicKey: Uint8Array): Checkpoint {
  const { text, signatures } = parseNote(note);
  const keyId = noteKeyId(keyName, NOTE_TYPES.ed25519, publicKey);
  const own = signatures.filter((line) => line.keyName === keyName && equalBytes(line.keyId, keyId));
  if (own.length === 0 || !own.every((line) => verify(publicKey, text, line.signature))) throw refused('signature');
  return parseText(text);
}

/**
 * A witness's line under a checkpoint: that this is the largest tree it has seen of the log, and that it extends every
 * earlier one. The caller has opened the note and checked that. Source: C2SP tlog-cosignature, cosignature/v1.
 */
export function cosign(
  note: Uint8Array,
  keyName: string,
  secretKey: Uint8Array,
  atMs: number,
): Uint8Array<ArrayBuffer> {
  const atSeconds = Math.floor(atMs / 1000);
  const keyId = noteKeyId(keyName, NOTE_TYPES.cosignature, identityKeyFromSeed(secretKey).publicKey);
  const signature = sign(secretKey, cosignedMessage(parseNote(note).text, BigInt(atSeconds)));
  return signatureLine(keyName, keyId, concat(uint64be(atSeconds), signature));
}

/**
 * Reads a witness's line over this checkpoint; the time is to the second. Throws CRYPTO_CHECKPOINT when the line is
 * not that witness's over these bytes.
 */
export function openCosignature(
  note: Uint8Array,
  line: Uint8Array,
  keyName: string,
  publicKey: Uint8Array,
): { readonly atMs: number } {
  const parsed = parseSignatureLine(line);
  const keyId = noteKeyId(keyName, NOTE_TYPES.cosignature, publicKey);
  if (parsed.keyName !== keyName || !equalBytes(parsed.keyId, keyId) || parsed.signature.length !== 72)
    throw refused('cosignature');
  const atSeconds = Buffer.from(parsed.signature.subarray(0, 8)).readBigUInt64BE();
  const message = cosignedMessage(parseNote(note).text, atSeconds);
  if (!verify(publicKey, message, parsed.signature.subarray(8))) throw refused('cosignature');
  const atMs = Number(atSeconds) * 1000;
  if (!Number.isSafeInteger(atMs)) throw refused('time');
  return { atMs };
}

function cosignedMessage(text: Uint8Array, atSeconds: bigint): Uint8Array {
  return concat(utf8(`cosignature/v1\ntime ${atSeconds}\n`), text);
}

function parseText(text: Uint8Array): Checkpoint {
  const lines = decodeText(text).slice(0, -1).split('\n');
  const [origin = '', decimal = '', encoded = ''] = lines;
  const size = /^(?:0|[1-9]\d*)$/.test(decimal) ? Number(decimal) : -1;
  const root = fromBase64(encoded);
  if (lines.includes('') || !Number.isSafeInteger(size) || size < 0 || root?.length !== 32) throw refused('text');
  return { origin, size, root };
}

function refused(part: string): Error {
  return cryptoRefusal('CRYPTO_CHECKPOINT', { detail: { part }, verdict: 'reject' });
}
