import { isRefusal } from '../../../proto/domain/errors.ts';
import { type ChainHead, EMPTY_CHAIN, follows } from '../chain.ts';
import { ledgerError } from '../errors.ts';
import { FaultList } from '../fault-list.ts';
import type { LedgerFault } from '../ledger.ts';
import { commitKey, sequenceOfCommitKey, TABLES, tableBounds } from './keys.ts';
import { type LedgerDatabase, readFault, type Snapshot } from './level-store.ts';
import { readLink } from './stored-commit.ts';

/** Read ahead by so much: enough to keep the disk busy, little enough to leave the event loop free between chunks. */
const READ_AHEAD_BYTES = 1_048_576;
const CHUNK_COMMITS = 1_000;

export type ChainCheck = { readonly head: ChainHead; readonly faults: readonly LedgerFault[] };

export type ChainWalk = {
  /** Where to begin; what lies before is taken as checked. */
  readonly from?: ChainHead;
  /** How far commits were acknowledged: the chain must reach that far, by that commit. */
  readonly acknowledged: ChainHead;
  readonly snapshot?: Snapshot;
  /** Called for each commit that has its hash, in order. */
  readonly visit?: (stored: Buffer) => Promise<void>;
};

/** Stored commits after a sequence, in chunks. Errors of the engine carry our codes. */
export async function* storedCommits(
  database: LedgerDatabase,
  afterSequence: number,
  snapshot?: Snapshot,
): AsyncGenerator<readonly (readonly [key: Buffer, stored: Buffer])[]> {
  const iterator = database.iterator({
    gte: commitKey(afterSequence + 1),
    lt: tableBounds(TABLES.commit).lt,
    highWaterMarkBytes: READ_AHEAD_BYTES,
    ...(snapshot === undefined ? {} : { snapshot }),
  });
  try {
    for (;;) {
      const entries = await iterator.nextv(CHUNK_COMMITS);
      if (entries.length === 0) return;
      yield entries;
    }
  } catch (error) {
    throw readFault(error);
  } finally {
    await iterator.close();
  }
}

/**
 * Follows the chain to its end: each commit has its hash, its place and the hash of the one before. After a fault it
 * goes on from what it found, so that one broken link is one fault.
 */
export async function followChain(database: LedgerDatabase, walk: ChainWalk): Promise<ChainCheck> {
  const faults = new FaultList();
  let head = walk.from ?? EMPTY_CHAIN;
  try {
    for await (const entries of storedCommits(database, head.sequence, walk.snapshot)) {
      for (const [key, stored] of entries) {
        const link = checkLink(key, stored, head, faults);
        if (link.intact) await walk.visit?.(stored);
        head = link.head;
        if (head.sequence === walk.acknowledged.sequence && Buffer.compare(head.hash, walk.acknowledged.hash) !== 0)
          faults.add('the commit is not the one that was acknowledged', head.sequence);
      }
    }
  } catch (error) {
    if (!isRefusal(error, 'LEDGER_CORRUPT')) throw error;
    faults.add('the commits from here on cannot be read', head.sequence + 1);
  }
  if (head.sequence < walk.acknowledged.sequence)
    faults.add(`commits up to ${walk.acknowledged.sequence} were acknowledged and are missing`, head.sequence + 1);
  return { head, faults: faults.all() };
}

/** Throws LEDGER_CORRUPT for the first fault, if there is any. */
export function refuseFaults(faults: readonly LedgerFault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const place = first.sequence === null ? {} : { sequence: first.sequence };
  throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'chain', ...place, problem: first.problem } });
}

function checkLink(
  key: Buffer,
  stored: Buffer,
  head: ChainHead,
  faults: FaultList,
): { readonly head: ChainHead; readonly intact: boolean } {
  const place = sequenceOfCommitKey(key);
  let link: ReturnType<typeof readLink>;
  try {
    link = readLink(stored);
  } catch {
    faults.add('the commit does not have its hash', place);
    return { head: { sequence: place, hash: stored.subarray(-head.hash.length) }, intact: false };
  }
  if (place > head.sequence + 1) faults.add(`commits up to ${place - 1} are missing`, head.sequence + 1);
  else if (link.sequence !== place || !follows(link, head))
    faults.add('the commit does not follow the one before', place);
  return { head: { sequence: place, hash: link.hash }, intact: true };
}
