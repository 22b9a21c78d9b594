import { statfs } from 'node:fs/promises';
import type { Log } from '../../../proto/domain/runtime.ts';
import type { ReserveFile } from './reserve-file.ts';

export type AvailableBytes = (directory: string) => Promise<number>;

export type SpaceGuardDeps = {
  readonly reserve: ReserveFile;
  readonly availableBytes: AvailableBytes;
  readonly log: Log;
};

/** Bytes that an unprivileged process may still write to the file system of a directory. */
export const availableOnDisk: AvailableBytes = async (directory) => {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
};

/**
 * Says when the disk is too full to write: below the watermark. It takes back the word only when twice the watermark
 * is free and the reserve is whole again, so that a ledger at the edge does not flap.
 */
export class SpaceGuard {
  readonly #directory: string;
  readonly #watermarkBytes: number;
  readonly #deps: SpaceGuardDeps;
  #low = false;

  constructor(directory: string, watermarkBytes: number, deps: SpaceGuardDeps) {
    this.#directory = directory;
    this.#watermarkBytes = watermarkBytes;
    this.#deps = deps;
  }

  get low(): boolean {
    return this.#low;
  }

  /** For a write that the disk refused although the watermark was not reached. */
  declareLow(): void {
    if (!this.#low) this.#deps.log.error({}, 'disk nearly full: ledger is read-only');
    this.#low = true;
  }

  /** Looks again. A look that fails changes nothing: the write itself will tell. */
  async refresh(): Promise<void> {
    const available = await this.#available();
    if (available === undefined) return;
    if (!this.#low && available < this.#watermarkBytes) this.declareLow();
    else if (this.#low && available >= 2 * this.#watermarkBytes && (await this.#deps.reserve.fill())) {
      this.#low = false;
      this.#deps.log.info({ availableBytes: available }, 'disk space is back: ledger takes writes');
    }
  }

  async #available(): Promise<number | undefined> {
    try {
      return await this.#deps.availableBytes(this.#directory);
    } catch {
      this.#deps.log.warn({}, 'free disk space cannot be read');
      return undefined;
    }
  }
}
