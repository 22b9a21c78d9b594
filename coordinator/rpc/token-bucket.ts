import type { Clock } from '../../proto/domain/runtime.ts';

type Bucket = { tokens: number; atMs: number };

/** Holders beyond this are forgotten, the one longest unseen first: an empty bucket fills up again before that. */
const HOLDERS = 10_000;

/** So many at once, and so many a second from then on, for each holder apart. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: { readonly perSecond: number; readonly burst: number }) {
    this.#clock = clock;
    this.#perSecond = rate.perSecond;
    this.#burst = rate.burst;
  }

  /** Takes one of the holder's tokens; false when there is none. */
  take(holder: string): boolean {
    const nowMs = this.#clock.nowMs();
    const { tokens, atMs } = this.#buckets.get(holder) ?? { tokens: this.#burst, atMs: nowMs };
    const filled = Math.min(this.#burst, tokens + (Math.max(0, nowMs - atMs) / 1_000) * this.#perSecond);
    const isThere = filled >= 1;
    this.#buckets.delete(holder);
    this.#buckets.set(holder, { tokens: isThere ? filled - 1 : filled, atMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > HOLDERS && oldest !== undefined) this.#buckets.delete(oldest);
    return isThere;
  }
}
