import { coordinatorError } from './errors.ts';

/** Work that may wait for its turn. Callers are bounded before they come here; this only keeps a bug from growing. */
const WAITING = 10_000;

/**
 * One change of the federation's state at a time, in order of arrival: what a change decides on does not move under it
 * while it waits for the disk.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @throws COORDINATOR_BUSY, and what the work throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#waiting >= WAITING) throw coordinatorError('COORDINATOR_BUSY');
    this.#waiting += 1;
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#waiting -= 1;
    }
  }
}
