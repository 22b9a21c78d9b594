import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../proto/domain/runtime.ts';

export type Rate = { readonly perSecond: number; readonly burst: number };

type Bucket = { tokens: number; atMs: number };

/** A token bucket for each holder, for at most `holders` of them: the longest unseen is forgotten, with a full bucket. */
export class RateLimiter {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #buckets: LRUCache<string, Bucket>;

  constructor(settings: Rate & { readonly holders: number }, deps: { clock: Clock }) {
    this.#rate = settings;
    this.#clock = deps.clock;
    this.#buckets = new LRUCache({ max: settings.holders });
  }

  /** Takes one token; false when the holder has none left. A clock that steps back gives nothing. */
  take(holder: string): boolean {
    const nowMs = this.#clock.nowMs();
    const bucket = this.#buckets.get(holder) ?? { tokens: this.#rate.burst, atMs: nowMs };
    const refill = (Math.max(0, nowMs - bucket.atMs) / 1_000) * this.#rate.perSecond;
    const tokens = Math.min(this.#rate.burst, bucket.tokens + refill);
    const allowed = tokens >= 1;
    this.#buckets.set(holder, { tokens: allowed ? tokens - 1 : tokens, atMs: nowMs });
    return allowed;
  }
}
