import { ledgerError } from '../errors.ts';

export type Outcome<Result> =
  { readonly done: true; readonly result: Result } | { readonly done: false; readonly error: unknown };

export type GroupQueueLimits = {
  readonly queueItems: number;
  readonly queueBytes: number;
  readonly groupItems: number;
  readonly groupBytes: number;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Gathers what arrives while a group is being written, and hands it on as the next group, in order of arrival, one
 * group at a time. So the cost of a sync is shared by all who wait for it, and nobody waits for a timer.
 */
export class GroupQueue<Item, Result> {
  readonly #limits: GroupQueueLimits;
  readonly #flush: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>;
  #waiting: Waiting<Item, Result>[] = [];
  #bytes = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  /** `flush` answers for each item, in order; when it throws, its error is every item's. */
  constructor(limits: GroupQueueLimits, flush: (items: readonly Item[]) => Promise<readonly Outcome<Result>[]>) {
    this.#limits = limits;
    this.#flush = flush;
  }

  /** @throws LEDGER_CLOSED, LEDGER_BUSY */
  push(item: Item, bytes: number): Promise<Result> {
    if (this.#closed) throw ledgerError('LEDGER_CLOSED');
    const full =
      this.#waiting.length >= this.#limits.queueItems ||
      (this.#waiting.length > 0 && this.#bytes + bytes > this.#limits.queueBytes);
    if (full) throw ledgerError('LEDGER_BUSY');
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, bytes, resolve, reject });
      this.#bytes += bytes;
      this.#running ??= this.#run();
    });
  }

  /** Takes no more, and resolves when all that waits has been answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // What is pushed in the same turn of the event loop belongs to the first group already.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#take();
      const outcomes = await this.#flushSafely(group);
      for (const [place, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[place];
        if (outcome === undefined) reject(new Error('a group was answered short'));
        else if (outcome.done) resolve(outcome.result);
        else reject(outcome.error);
      }
    }
    this.#running = undefined;
  }

  #take(): readonly Waiting<Item, Result>[] {
    let count = 0;
    let bytes = 0;
    for (const waiting of this.#waiting) {
      bytes += waiting.bytes;
      if (count > 0 && (count >= this.#limits.groupItems || bytes > this.#limits.groupBytes)) break;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    for (const waiting of group) this.#bytes -= waiting.bytes;
    return group;
  }

  async #flushSafely(group: readonly Waiting<Item, Result>[]): Promise<readonly Outcome<Result>[]> {
    try {
      return await this.#flush(group.map(({ item }) => item));
    } catch (error) {
      return group.map(() => ({ done: false, error }));
    }
  }
}
