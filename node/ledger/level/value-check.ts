import { isRefusal } from '../../../proto/domain/errors.ts';
import { type ChainHead, valueHash } from '../chain.ts';
import { FaultList } from '../fault-list.ts';
import type { Commit, LedgerFault } from '../ledger.ts';
import { followChain } from './chain-check.ts';
import { placeOf } from './group-plan.ts';
import { auditIndexKey, erasedKey, recordKey } from './keys.ts';
import { type LedgerDatabase, readFault, type Snapshot } from './level-store.ts';
import { decodeErased, decodeRecord } from './record-codec.ts';
import { openCommit } from './stored-commit.ts';
import { scanTables } from './table-scan.ts';

type Write = Commit['writes'][number];

/** Values fetched at a time. */
const CHUNK_WRITES = 256;

/**
 * Re-reads everything as of the call: every entry of every table has its checksum, the chain holds to the acknowledged
 * head, and each value that a commit was the last to write is there with the hash that the chain has for it. Point
 * reads and scans are both used, as the engine answers them from different parts of its files. Memory is bounded.
 */
export async function verifyDatabase(
  database: LedgerDatabase,
  acknowledged: ChainHead,
): Promise<readonly LedgerFault[]> {
  const snapshot = database.snapshot();
  const faults = new FaultList();
  try {
    const records = await scanTables(database, snapshot, faults);
    let matched = 0;
    const chain = await followChain(database, {
      acknowledged,
      snapshot,
      visit: async (stored) => {
        matched += await checkCommit(database, snapshot, openCommit(stored), faults);
      },
    });
    for (const { sequence, space, problem } of chain.faults) faults.add(problem, sequence, space);
    if (records !== matched) faults.add(`${records} records are stored and ${matched} are in the chain`);
  } finally {
    await snapshot.close();
  }
  return faults.all();
}

/** Checks what a commit wrote, as far as no later one has replaced it. Returns how many records it accounts for. */
async function checkCommit(
  database: LedgerDatabase,
  snapshot: Snapshot,
  commit: Commit,
  faults: FaultList,
): Promise<number> {
  // Of several writes of one key in a unit the last holds.
  const last = new Map(commit.writes.map((write) => [placeOf(write), write]));
  const writes = [...last.values()];
  let matched = await checkAuditIndex(database, snapshot, commit, faults);
  for (let start = 0; start < writes.length; start += CHUNK_WRITES) {
    const chunk = writes.slice(start, start + CHUNK_WRITES);
    const keys = chunk.map(({ space, key }) => recordKey(space, key));
    const stored = await readMany(database, snapshot, keys);
    for (const [place, write] of chunk.entries()) {
      const bytes = stored[place];
      if (bytes === undefined) await checkAbsent(database, snapshot, { commit, write }, faults);
      else matched += checkPresent({ commit, write }, bytes, faults);
    }
  }
  return matched;
}

function checkPresent(
  { commit, write }: { readonly commit: Commit; readonly write: Write },
  stored: Buffer,
  faults: FaultList,
): number {
  let record: ReturnType<typeof decodeRecord>;
  try {
    record = decodeRecord(recordKey(write.space, write.key), stored);
  } catch {
    // The scan has reported it. Which commit it belongs to can no longer be told.
    return 0;
  }
  if (record.sequence > commit.sequence) return 0;
  if (record.sequence < commit.sequence || write.valueHash === null) {
    faults.add('a value is older than the last that was written', commit.sequence, write.space);
    return 0;
  }
  if (Buffer.compare(valueHash(record.content), write.valueHash) !== 0)
    faults.add('a value does not have the hash in the chain', commit.sequence, write.space);
  return 1;
}

/** A value that is not there must have been deleted by this commit or a later one. */
async function checkAbsent(
  database: LedgerDatabase,
  snapshot: Snapshot,
  { commit, write }: { readonly commit: Commit; readonly write: Write },
  faults: FaultList,
): Promise<void> {
  const key = erasedKey(write.space, write.key);
  const [stored] = await readMany(database, snapshot, [key]);
  let erasedAt = 0;
  try {
    if (stored !== undefined) erasedAt = decodeErased(key, stored);
  } catch {
    // The scan has reported the entry; the value still counts as missing.
  }
  if (erasedAt < commit.sequence) faults.add('a value is missing', commit.sequence, write.space);
}

async function checkAuditIndex(
  database: LedgerDatabase,
  snapshot: Snapshot,
  commit: Commit,
  faults: FaultList,
): Promise<number> {
  const objects = new Set(commit.audit.map(({ object }) => object));
  const keys = [...objects].map((object) => recordKey('auditByObject', auditIndexKey(object, commit.sequence)));
  const stored = await readMany(database, snapshot, keys);
  const found = stored.filter((bytes) => bytes !== undefined).length;
  if (found < keys.length) faults.add('the audit index lacks an entry', commit.sequence, 'auditByObject');
  return found;
}

/** Keys in blocks that cannot be read count as missing: the scan has reported the block. */
async function readMany(
  database: LedgerDatabase,
  snapshot: Snapshot,
  keys: readonly Buffer[],
): Promise<readonly (Buffer | undefined)[]> {
  try {
    return await database.getMany([...keys], { snapshot });
  } catch (error) {
    const fault = readFault(error);
    if (!isRefusal(fault, 'LEDGER_CORRUPT')) throw fault;
    return keys.map(() => undefined);
  }
}
