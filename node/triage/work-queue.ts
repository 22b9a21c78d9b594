import type { Log } from '../../proto/domain/runtime.ts';
import { triageRefusal } from './errors.ts';
import type { Sleep } from './ports.ts';

export type WorkQueueSettings = {
  /** Items in work at the same time. */
  readonly concurrency: number;
  /** Items that may wait or be in work. */
  readonly capacity: number;
};

export type WorkQueueDeps<Item> = {
  readonly work: (item: Item) => Promise<void>;
  /** Items of one key are worked on one after the other, in order. */
  readonly keyOf: (item: Item) => string;
  readonly sleep: Sleep;
  readonly log: Log;
};

/** After a fault an item waits so long before it is tried again, holding its place: with the ledger down nothing rushes. */
const FAULT_WAIT_MS = 10_000;

/**
 * A bounded queue in memory of work that the ledger holds for good. First in, first out, at most `concurrency` at a
 * time. An item whose work throws is tried again until it is done or the queue stops.
 */
export class WorkQueue<Item> {
  readonly #settings: WorkQueueSettings;
  readonly #deps: WorkQueueDeps<Item>;
  readonly #stopping = new AbortController();
  readonly #idle: (() => void)[] = [];
  /** By key in work: items of that key that have come to their turn. */
  readonly #held = new Map<string, Item[]>();
  #waiting: Item[] = [];
  #heldCount = 0;
  /** Waiting items before this place have been taken: shifting a long array would copy it each time. */
  #taken = 0;
  #reserved = 0;
  #running = 0;

  constructor(settings: WorkQueueSettings, deps: WorkQueueDeps<Item>) {
    this.#settings = settings;
    this.#deps = deps;
  }

  /** Items that wait. */
  get depth(): number {
    return this.#waiting.length - this.#taken + this.#heldCount;
  }

  /** Items in work. */
  get running(): number {
    return this.#running;
  }

  /**
   * Keeps a place for an item that is not durable yet.
   * @throws TRIAGE_BUSY, TRIAGE_STOPPED
   */
  reserve(): void {
    if (this.#stopping.signal.aborted) throw triageRefusal('TRIAGE_STOPPED');
    if (this.depth + this.#running + this.#reserved >= this.#settings.capacity) throw triageRefusal('TRIAGE_BUSY');
    this.#reserved += 1;
  }

  /** Gives a reserved place back, with the item that it was for or without. */
  release(item?: Item): void {
    this.#reserved -= 1;
    if (item !== undefined) this.add(item);
    else this.#settle();
  }

  /** Adds what the ledger already holds, whatever the capacity. */
  add(item: Item): void {
    this.#waiting.push(item);
    this.#start();
  }

  /** Resolves when nothing waits, is in work or has a place reserved. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#settle();
    });
  }

  /** Takes no more work and ends when what is in work has ended. What waits stays in the ledger. */
  async stop(): Promise<void> {
    this.#stopping.abort(triageRefusal('TRIAGE_STOPPED'));
    this.#waiting = [];
    this.#taken = 0;
    for (const held of this.#held.values()) held.length = 0;
    this.#heldCount = 0;
    await this.drained();
  }

  #start(): void {
    while (this.#running < this.#settings.concurrency && !this.#stopping.signal.aborted) {
      const item = this.#take();
      if (item === undefined) return;
      const key = this.#deps.keyOf(item);
      const held = this.#held.get(key);
      if (held === undefined) this.#begin(key, item);
      else this.#hold(held, item);
    }
  }

  /** The next item in order; the places of taken ones are given up now and then, as moving the rest costs. */
  #take(): Item | undefined {
    const item = this.#waiting[this.#taken];
    if (item === undefined) return undefined;
    this.#taken += 1;
    if (this.#taken > 1_024 && this.#taken * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#taken);
      this.#taken = 0;
    }
    return item;
  }

  #hold(held: Item[], item: Item): void {
    held.push(item);
    this.#heldCount += 1;
  }

  #begin(key: string, item: Item): void {
    const held = this.#held.get(key) ?? [];
    this.#held.set(key, held);
    this.#running += 1;
    void this.#run(item).finally(() => {
      this.#running -= 1;
      const next = held.shift();
      if (next === undefined) {
        this.#held.delete(key);
      } else {
        this.#heldCount -= 1;
        if (!this.#stopping.signal.aborted) this.#begin(key, next);
      }
      this.#start();
      this.#settle();
    });
  }

  async #run(item: Item): Promise<void> {
    const { log, sleep, work } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      try {
        await work(item);
        return;
      } catch (error) {
        log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'alert not decided, tried again later');
        await sleep(FAULT_WAIT_MS, this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  #settle(): void {
    if (this.depth > 0 || this.#running > 0 || this.#reserved > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
