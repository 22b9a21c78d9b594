import type { Clock } from '../../../proto/domain/runtime.ts';
import { adviserRefusal } from './errors.ts';

export type BreakerSettings = {
  /** Failures in a row after which nothing is called. */
  readonly failures: number;
  /** Rest before one call may try again. */
  readonly restMs: number;
};
export type BreakerState = 'closed' | 'open' | 'half_open';

/**
 * Spares a service that fails, and those who wait for it: after some failures in a row calls are refused at once for a
 * while, then a single one may try; its success lets all through again, its failure begins another rest.
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  #failures = 0;
  #openedAtMs = 0;
  #probing = false;

  constructor(settings: BreakerSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get state(): BreakerState {
    if (this.#failures < this.#settings.failures) return 'closed';
    return this.#clock.nowMs() - this.#openedAtMs >= this.#settings.restMs ? 'half_open' : 'open';
  }

  /**
   * Runs a call and counts how it ends.
   * @param isFailure whether an error speaks against the service; others, such as an abort from here, count as nothing
   * @throws ADVISER_CIRCUIT without calling, or what the call threw
   */
  async run<Result>(call: () => Promise<Result>, isFailure: (error: unknown) => boolean): Promise<Result> {
    const { state } = this;
    if (state === 'open' || (state === 'half_open' && this.#probing)) throw adviserRefusal('ADVISER_CIRCUIT');
    const isProbe = state === 'half_open';
    if (isProbe) this.#probing = true;
    try {
      const result = await call();
      this.#failures = 0;
      return result;
    } catch (error) {
      if (isFailure(error)) {
        this.#failures += 1;
        this.#openedAtMs = this.#clock.nowMs();
      }
      throw error;
    } finally {
      if (isProbe) this.#probing = false;
    }
  }
}
