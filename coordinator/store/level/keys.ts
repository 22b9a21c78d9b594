import { STORE_SPACES, type StoreSpace } from '../spaces.ts';

/** First byte of the keys of commits; spaces are numbered from 1. */
const COMMIT_TABLE = 0;

export function commitKey(sequence: number): Buffer {
  const key = Buffer.alloc(9);
  key[0] = COMMIT_TABLE;
  key.writeBigUInt64BE(BigInt(sequence), 1);
  return key;
}

export function sequenceOf(key: Uint8Array): number {
  return Number(Buffer.from(key).readBigUInt64BE(1));
}

/** Bounds of all commits from a sequence on. */
export function commitBounds(fromSequence: number): { gte: Buffer; lt: Buffer } {
  return { gte: commitKey(fromSequence), lt: Buffer.of(COMMIT_TABLE + 1) };
}

export function recordKey(space: StoreSpace, key: string): Buffer {
  return Buffer.concat([Buffer.of(STORE_SPACES[space]), Buffer.from(key, 'utf8')]);
}

export function textOf(key: Uint8Array): string {
  return Buffer.from(key).toString('utf8', 1);
}

/** Bounds of the records of a space whose keys begin with a prefix. */
export function prefixBounds(space: StoreSpace, prefix: string): { gte: Buffer; lt: Buffer } {
  const gte = recordKey(space, prefix);
  return { gte, lt: following(gte) };
}

/** Bounds of all records of all spaces. */
export function recordBounds(): { gte: Buffer } {
  return { gte: Buffer.of(COMMIT_TABLE + 1) };
}

/** The first key after all that begin with these bytes. UTF-8 has no byte 0xff, so the last byte can be counted up. */
function following(bytes: Buffer): Buffer {
  const next = Buffer.from(bytes);
  next[next.length - 1] = (next[next.length - 1] ?? 0) + 1;
  return next;
}
