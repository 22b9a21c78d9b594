import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EMPTY_CHAIN, type ChainHead } from '../../../../node/ledger/chain.ts';
import { CommitWriter } from '../../../../node/ledger/level/commit-writer.ts';
import { type LedgerDatabase, openDatabase, type Operation } from '../../../../node/ledger/level/level-store.ts';
import { ReserveFile } from '../../../../node/ledger/level/reserve-file.ts';
import { SpaceGuard } from '../../../../node/ledger/level/space-guard.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';
import { put } from '../../../conformance/ledger-fixtures.ts';
import { LedgerFolder, SILENT } from './ledger-folder.ts';

type Fault = 'none' | 'not written' | 'written but reported lost';

/** A writer over a real engine, with a disk that fails as the test says. */
class FailingDisk {
  readonly heads: ChainHead[] = [];
  readonly writer: CommitWriter;
  availableBytes = 1_000_000;
  fault: Fault = 'none';
  headFault = false;
  error = new Error('IO error: fdatasync: Input/output error');
  reopened = 0;
  #database: LedgerDatabase;
  readonly #directory: string;

  private constructor(directory: string, database: LedgerDatabase) {
    this.#directory = directory;
    this.#database = database;
    const reserve = new ReserveFile(join(directory, 'reserve'), 1_000);
    const availableBytes = async () => this.availableBytes;
    this.writer = new CommitWriter(EMPTY_CHAIN, {
      store: this,
      headFile: { write: (head) => this.#writeHead(head) },
      space: new SpaceGuard(directory, 1_000, { reserve, availableBytes, log: SILENT }),
      clock: { nowMs: () => 1 },
      random: (length) => new Uint8Array(length),
      log: SILENT,
    });
  }

  static async make(t: ExecutionContext): Promise<FailingDisk> {
    const folder = await LedgerFolder.make();
    const disk = new FailingDisk(folder.path, await openDatabase(join(folder.path, 'level'), true));
    t.teardown(async () => {
      await disk.database.close();
      await folder.dispose();
    });
    return disk;
  }

  get database(): LedgerDatabase {
    return this.#database;
  }

  async write(operations: readonly Operation[]): Promise<void> {
    if (this.fault !== 'not written') await this.#database.batch([...operations]);
    if (this.fault !== 'none') throw this.error;
  }

  async reopen(): Promise<void> {
    this.reopened += 1;
    await this.#database.close();
    this.#database = await openDatabase(join(this.#directory, 'level'), false);
  }

  async #writeHead(head: ChainHead): Promise<void> {
    if (this.headFault) throw this.error;
    this.heads.push(head);
  }
}

const unit = (key: string) => ({ writes: [put(key, 'x')], audit: [] });

for (const place of ['batch', 'head'] as const)
  test(`after a sync of the ${place} has failed nothing is acknowledged any more`, async (t) => {
    const disk = await FailingDisk.make(t);
    await disk.writer.write([unit('a')]);
    if (place === 'batch') disk.fault = 'not written';
    else disk.headFault = true;
    const failed = await t.throwsAsync(disk.writer.write([unit('b'), unit('c')]));
    t.true(isRefusal(failed, 'LEDGER_WRITE_FAILED'));
    t.is(disk.writer.head.sequence, 1);
    t.false(disk.writer.writable);
    disk.fault = 'none';
    disk.headFault = false;
    t.true(isRefusal(await t.throwsAsync(disk.writer.write([unit('b')])), 'LEDGER_READ_ONLY'));
    t.is(disk.reopened, 0);
    t.is(disk.heads.length, 1);
  });

for (const fault of ['not written', 'written but reported lost'] as const)
  test(`a full disk, group ${fault}: read-only, then writing again through a new handle once there is space`, async (t) => {
    const disk = await FailingDisk.make(t);
    disk.error = new Error('IO error: 000003.log: No space left on device');
    await disk.writer.write([unit('a')]);
    disk.fault = fault;
    disk.availableBytes = 500;
    t.true(isRefusal(await t.throwsAsync(disk.writer.write([unit('b')])), 'LEDGER_WRITE_FAILED'));
    disk.fault = 'none';
    t.true(isRefusal(await t.throwsAsync(disk.writer.write([unit('c')])), 'LEDGER_READ_ONLY'));
    t.is(disk.reopened, 0);
    disk.availableBytes = 1_000_000;
    const [outcome] = await disk.writer.write([unit('c')]);
    t.is(disk.reopened, 1);
    t.true(disk.writer.writable);
    const sequence = fault === 'not written' ? 2 : 3;
    t.deepEqual(outcome, { done: true, result: { sequence } });
    t.is(disk.heads.at(-1)?.sequence, sequence);
    // What the failed group wrote may be there now, so whoever remembers any space must read it again.
    t.true(disk.writer.lastWritten('list') >= sequence - 1);
    t.is(disk.writer.lastWritten('transfer'), sequence);
  });

test('below the watermark writes stop before the disk is full, and go on at twice the watermark', async (t) => {
  const disk = await FailingDisk.make(t);
  disk.availableBytes = 999;
  await disk.writer.write([unit('a')]);
  t.false(disk.writer.writable);
  t.true(isRefusal(await t.throwsAsync(disk.writer.write([unit('b')])), 'LEDGER_READ_ONLY'));
  disk.availableBytes = 1_999;
  await t.throwsAsync(disk.writer.write([unit('b')]));
  disk.availableBytes = 2_000;
  await disk.writer.write([unit('b')]);
  t.true(disk.writer.writable);
  t.is(disk.reopened, 0);
});
