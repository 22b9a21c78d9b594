import { Level } from 'level';
import { findTableDamage } from '../../../config/runtime/level-tables/table-files.ts';
import { graphError } from '../errors.ts';
import { checkMarkers } from './batch-markers.ts';
import { TABLES, tableBounds } from './keys.ts';
import { openFault, readFault } from './level-faults.ts';
import {
  type Applied,
  APPLIED_KEY,
  decodeApplied,
  encodeApplied,
  FORMAT_KEY,
  GRAPH_FORMAT_VERSION,
  isKnownFormat,
  NOTHING_APPLIED,
} from './store-facts.ts';

export type GraphLevel = Level<Buffer, Buffer>;

/** Uncompressed: table-files.ts reads the blocks, and later most bytes will be ciphertext. */
const SETTINGS = { keyEncoding: 'buffer', valueEncoding: 'buffer', compression: false } as const;
const CACHE_BYTES = 33_554_432;

export type OpenedGraph = { readonly level: GraphLevel; readonly applied: Applied };

/**
 * Opens the engine's files and checks that nothing is missing.
 * @throws GRAPH_LOCKED, GRAPH_FORMAT, GRAPH_OPEN, GRAPH_CORRUPT
 */
export async function openChecked(directory: string): Promise<OpenedGraph> {
  const damage = await findTableDamage(directory);
  if (damage !== undefined) throw graphError('GRAPH_CORRUPT', { detail: damage });
  const level = await openLevel(directory);
  try {
    return { level, applied: await checkedFacts(level) };
  } catch (error) {
    await level.close();
    throw readFault(error);
  }
}

async function openLevel(directory: string): Promise<GraphLevel> {
  const level: GraphLevel = new Level(directory, { ...SETTINGS, cacheSize: CACHE_BYTES });
  try {
    await level.open();
    return level;
  } catch (error) {
    throw openFault(error);
  }
}

/** Of classic-level, which is what `level` is in Node; its types name only what browsers have as well. */
const ENGINE = Level as unknown as { destroy(directory: string): Promise<void> };

/** Removes the engine's files, under its lock: a second process must not take them from under the first. */
export async function destroyFiles(directory: string): Promise<void> {
  try {
    await ENGINE.destroy(directory);
  } catch (error) {
    throw openFault(error);
  }
}

/** Checks format and markers, and begins the markers anew: opening has moved all that they marked into tables. */
async function checkedFacts(level: GraphLevel): Promise<Applied> {
  if (!isKnownFormat(await level.get(FORMAT_KEY))) {
    await level.clear();
    await level.put(FORMAT_KEY, Buffer.from(String(GRAPH_FORMAT_VERSION)), { sync: true });
    return NOTHING_APPLIED;
  }
  const { sequence, markers } = decodeApplied(await level.get(APPLIED_KEY));
  if (sequence === 0) {
    await emptyTables(level);
    return NOTHING_APPLIED;
  }
  await checkMarkers(level, markers);
  const applied = { sequence, markers: { first: markers.last + 1, last: markers.last } };
  await level.put(APPLIED_KEY, encodeApplied(applied));
  await level.clear(tableBounds(TABLES.batch));
  return applied;
}

/** All but the facts about the store itself. */
export async function emptyTables(level: GraphLevel): Promise<void> {
  await level.clear({ gte: Buffer.of(TABLES.node) });
}
