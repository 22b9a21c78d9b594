import { isRefusal } from '../../proto/domain/errors.ts';
import type { Log } from '../../proto/domain/runtime.ts';

/** Runs a round of work at an interval and whenever it is asked for, one at a time; what is asked for during a round makes another. */
export class Rounds {
  readonly #work: () => Promise<void>;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(work: () => Promise<void>, log: Log) {
    this.#work = work;
    this.#log = log;
  }

  start(intervalMs: number): void {
    this.#timer = setInterval(() => this.kick(), intervalMs);
    this.kick();
  }

  /** Does nothing before start() and after stop(). */
  kick(): void {
    if (this.#timer === undefined) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#again = false;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#work();
      } catch (error) {
        const facts = {
          code: isRefusal(error) ? error.code : 'FAULT',
          problem: isRefusal(error) ? undefined : String(error),
        };
        this.#log.warn(facts, 'a round of sharing stopped; the next tries again');
      }
    }
  }
}
