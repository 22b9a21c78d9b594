import { constants, open, rm } from 'node:fs/promises';

const CHUNK = Buffer.alloc(1_048_576);
const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Space on disk that belongs to the ledger, because the engine must write to open at all: on a full disk it is given
 * back, so that what was acknowledged can be read (measured: without it, opening fails).
 */
export class ReserveFile {
  readonly #path: string;
  readonly #sizeBytes: number;

  constructor(path: string, sizeBytes: number) {
    this.#path = path;
    this.#sizeBytes = sizeBytes;
  }

  /** Takes as much as there is, up to the size. True when the reserve is whole. */
  async fill(): Promise<boolean> {
    const file = await open(this.#path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      let { size } = await file.stat();
      while (size < this.#sizeBytes) {
        const { bytesWritten } = await file.write(CHUNK, 0, Math.min(CHUNK.length, this.#sizeBytes - size), size);
        size += bytesWritten;
      }
      return true;
    } catch (error) {
      if (isDiskFull(error)) return false;
      throw error;
    } finally {
      await file.close();
    }
  }

  /** Gives the space back. */
  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }
}

/** Whether a fault, or one that caused it, was the disk or quota being full. The engine gives it as text only. */
export function isDiskFull(error: unknown): boolean {
  for (let fault = error; fault instanceof Error; fault = fault.cause) {
    if ('code' in fault && typeof fault.code === 'string' && DISK_FULL.has(fault.code)) return true;
    if (/no space left on device|disk quota exceeded/i.test(fault.message)) return true;
  }
  return false;
}
