import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import { type LevelLedgerOptions, openLevelLedger } from '../../../../node/ledger/level/level-ledger.ts';
import type { Log } from '../../../../proto/domain/runtime.ts';

export const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A ledger's directory for one test, and the ledgers opened in it. */
export class LedgerFolder {
  readonly path: string;
  #opened: Ledger[] = [];

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<LedgerFolder> {
    return new LedgerFolder(await mkdtemp(join(tmpdir(), 'ledger-')));
  }

  async open(options: Partial<LevelLedgerOptions> = {}): Promise<Ledger> {
    const ledger = await openLevelLedger({
      directory: this.path,
      clock: { nowMs: () => 1_700_000_000_000 },
      log: SILENT,
      reserveBytes: 4_096,
      ...options,
    });
    this.#opened.push(ledger);
    return ledger;
  }

  /** A copy of the files as they are, as after a power cut. */
  async copy(): Promise<LedgerFolder> {
    const copy = await LedgerFolder.make();
    await cp(this.path, copy.path, { recursive: true });
    return copy;
  }

  async dispose(): Promise<void> {
    for (const ledger of this.#opened) await ledger.close();
    await rm(this.path, { recursive: true, force: true });
  }
}
