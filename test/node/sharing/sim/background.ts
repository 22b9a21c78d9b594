/** Work that nobody waits for where it begins, so that a test can wait for all of it. */
export class Background {
  readonly #running = new Set<Promise<unknown>>();
  /** What went wrong in it, which no test should overlook. */
  readonly faults: unknown[] = [];

  run(work: Promise<unknown>): void {
    const guarded = work
      .catch((error: unknown) => void this.faults.push(error))
      .finally(() => this.#running.delete(guarded));
    this.#running.add(guarded);
  }

  idle(): boolean {
    return this.#running.size === 0;
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
