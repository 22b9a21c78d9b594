import { rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type DiskSpaceOptions = {
  readonly directory: string;
  /** Kept free for opening again, and the mark below which writes stop. */
  readonly reserveBytes: number;
  /** Bytes free to this process; the file system's own count unless a test says otherwise. */
  readonly freeBytes?: () => Promise<number>;
};

/**
 * Keeps the store from filling the disk: below the mark it goes read-only while it can still be read. On a disk that
 * something else has filled, the reserve file is given up, since the engine needs space even to be opened (measured).
 */
export class DiskSpace {
  readonly #options: DiskSpaceOptions;
  readonly #reserve: string;
  #low = false;

  constructor(options: DiskSpaceOptions) {
    this.#options = options;
    this.#reserve = join(options.directory, 'reserve');
  }

  get low(): boolean {
    return this.#low;
  }

  /** Looks how much is free. */
  async refresh(): Promise<void> {
    this.#low = (await this.#free()) < this.#options.reserveBytes;
  }

  /** Lays the reserve down when there is room for it. */
  async reserve(): Promise<void> {
    const { reserveBytes } = this.#options;
    await this.refresh();
    const present = await stat(this.#reserve).then(
      ({ size }) => size >= reserveBytes,
      () => false,
    );
    if (present || reserveBytes === 0 || (await this.#free()) < 2 * reserveBytes) return;
    await writeFile(this.#reserve, Buffer.alloc(reserveBytes, 1), { flush: true, mode: 0o600 });
  }

  async giveUp(): Promise<void> {
    await rm(this.#reserve, { force: true });
  }

  async #free(): Promise<number> {
    if (this.#options.freeBytes !== undefined) return this.#options.freeBytes();
    const { bavail, bsize } = await statfs(this.#options.directory);
    return bavail * bsize;
  }
}
