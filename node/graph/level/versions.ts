import { crc32 } from 'node:zlib';
import { LIMITS } from '../../../config/settings/limits.ts';
import { graphError } from '../errors.ts';

/**
 * What was said of an element at one time. `content` is what decisions rest on, null when the element was moved away
 * from this place; where it came from is kept beside it, as a second source for the same is no news.
 */
export type Version = {
  /** Of the batch that said it. */
  readonly sequence: number;
  readonly knownAtMs: number;
  readonly content: Buffer | null;
  readonly provenance: Buffer;
};

const CHECKSUM_BYTES = 4;
/** Length of the whole, sequence, time, whether there is content, length of the content. */
const HEAD_BYTES = 4 + 6 + 8 + 1 + 4;

/**
 * Adds what a batch says of an element to what is known of it. In force as of a time is what was said last of all that
 * was known by then; so a version is dropped once a later batch says something known as early, and the list stays
 * ordered, newest first, by sequence and by time at once.
 * @returns the same array when nothing is new: a batch applied again, or content that is in force already
 */
export function addVersion(versions: readonly Version[], added: Version): readonly Version[] {
  const inForce = versionAt(versions, added.knownAtMs);
  if (inForce !== undefined && inForce.sequence > added.sequence) return versions;
  const replaced = versions.filter(
    ({ sequence, knownAtMs }) => sequence <= added.sequence && knownAtMs >= added.knownAtMs,
  );
  const isNews = inForce === undefined || !sameContent(inForce, added);
  if (!isNews && replaced.every((version) => version === inForce)) return versions;
  const kept = versions.filter((version) => !replaced.includes(version));
  return [...kept, added].sort((one, other) => other.knownAtMs - one.knownAtMs).slice(0, LIMITS.graphVersions);
}

/** What was in force as of a time, of versions as above; undefined when nothing was known. */
export function versionAt<Known extends Pick<Version, 'knownAtMs'>>(
  versions: readonly Known[],
  asOfMs: number,
): Known | undefined {
  return versions.find(({ knownAtMs }) => knownAtMs <= asOfMs);
}

/**
 * Encodes the versions of one entry, behind a checksum over its key and them: the engine does not check the blocks of
 * its tables when it reads them.
 */
export function encodeVersions(key: Uint8Array, versions: readonly Version[]): Buffer {
  const parts = versions.map(encodeVersion);
  const bytes = Buffer.concat([Buffer.alloc(CHECKSUM_BYTES), ...parts]);
  bytes.writeUInt32BE(crc32(bytes.subarray(CHECKSUM_BYTES), crc32(key)), 0);
  return bytes;
}

/** Reads the versions of an entry. @throws GRAPH_CORRUPT */
export function decodeVersions(key: Uint8Array, stored: Buffer): readonly Version[] {
  if (stored.length < CHECKSUM_BYTES) throw graphError('GRAPH_CORRUPT');
  if (stored.readUInt32BE(0) !== crc32(stored.subarray(CHECKSUM_BYTES), crc32(key))) throw graphError('GRAPH_CORRUPT');
  const versions: Version[] = [];
  for (let offset = CHECKSUM_BYTES; offset < stored.length; offset += stored.readUInt32BE(offset))
    versions.push(decodeVersion(stored, offset));
  return versions;
}

function encodeVersion({ sequence, knownAtMs, content, provenance }: Version): Buffer {
  const contentBytes = content?.length ?? 0;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + contentBytes + provenance.length);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUIntBE(sequence, 4, 6);
  bytes.writeDoubleBE(knownAtMs, 10);
  bytes.writeUInt8(content === null ? 0 : 1, 18);
  bytes.writeUInt32BE(contentBytes, 19);
  if (content !== null) bytes.set(content, HEAD_BYTES);
  bytes.set(provenance, HEAD_BYTES + contentBytes);
  return bytes;
}

function decodeVersion(stored: Buffer, offset: number): Version {
  const contentStart = offset + HEAD_BYTES;
  const contentEnd = contentStart + stored.readUInt32BE(offset + 19);
  return {
    sequence: stored.readUIntBE(offset + 4, 6),
    knownAtMs: stored.readDoubleBE(offset + 10),
    content: stored[offset + 18] === 0 ? null : stored.subarray(contentStart, contentEnd),
    provenance: stored.subarray(contentEnd, offset + stored.readUInt32BE(offset)),
  };
}

function sameContent(one: Version, other: Version): boolean {
  if (one.content === null || other.content === null) return one.content === other.content;
  return one.content.equals(other.content);
}
