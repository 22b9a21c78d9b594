import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { platform } from 'node:process';
import type { NeedleSearch } from './needle-search.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;
/** A needle may lie across two chunks; none is longer. */
const OVERLAP_BYTES = 4_096;

/**
 * Searches all memory that a process of ours may write to: heap, stacks, buffers.
 * @returns places of the needles that occur, and how many bytes were searched; undefined where the system does not
 *          let one look (only Linux does, by /proc)
 */
export function searchMemory(
  pid: number,
  needles: NeedleSearch,
): { readonly found: ReadonlySet<number>; readonly bytes: number } | undefined {
  if (platform !== 'linux') return undefined;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const found = new Set<number>();
  let bytes = 0;
  try {
    for (const { end, start } of writableRegions(pid)) {
      for (let at = start; at < end; at += CHUNK_BYTES) {
        const chunk = readRegion(memory, at, Math.min(CHUNK_BYTES + OVERLAP_BYTES, end - at));
        bytes += Math.min(chunk.length, CHUNK_BYTES);
        for (const place of needles.in(chunk)) found.add(place);
      }
    }
  } finally {
    closeSync(memory);
  }
  return { found, bytes };
}

type Region = { readonly start: number; readonly end: number };

function writableRegions(pid: number): readonly Region[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, start, end] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      return start === undefined || end === undefined
        ? []
        : [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }];
    });
}

/** What can be read of a region; pages that were never touched or have gone since read as nothing. */
function readRegion(memory: number, position: number, length: number): Uint8Array {
  const chunk = Buffer.alloc(length);
  try {
    return chunk.subarray(0, readSync(memory, chunk, 0, length, position));
  } catch {
    return chunk.subarray(0, 0);
  }
}
