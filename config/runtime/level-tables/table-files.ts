import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from './crc32c.ts';

const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
/** Behind each block: how it is compressed (1 byte), masked CRC-32C of block and that byte (4 bytes). */
const TRAILER_BYTES = 5;
const UNCOMPRESSED = 0;

/** A block of a table file that is not what the engine wrote. */
export type TableDamage = { readonly file: string; readonly offset: number };

type Block = { readonly offset: number; readonly size: number };

/**
 * Checks every block of the engine's table files against its checksum, before the engine opens them. classic-level
 * cannot be told to check them itself, and a compaction that meets a key out of order aborts the whole process, at each
 * start anew (seen within a few dozen single flipped bits). About 1 s for a gigabyte.
 * A file without its footer is left to the engine, which drops it as the rest of a crash or refuses to open. So is one
 * with a compressed index: stores that want the check set `compression: false`. Source: LevelDB, doc/table_format.md.
 * @returns the first damage found
 */
export async function findTableDamage(directory: string): Promise<TableDamage | undefined> {
  for (const file of (await namesIn(directory)).filter((name) => /\.(ldb|sst)$/.test(name))) {
    const bytes = await readFile(join(directory, file)).catch(absent);
    const offset = bytes === undefined ? undefined : damagedOffset(bytes);
    if (offset !== undefined) return { file, offset };
  }
  return undefined;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(absent);
  return (names ?? []).sort();
}

/** A file may go while a second process looks at a ledger that is open; the lock will tell it. */
function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** Offset of the first block that does not have its checksum, undefined when all do. */
function damagedOffset(table: Buffer): number | undefined {
  const footer = table.subarray(-FOOTER_BYTES);
  if (table.length < FOOTER_BYTES || !footer.subarray(-MAGIC.length).equals(MAGIC)) return undefined;
  const reader = new VarintReader(footer);
  const metaIndex = reader.block();
  const index = reader.block();
  for (const block of [index, metaIndex]) if (!isIntact(table, block)) return block.offset;
  if (table[index.offset + index.size] !== UNCOMPRESSED) return undefined;
  const blocks = [...blocksOf(table, index), ...blocksOf(table, metaIndex)];
  return blocks.find((block) => !isIntact(table, block))?.offset;
}

function isIntact(table: Buffer, { offset, size }: Block): boolean {
  const end = offset + size;
  if (!(end + TRAILER_BYTES <= table.length)) return false;
  return table.readUInt32LE(end + 1) === masked(crc32c(table, offset, end + 1));
}

/** Source: LevelDB, util/crc32c.h, Mask(). */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}

/**
 * Blocks that an index block names: entries of {shared, own, value lengths, own key bytes, value = offset and size}.
 */
function blocksOf(table: Buffer, index: Block): readonly Block[] {
  const content = table.subarray(index.offset, index.offset + index.size);
  const restarts = content.readUInt32LE(content.length - 4);
  const reader = new VarintReader(content.subarray(0, content.length - 4 * (restarts + 1)));
  const blocks: Block[] = [];
  while (!reader.ended) {
    reader.next();
    const keyBytes = reader.next();
    reader.next();
    reader.skip(keyBytes);
    blocks.push(reader.block());
  }
  return blocks;
}

/** Reads integers of 7 bits a byte, least significant first. Runs over the end into NaN, which no check passes. */
class VarintReader {
  readonly #bytes: Buffer;
  #place = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#place >= this.#bytes.length;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#place] ?? Number.NaN;
      this.#place += 1;
      value += (byte & 0x7f) * scale;
      if (!(byte >= 128)) return Number.isNaN(byte) ? byte : value;
    }
  }

  block(): Block {
    return { offset: this.next(), size: this.next() };
  }

  skip(bytes: number): void {
    this.#place += bytes;
  }
}
