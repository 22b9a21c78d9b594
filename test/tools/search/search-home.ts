import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import type { NeedleSearch } from './needle-search.ts';

/**
 * Searches all that a program has kept: its plain files, and every key and value of its databases, which are opened as
 * a copy, since their blocks are compressed and one process at a time may have them open.
 * @param scratch folder that does not exist yet; gone afterwards
 * @returns places of the needles that occur, and how many bytes were searched
 */
export async function searchHome(
  home: string,
  needles: NeedleSearch,
  scratch: string,
): Promise<{ readonly found: ReadonlySet<number>; readonly bytes: number }> {
  const found = new Set<number>();
  let bytes = 0;
  const search = (haystack: Uint8Array): void => {
    bytes += haystack.length;
    for (const place of needles.in(haystack)) found.add(place);
  };
  cpSync(home, scratch, { recursive: true, filter: (path) => !lstatSync(path).isSocket() });
  try {
    for (const folder of foldersUnder(scratch)) {
      if (existsSync(join(folder, 'CURRENT'))) await readDatabase(folder, search);
      else for (const file of filesIn(folder)) search(readFileSync(file));
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { found, bytes };
}

const CHUNK_BYTES = 4 * 1024 * 1024;

async function readDatabase(folder: string, search: (haystack: Uint8Array) => void): Promise<void> {
  const database = new Level<Buffer, Buffer>(folder, { keyEncoding: 'buffer', valueEncoding: 'buffer' });
  await database.open({ createIfMissing: false });
  try {
    let chunk: Buffer[] = [];
    let length = 0;
    for await (const [key, value] of database.iterator()) {
      chunk.push(key, value);
      length += key.length + value.length;
      if (length < CHUNK_BYTES) continue;
      search(Buffer.concat(chunk));
      [chunk, length] = [[], 0];
    }
    search(Buffer.concat(chunk));
  } finally {
    await database.close();
  }
}

function foldersUnder(root: string): readonly string[] {
  const inner = readdirSync(root, { withFileTypes: true }).filter((item) => item.isDirectory());
  return [root, ...inner.flatMap(({ name }) => foldersUnder(join(root, name)))];
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
