import { isRefusal } from '../../../proto/domain/errors.ts';
import type { FaultList } from '../fault-list.ts';
import { metaKey, TABLES } from './keys.ts';
import { type LedgerDatabase, readFault, type Snapshot } from './level-store.ts';
import { decodeErased, decodeRecord } from './record-codec.ts';

const READ_AHEAD_BYTES = 1_048_576;
const CHUNK_ENTRIES = 1_000;
const FORMAT_KEY = metaKey('format');

/** Checks each entry of the store by its own checksum. Returns how many records there are. */
export async function scanTables(database: LedgerDatabase, snapshot: Snapshot, faults: FaultList): Promise<number> {
  const iterator = database.iterator({ snapshot, highWaterMarkBytes: READ_AHEAD_BYTES });
  let records = 0;
  try {
    for (;;) {
      const entries = await iterator.nextv(CHUNK_ENTRIES);
      if (entries.length === 0) return records;
      for (const [key, stored] of entries) records += checkEntry(key, stored, faults);
    }
  } catch (error) {
    const fault = readFault(error);
    if (!isRefusal(fault, 'LEDGER_CORRUPT')) throw fault;
    faults.add('the tables cannot be read to their end');
    return records;
  } finally {
    await iterator.close();
  }
}

/** Returns 1 for a record. Commits are left to the walk along the chain. */
function checkEntry(key: Buffer, stored: Buffer, faults: FaultList): number {
  try {
    if (key[0] === TABLES.record) {
      decodeRecord(key, stored);
      return 1;
    }
    if (key[0] === TABLES.erased) decodeErased(key, stored);
    else if (key[0] !== TABLES.commit && !key.equals(FORMAT_KEY)) faults.add('a key of no table is stored');
    return 0;
  } catch {
    faults.add('a stored entry does not have its checksum');
    return key[0] === TABLES.record ? 1 : 0;
  }
}
