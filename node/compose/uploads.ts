import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import type { RandomBytes } from '../../proto/domain/runtime.ts';
import type { Upload } from '../api/ports.ts';
import { apiRefusal } from '../api/refusal.ts';

/**
 * Files handed in for an import, under names of the node's own choosing, in a folder that no one else reads. They are
 * gone after their import and at the next start; together they hold at most LIMITS.importBytes.
 */
export class Uploads {
  readonly #directory: string;
  readonly #random: RandomBytes;
  readonly #files = new Map<string, { readonly path: string; readonly bytes: number }>();
  #arriving = 0;

  private constructor(directory: string, random: RandomBytes) {
    this.#directory = directory;
    this.#random = random;
  }

  /** Empties the folder: what an earlier process left belongs to no import. */
  static async open(directory: string, random: RandomBytes): Promise<Uploads> {
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new Uploads(directory, random);
  }

  /** @throws API_BUSY when too many files wait, API_TOO_LARGE when they are too large together */
  async receive(bytes: Readable, gzip: boolean): Promise<Upload> {
    if (this.#files.size + this.#arriving >= LIMITS.uploads) throw apiRefusal('API_BUSY');
    const uploadId = toHex(this.#random(16));
    const path = join(this.#directory, gzip ? `${uploadId}.gz` : uploadId);
    const hash = createHash('sha256');
    const held = [...this.#files.values()].reduce((sum, file) => sum + file.bytes, 0);
    let size = 0;
    this.#arriving += 1;
    try {
      const measured = async function* measured(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const chunk of source) {
          size += chunk.length;
          if (held + size > LIMITS.importBytes) throw apiRefusal('API_TOO_LARGE');
          hash.update(chunk);
          yield chunk;
        }
      };
      await pipeline(bytes, measured, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      this.#arriving -= 1;
    }
    this.#files.set(uploadId, { path, bytes: size });
    return { uploadId, bytes: size, sha256: hash.digest('hex') };
  }

  /** Where an upload lies, undefined when there is none of that id. */
  pathOf(uploadId: string): string | undefined {
    return this.#files.get(uploadId)?.path;
  }

  async discard(uploadIds: readonly string[]): Promise<void> {
    for (const uploadId of uploadIds) {
      const file = this.#files.get(uploadId);
      this.#files.delete(uploadId);
      if (file !== undefined) await rm(file.path, { force: true });
    }
  }
}
