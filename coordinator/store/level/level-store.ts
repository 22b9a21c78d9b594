import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LIMITS } from '../../../config/settings/limits.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import { decodeCommit } from '../commit-codec.ts';
import type { CoordinatorStore, StoreCommit, StoreFault, StoreRange, StoreUnit } from '../coordinator-store.ts';
import { storeError } from '../errors.ts';
import type { StoreSpace } from '../spaces.ts';
import { checkUnit } from '../unit-check.ts';
import { followChain, refuseFaults, storedCommits } from './chain-check.ts';
import { engineError, openDatabase, type StoreDatabase } from './database.ts';
import { DiskSpace } from './disk-space.ts';
import { GroupWriter } from './group-writer.ts';
import { type ChainHead, HeadFile, type HeadKeeper } from './head-file.ts';
import { prefixBounds, recordKey, textOf } from './keys.ts';
import { type PlannedUnit, planGroup } from './plan.ts';
import { decodeRecord } from './record-codec.ts';
import { checkValues } from './value-check.ts';

/** Version of the layout on disk: keys.ts, record-codec.ts, commit-codec.ts, head-file.ts. A change of any raises it. */
const FORMAT_VERSION = 1;

export type LevelStoreOptions = {
  readonly directory: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly reserveBytes?: number;
  readonly freeBytes?: () => Promise<number>;
  /** Stands between store and head file, for tests of a failing disk. */
  readonly wrapHead?: (head: HeadKeeper) => HeadKeeper;
};

/**
 * Opens the store in a folder, making it when there is none, and follows its chain to the end.
 * @throws STORE_LOCKED, STORE_OPEN, STORE_FORMAT, STORE_CORRUPT
 */
export async function openLevelStore(options: LevelStoreOptions): Promise<CoordinatorStore> {
  const { directory, reserveBytes = LIMITS.reserveFileBytes, freeBytes } = options;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await checkFormat(directory);
  const space = new DiskSpace({ directory, reserveBytes, ...(freeBytes === undefined ? {} : { freeBytes }) });
  const database = await openWithReserve(join(directory, 'data'), space);
  let headFile: HeadKeeper | undefined;
  try {
    headFile = (options.wrapHead ?? same)(await HeadFile.open(join(directory, 'head')));
    const acknowledged = await headFile.read();
    const { head, faults } = await followChain(database, acknowledged);
    refuseFaults(faults);
    // A group that was written but not acknowledged stands: nobody was told otherwise.
    if (head.sequence > (acknowledged?.sequence ?? 0)) await headFile.write(head);
    await space.reserve();
    return new LevelStore(options, { database, headFile, space }, head);
  } catch (error) {
    await headFile?.close();
    await database.close();
    throw engineError(error, 'STORE_OPEN');
  }
}

const same = (head: HeadKeeper): HeadKeeper => head;

type Parts = { readonly database: StoreDatabase; readonly headFile: HeadKeeper; readonly space: DiskSpace };

class LevelStore implements CoordinatorStore {
  readonly #options: LevelStoreOptions;
  readonly #parts: Parts;
  readonly #writer = new GroupWriter((units) => this.#writeGroup(units));
  #head: ChainHead;
  #broken = false;
  #closed = false;

  constructor(options: LevelStoreOptions, parts: Parts, head: ChainHead) {
    this.#options = options;
    this.#parts = parts;
    this.#head = head;
  }

  commit(unit: StoreUnit): Promise<{ readonly sequence: number }> {
    if (this.#closed) return Promise.reject(storeError('STORE_CLOSED'));
    try {
      return this.#writer.commit(unit, checkUnit(unit));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async get(space: StoreSpace, key: string): Promise<Uint8Array | undefined> {
    return this.#reading(() => this.#stored(space, key));
  }

  async *list(
    space: StoreSpace,
    { prefix = '', from, limit = -1, reverse = false }: StoreRange = {},
  ): AsyncGenerator<{ readonly key: string; readonly value: Uint8Array }> {
    const bounds = prefixBounds(space, prefix);
    const gte = from === undefined || from < prefix ? bounds.gte : recordKey(space, from);
    const iterator = this.#reading(() => this.#parts.database.iterator({ ...bounds, gte, limit, reverse }));
    try {
      for await (const [key, stored] of iterator) yield { key: textOf(key), value: decodeRecord(stored).value };
    } catch (error) {
      throw engineError(error, 'STORE_OPEN');
    }
  }

  async *commits(fromSequence: number): AsyncGenerator<StoreCommit> {
    for await (const { encoded } of storedCommits(this.#parts.database, fromSequence)) yield decodeCommit(encoded);
  }

  head(): ChainHead {
    return this.#head;
  }

  writable(): boolean {
    return !this.#broken && !this.#closed && !this.#parts.space.low;
  }

  async verify(): Promise<readonly StoreFault[]> {
    await this.#writer.drained();
    const { database, headFile } = this.#parts;
    try {
      const chain = await followChain(database, await headFile.read());
      return [...chain.faults, ...(await checkValues(database))];
    } catch (error) {
      const fault = engineError(error, 'STORE_CORRUPT');
      if (!isRefusal(fault, 'STORE_CORRUPT')) throw fault;
      return [{ sequence: null, problem: 'the commits cannot be read to their end' }];
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#writer.drained();
    await this.#parts.database.close();
    await this.#parts.headFile.close();
  }

  async #writeGroup(units: readonly StoreUnit[]): Promise<readonly PlannedUnit[]> {
    const { database, headFile, space } = this.#parts;
    if (space.low) await space.refresh();
    if (this.#broken || space.low) throw storeError('STORE_READ_ONLY');
    const plan = planGroup(units, {
      head: this.#head,
      atMs: this.#options.clock.nowMs(),
      random: this.#options.random,
      stored: (space, key) => this.#stored(space, key),
    });
    if (plan.operations.length === 0) return plan.outcomes;
    try {
      await Promise.all([database.batch([...plan.operations], { sync: true }), space.refresh()]);
      await headFile.write(plan.head);
    } catch (cause) {
      this.#broken = true;
      this.#options.log.error({}, 'store write failed: read-only until the process is started anew');
      throw storeError('STORE_WRITE_FAILED', { cause });
    }
    this.#head = plan.head;
    return plan.outcomes;
  }

  #stored(space: StoreSpace, key: string): Uint8Array | undefined {
    const stored = this.#parts.database.getSync(recordKey(space, key));
    return stored === undefined ? undefined : decodeRecord(stored).value;
  }

  #reading<Result>(read: () => Result): Result {
    if (this.#closed) throw storeError('STORE_CLOSED');
    try {
      return read();
    } catch (error) {
      throw engineError(error, 'STORE_OPEN');
    }
  }
}

async function openWithReserve(directory: string, space: DiskSpace): Promise<StoreDatabase> {
  try {
    return await openDatabase(directory);
  } catch (error) {
    if (!isRefusal(error, 'STORE_OPEN')) throw error;
    await space.giveUp();
    return openDatabase(directory);
  }
}

async function checkFormat(directory: string): Promise<void> {
  const path = join(directory, 'format');
  const found = await readFile(path, 'utf8').catch(() => undefined);
  if (found === undefined) await writeFile(path, `${FORMAT_VERSION}\n`, { mode: 0o600, flush: true });
  else if (Number(found) !== FORMAT_VERSION) throw storeError('STORE_FORMAT', { detail: { found: found.trim() } });
}
