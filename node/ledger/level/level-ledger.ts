import { mkdir } from 'node:fs/promises';
import { LIMITS } from '../../../config/settings/limits.ts';
import { systemRandom } from '../../../config/runtime/random.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import type { CommitReceipt, Ledger, UnitOfWork } from '../ledger.ts';
import { checkUnit } from '../unit-check.ts';
import { refuseFaults } from './chain-check.ts';
import { CommitWriter } from './commit-writer.ts';
import { GroupQueue } from './group-queue.ts';
import { LedgerFiles } from './ledger-files.ts';
import { listCommits, listRecords, readRecord } from './record-reads.ts';
import { type AvailableBytes, availableOnDisk, SpaceGuard } from './space-guard.ts';
import { verifyDatabase } from './value-check.ts';

export type LevelLedgerOptions = {
  /** Created when absent. Holds the engine's folder `level`, the file `head` and the file `reserve`. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** For the salts of values. */
  readonly random?: RandomBytes;
  /** Size of the reserve, and how much more must be free for writes to be taken. */
  readonly reserveBytes?: number;
  readonly availableBytes?: AvailableBytes;
  /** A damaged ledger is refused, or opened to read what is left, for fsck and repair. */
  readonly damaged?: 'refuse' | 'read';
};

/**
 * Opens the ledger on level, created when absent, checked from its first commit to its head (about 1 s for a million
 * writes): no gap, no altered link, nothing acknowledged missing from the end. Values are checked when they are read.
 * @throws LEDGER_LOCKED, LEDGER_FORMAT, LEDGER_CORRUPT, LEDGER_OPEN
 */
export async function openLevelLedger(options: LevelLedgerOptions): Promise<Ledger> {
  await mkdir(options.directory, { recursive: true, mode: 0o700 });
  const reserveBytes = options.reserveBytes ?? LIMITS.reserveFileBytes;
  const files = await LedgerFiles.open(options.directory, reserveBytes, options.log);
  try {
    const { head, faults } = await files.checkChain();
    if (options.damaged !== 'read') refuseFaults(faults);
    const space = new SpaceGuard(options.directory, reserveBytes, {
      reserve: files.reserve,
      availableBytes: options.availableBytes ?? availableOnDisk,
      log: options.log,
    });
    if (!(await files.reserve.fill())) space.declareLow();
    await space.refresh();
    const deps = { store: files, headFile: files.head, space, random: systemRandom, ...options };
    return ledgerOver(files, new CommitWriter(head, deps, faults.length === 0 ? 'sound' : 'broken'));
  } catch (error) {
    await files.close();
    throw error;
  }
}

const GROUP_LIMITS = {
  queueItems: LIMITS.ledgerQueueUnits,
  queueBytes: LIMITS.ledgerQueueBytes,
  groupItems: LIMITS.ledgerGroupUnits,
  groupBytes: LIMITS.ledgerGroupBytes,
} as const;

function ledgerOver(files: LedgerFiles, writer: CommitWriter): Ledger {
  const queue = new GroupQueue<UnitOfWork, CommitReceipt>(GROUP_LIMITS, (units) => writer.write(units));
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await queue.close();
    await files.close();
  };
  return {
    commit: async (unit) => queue.push(unit, checkUnit(unit)),
    get: async (space, key, viewer) => readRecord(files.database, space, key, viewer),
    list: (space, range, viewer) => listRecords(files.database, space, range, viewer),
    commits: (fromSequence) => listCommits(files.database, fromSequence, writer.head.sequence),
    head: () => writer.head,
    lastWritten: (space) => writer.lastWritten(space),
    writable: () => closing === undefined && writer.writable,
    verify: () => verifyDatabase(files.database, writer.head),
    close: () => (closing ??= close()),
  };
}
