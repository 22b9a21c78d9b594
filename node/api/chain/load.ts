import type { Clock } from '../../../proto/domain/runtime.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { apiRefusal } from '../refusal.ts';
import { RateLimiter } from './rate.ts';

/** Keeps one key from crowding out the others, and all together from crowding out the node. */
export class Load {
  readonly #calls: RateLimiter;
  #inFlight = 0;

  constructor(deps: { clock: Clock }) {
    this.#calls = new RateLimiter(
      { perSecond: LIMITS.apiCallsPerSecond, burst: LIMITS.apiCallsBurst, holders: LIMITS.apiRateHolders },
      deps,
    );
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Admits a call and returns what ends it; ending it twice counts once.
   * @throws API_RATE, API_BUSY
   */
  enter(holder: string): () => void {
    if (!this.#calls.take(holder)) throw apiRefusal('API_RATE');
    if (this.#inFlight >= LIMITS.requestsInFlight) throw apiRefusal('API_BUSY');
    this.#inFlight += 1;
    let left = false;
    return () => {
      if (!left) this.#inFlight -= 1;
      left = true;
    };
  }
}
