import { type FileHandle, open } from 'node:fs/promises';
import { concat, equalBytes, uint64be } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { storeError } from '../errors.ts';

/** Sequence and hash of a commit; 0 and zeros before the first. */
export type ChainHead = { readonly sequence: number; readonly hash: Uint8Array };

/** Where the last acknowledged commit is noted. `write` is durable on return. */
export type HeadKeeper = {
  read(): Promise<ChainHead | undefined>;
  write(head: ChainHead): Promise<void>;
  close(): Promise<void>;
};

const HEAD_BYTES = 40;
const RECORD_BYTES = HEAD_BYTES + 32;

/**
 * The last acknowledged commit, beside the engine's files: a flipped byte in the engine's log drops the records after
 * it without an error (measured), and only something outside of it can tell that the end is missing.
 * Two places are written in turn, so that one torn by a power cut leaves the other.
 */
export class HeadFile implements HeadKeeper {
  readonly #file: FileHandle;
  #turn = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<HeadFile> {
    const file = await open(path, 'r+').catch(() => open(path, 'wx+', 0o600));
    return new HeadFile(file);
  }

  /** The later of the places that are whole; undefined when the store has acknowledged nothing. @throws STORE_CORRUPT */
  async read(): Promise<ChainHead | undefined> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(2 * RECORD_BYTES), 0, 2 * RECORD_BYTES, 0);
    if (bytesRead === 0) return undefined;
    const heads = [0, RECORD_BYTES].flatMap((start) => decode(buffer.subarray(start, start + RECORD_BYTES)) ?? []);
    const [head] = heads.toSorted((one, other) => other.sequence - one.sequence);
    if (head === undefined) throw storeError('STORE_CORRUPT', { detail: { part: 'head' } });
    this.#turn = head.sequence === heads[0]?.sequence ? 1 : 0;
    return head;
  }

  async write(head: ChainHead): Promise<void> {
    const content = concat(uint64be(head.sequence), head.hash);
    const record = concat(content, sha256(content));
    await this.#file.write(record, 0, RECORD_BYTES, this.#turn * RECORD_BYTES);
    await this.#file.datasync();
    this.#turn = 1 - this.#turn;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

function decode(record: Buffer): ChainHead | undefined {
  const content = record.subarray(0, HEAD_BYTES);
  if (record.length < RECORD_BYTES || !equalBytes(sha256(content), record.subarray(HEAD_BYTES))) return undefined;
  return { sequence: Number(content.readBigUInt64BE(0)), hash: new Uint8Array(content.subarray(8)) };
}
