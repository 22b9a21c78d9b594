import type { Sleep } from '../../../node/triage/ports.ts';
import { waitUntil } from '../../tools/wait-until.ts';

type Waiting = { readonly durationMs: number; readonly wake: () => void };

/** Sleep without time: wakes when told how much has passed, or at once up to a given length. */
export class FakeSleep {
  /** Sleeps that ended by themselves, in order. */
  readonly waited: number[] = [];
  started = 0;
  readonly #instantBelowMs: number;
  #waiting: Waiting[] = [];

  constructor(instantBelowMs = 0) {
    this.#instantBelowMs = instantBelowMs;
  }

  /** Sleeps under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  readonly sleep: Sleep = (durationMs, signal) => {
    this.started += 1;
    return new Promise((resolve, reject) => {
      const entry = { durationMs, wake: resolve };
      this.#waiting.push(entry);
      const leave = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== entry);
      };
      signal.addEventListener('abort', () => {
        leave();
        reject(signal.reason as Error);
      });
      if (durationMs < this.#instantBelowMs) {
        leave();
        this.waited.push(durationMs);
        resolve();
      }
    });
  };

  /** Ends every sleep of at most this length. */
  pass(durationMs: number): void {
    for (const entry of this.#waiting.filter((one) => one.durationMs <= durationMs)) {
      this.#waiting = this.#waiting.filter((one) => one !== entry);
      this.waited.push(entry.durationMs);
      entry.wake();
    }
  }

  /** Resolves when a sleep of this length is under way. */
  until(durationMs: number): Promise<void> {
    return waitUntil(`a sleep of ${durationMs} ms`, () => this.#waiting.some((one) => one.durationMs === durationMs));
  }
}
