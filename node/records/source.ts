import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import { recordError } from './errors.ts';
import type { ByteSource } from '../formats/lines.ts';

const CHUNK_BYTES = 262_144;

/** A file being read, and the SHA-256 of its bytes as they stand on disk, known when it has been read to its end. */
export type FileSource = { readonly bytes: ByteSource; digestHex(): string };

/**
 * Opens a file as a stream, unpacked when its name ends in `.gz`.
 * @throws IMPORT_SOURCE while it is read: absent, unreadable, damaged
 */
export function openFile(path: string): FileSource {
  const hash = createHash('sha256');
  return { bytes: readBytes(path, (chunk) => hash.update(chunk)), digestHex: () => hash.digest('hex') };
}

async function* readBytes(path: string, seen: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  file.on('data', (chunk) => seen(Buffer.from(chunk)));
  const unpacked = path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: CHUNK_BYTES })) : file;
  // A pipe does not hand on its source's faults.
  if (unpacked !== file) file.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of unpacked) yield Buffer.from(chunk as Uint8Array);
  } catch (cause) {
    throw recordError('IMPORT_SOURCE', { detail: { file: basename(path) }, cause });
  } finally {
    file.destroy();
    unpacked.destroy();
  }
}
