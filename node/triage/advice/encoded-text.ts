/** Shorter runs are words, ids and account numbers. Chosen. */
const BASE64_RUN = /[A-Za-z0-9+/_-]{16,}={0,2}/gu;
const HEXADECIMAL_RUN = /(?:[0-9a-f]{2}[\s:,]?){12,}/giu;
const ESCAPES =
  /(?:\\u\{?[0-9a-f]{2,6}\}?\s?){4,}|(?:\\x[0-9a-f]{2}\s?){4,}|(?:%[0-9a-f]{2}[^%]{0,60}){4,}|(?:&#x?[0-9a-f]{2,6};\s?){4,}/iu;
const BINARY = /(?:[01]{8}\s?){6,}/u;
/** Hashes, keys and long words decode to noise; a message decodes to this share of readable characters. Chosen. */
const READABLE_SHARE = 0.9;

/** Whether a text holds another one in base64, hexadecimal, escapes or bits: honest remarks never do. */
export function holdsEncodedText(text: string): boolean {
  if (ESCAPES.test(text) || BINARY.test(text)) return true;
  const runs = [
    ...(text.match(BASE64_RUN) ?? []).map((run) => Buffer.from(run, 'base64')),
    ...(text.match(HEXADECIMAL_RUN) ?? []).map((run) => Buffer.from(run.replace(/[\s:,]/g, ''), 'hex')),
  ];
  return runs.some(isReadable);
}

function isReadable(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  const readable = text.match(/[\p{L}\p{M}\p{N} .,:;!?'"_-]/gu)?.length ?? 0;
  return bytes.length > 0 && readable / Array.from(text).length >= READABLE_SHARE;
}
