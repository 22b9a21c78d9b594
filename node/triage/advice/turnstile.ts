/** Lets so many through at the same time; the others wait in order, until their signal fires. */
export class Turnstile {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** @throws the signal's reason when it fires before there is a place; whatever the work throws */
  async run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    if (this.#free > 0) this.#free -= 1;
    else await this.#place(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  #place(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const taken = (): void => {
        signal.removeEventListener('abort', left);
        resolve();
      };
      const left = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(taken), 1);
        reject(signal.reason as Error);
      };
      this.#waiting.push(taken);
      signal.addEventListener('abort', left, { once: true });
    });
  }
}
