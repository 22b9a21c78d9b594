import { equalBytes } from '../../../crypto/bytes.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { decodeCommit, valueHash } from '../commit-codec.ts';
import type { StoreCommit, StoreFault } from '../coordinator-store.ts';
import { engineError, type StoreDatabase } from './database.ts';
import { storedCommits } from './chain-check.ts';
import { recordBounds, recordKey } from './keys.ts';
import { decodeRecord, type StoredRecord } from './record-codec.ts';

/** Where each key was written last: a later write or deletion explains why an earlier value is gone. */
type LastWrites = Map<string, number>;

/** Compares every value with the commits: each last write is there with its hash, and nothing else is there. */
export async function checkValues(database: StoreDatabase): Promise<readonly StoreFault[]> {
  const faults: StoreFault[] = [];
  const lastWrites: LastWrites = new Map();
  for await (const { encoded } of storedCommits(database, 0)) {
    const { sequence, writes } = decodeCommit(encoded);
    for (const { space, key } of writes) lastWrites.set(hexKey(recordKey(space, key)), sequence);
  }
  for await (const { encoded } of storedCommits(database, 0)) {
    faults.push(...(await checkCommit(database, decodeCommit(encoded), lastWrites)));
  }
  faults.push(...(await checkStrays(database, lastWrites)));
  return faults;
}

async function checkCommit(
  database: StoreDatabase,
  commit: StoreCommit,
  lastWrites: LastWrites,
): Promise<readonly StoreFault[]> {
  const { sequence } = commit;
  // Of several writes of one key in a unit the last holds.
  const writes = new Map(commit.writes.map((write) => [hexKey(recordKey(write.space, write.key)), write]));
  const faults: StoreFault[] = [];
  for (const [place, { space, key, valueHash: expected }] of writes) {
    if (lastWrites.get(place) !== sequence) continue;
    const record = await readRecord(database, recordKey(space, key));
    if (record === 'unreadable') faults.push({ sequence, problem: `a value of ${space} cannot be read` });
    else if (expected === null && record !== undefined)
      faults.push({ sequence, problem: `a value of ${space} is back` });
    else if (expected !== null && record === undefined)
      faults.push({ sequence, problem: `a value of ${space} is missing` });
    else if (expected !== null && record !== undefined && !isValue(record, expected, sequence)) {
      faults.push({ sequence, problem: `a value of ${space} does not have its hash` });
    }
  }
  return faults;
}

function isValue(record: StoredRecord, expected: Uint8Array, sequence: number): boolean {
  return record.sequence === sequence && equalBytes(valueHash(record.salt, record.value), expected);
}

async function checkStrays(database: StoreDatabase, lastWrites: LastWrites): Promise<readonly StoreFault[]> {
  const faults: StoreFault[] = [];
  try {
    for await (const key of database.keys(recordBounds())) {
      if (!lastWrites.has(hexKey(key))) faults.push({ sequence: null, problem: 'a value that no commit wrote' });
    }
  } catch (error) {
    const fault = engineError(error, 'STORE_CORRUPT');
    if (!isRefusal(fault, 'STORE_CORRUPT')) throw fault;
    faults.push({ sequence: null, problem: 'the values cannot be read to their end' });
  }
  return faults;
}

async function readRecord(database: StoreDatabase, key: Buffer): Promise<StoredRecord | 'unreadable' | undefined> {
  try {
    const stored = await database.get(key);
    return stored === undefined ? undefined : decodeRecord(stored);
  } catch (error) {
    const fault = engineError(error, 'STORE_CORRUPT');
    if (!isRefusal(fault, 'STORE_CORRUPT')) throw fault;
    return 'unreadable';
  }
}

function hexKey(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}
