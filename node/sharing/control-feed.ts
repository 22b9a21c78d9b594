import { LIMITS } from '../../config/settings/limits.ts';
import type { ControlLog } from './control-log.ts';
import { sharingRefusal } from './refusal.ts';

/**
 * What one source, the coordinator's stream or a peer, brings of the control log. Parts are held back until they reach
 * the size that a checkpoint names, apart from what others bring, so that a source can spoil nothing but its own feed.
 */
export class ControlFeed {
  readonly #log: ControlLog;
  /** Index of the first entry held back. */
  #start = 0;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(log: ControlLog) {
    this.#log = log;
  }

  /** Index of the entry that this source should bring next. */
  next(): number {
    return Math.max(this.#log.size(), this.#start + this.#held.length);
  }

  /**
   * Takes a part with the checkpoint that came with it. Durable on return, unless the checkpoint reaches further.
   * @throws SHARING_GAP for a part that does not follow, SHARING_QUOTA for more than is held back; what was held is
   *         forgotten then; and as ControlLog.extend does
   */
  async offer(start: number, entries: readonly Uint8Array[], checkpointNote: Uint8Array): Promise<void> {
    this.#dropTaken();
    if (start > this.#start + this.#held.length) {
      this.#forget();
      throw sharingRefusal('SHARING_GAP', 'ignore', { size: this.#log.size() });
    }
    const fresh = entries.slice(this.#start + this.#held.length - start);
    const bytes = fresh.reduce((sum, entry) => sum + entry.length, this.#heldBytes);
    if (bytes > LIMITS.controlHeldBytes) {
      this.#forget();
      throw sharingRefusal('SHARING_QUOTA', 'ignore', { limit: LIMITS.controlHeldBytes });
    }
    const { size } = this.#log.read(checkpointNote);
    // A head that does not reach what is sent under it, or what was asked for from there on, has shrunk.
    if (size < start + entries.length) await this.#log.refuse(checkpointNote);
    this.#held.push(...fresh);
    this.#heldBytes = bytes;
    if (size > this.#start + this.#held.length) return;
    const held = this.#held;
    const from = this.#start;
    this.#forget();
    await this.#log.extend(from, held, checkpointNote);
  }

  /** What another source has brought meanwhile need not be held any more. */
  #dropTaken(): void {
    const size = this.#log.size();
    if (this.#held.length === 0 || this.#start + this.#held.length <= size) this.#forget();
    else if (this.#start < size) {
      const dropped = this.#held.splice(0, size - this.#start);
      this.#heldBytes -= dropped.reduce((sum, entry) => sum + entry.length, 0);
      this.#start = size;
    }
  }

  #forget(): void {
    this.#start = this.#log.size();
    this.#held = [];
    this.#heldBytes = 0;
  }
}
