import type { Clock } from '../../../../proto/domain/runtime.ts';

/** Time that passes when a test says so. */
export class SimClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
  }
}
