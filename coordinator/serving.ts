import type { Serving } from './rpc/services/health.ts';

/** How often a state that tells nobody of its change is looked at. */
const LOOK_MS = 1_000;

/** Whether the coordinator serves, and who waits to hear of a change. */
export class ServingState implements Serving {
  readonly #isWritable: () => boolean;
  readonly #waiting = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #told: boolean;
  #stopping = false;

  constructor(isWritable: () => boolean) {
    this.#isWritable = isWritable;
    this.#told = this.isServing();
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  readonly isServing = (): boolean => !this.#stopping && this.#isWritable();

  readonly changed = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  };

  stop(): void {
    this.#stopping = true;
    clearInterval(this.#timer);
    this.#look();
  }

  #look(): void {
    const isServing = this.isServing();
    if (isServing === this.#told) return;
    this.#told = isServing;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
