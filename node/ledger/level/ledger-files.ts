import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../../proto/domain/runtime.ts';
import { type ChainHead, EMPTY_CHAIN } from '../chain.ts';
import { ledgerError } from '../errors.ts';
import { type ChainCheck, followChain } from './chain-check.ts';
import { HeadFile } from './head-file.ts';
import { checkFormat, type LedgerDatabase, openDatabase, type Operation } from './level-store.ts';
import { isDiskFull, ReserveFile } from './reserve-file.ts';

/** What a ledger has on disk, opened: engine, head file, reserve. */
export class LedgerFiles {
  readonly head: HeadFile;
  readonly reserve: ReserveFile;
  readonly #levelDirectory: string;
  readonly #acknowledged: ChainHead;
  #database: LedgerDatabase;

  private constructor(
    levelDirectory: string,
    opened: {
      readonly database: LedgerDatabase;
      readonly head: HeadFile;
      readonly acknowledged: ChainHead;
      readonly reserve: ReserveFile;
    },
  ) {
    this.#levelDirectory = levelDirectory;
    this.#database = opened.database;
    this.#acknowledged = opened.acknowledged;
    this.head = opened.head;
    this.reserve = opened.reserve;
  }

  /**
   * The head file is made before the engine's folder and never after it, so that each shows when the other is missing.
   * On a full disk the reserve is given back.
   * @throws LEDGER_LOCKED, LEDGER_FORMAT, LEDGER_CORRUPT, LEDGER_OPEN
   */
  static async open(directory: string, reserveBytes: number, log: Log): Promise<LedgerFiles> {
    const levelDirectory = join(directory, 'level');
    const reserve = new ReserveFile(join(directory, 'reserve'), reserveBytes);
    const isNew = !(await exists(join(levelDirectory, 'CURRENT')));
    const { file: head, head: acknowledged, torn } = await openHead(join(directory, 'head'), isNew);
    let database: LedgerDatabase | undefined;
    try {
      if (isNew && acknowledged.sequence > 0) throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'engine' } });
      database = await openWithReserve(levelDirectory, isNew, reserve);
      await checkFormat(database, acknowledged.sequence === 0);
      if (torn) {
        log.warn({ sequence: acknowledged.sequence }, 'one slot of the ledger head was torn and is written anew');
        await head.write(acknowledged);
      }
      return new LedgerFiles(levelDirectory, { database, head, acknowledged, reserve });
    } catch (error) {
      await database?.close();
      await head.close();
      throw error;
    }
  }

  get database(): LedgerDatabase {
    return this.#database;
  }

  /** Checks the chain from the first commit on. What stands beyond the acknowledged head is taken into it. */
  async checkChain(): Promise<ChainCheck> {
    const check = await followChain(this.#database, { from: EMPTY_CHAIN, acknowledged: this.#acknowledged });
    if (check.faults.length === 0 && check.head.sequence > this.#acknowledged.sequence)
      await this.head.write(check.head);
    return check;
  }

  async write(operations: readonly Operation[]): Promise<void> {
    await this.#database.batch([...operations], { sync: true });
  }

  async reopen(): Promise<void> {
    await this.#database.close();
    this.#database = await openWithReserve(this.#levelDirectory, false, this.reserve);
  }

  async close(): Promise<void> {
    await this.#database.close();
    await this.head.close();
  }
}

async function openHead(path: string, isNew: boolean): Promise<Awaited<ReturnType<typeof HeadFile.open>>> {
  try {
    return await HeadFile.open(path);
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!absent) throw error;
    if (!isNew) throw ledgerError('LEDGER_CORRUPT', { detail: { part: 'head' }, cause: error });
    return { file: await HeadFile.create(path), head: EMPTY_CHAIN, torn: false };
  }
}

async function openWithReserve(directory: string, create: boolean, reserve: ReserveFile): Promise<LedgerDatabase> {
  try {
    return await openDatabase(directory, create);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    await reserve.release();
    return openDatabase(directory, create);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
