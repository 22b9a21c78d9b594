import type { Clock } from '../../proto/domain/runtime.ts';

export type Quota = {
  /** Requests that may come at once. */
  readonly burst: number;
  readonly perSecond: number;
};

type Bucket = { tokens: number; atMs: number };

/** A token bucket per peer; only admitted members get one. A clock that steps back gives nothing. */
export class TokenBuckets {
  readonly #quota: Quota;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(quota: Quota, clock: Clock) {
    this.#quota = quota;
    this.#clock = clock;
  }

  /** Takes one token; false when the peer has none left. */
  take(peerId: string): boolean {
    const nowMs = this.#clock.nowMs();
    const bucket = this.#buckets.get(peerId) ?? { tokens: this.#quota.burst, atMs: nowMs };
    bucket.tokens = this.#refilled(bucket, nowMs);
    bucket.atMs = nowMs;
    this.#buckets.set(peerId, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #refilled(bucket: Bucket, nowMs: number): number {
    const seconds = Math.max(0, nowMs - bucket.atMs) / 1_000;
    return Math.min(this.#quota.burst, bucket.tokens + seconds * this.#quota.perSecond);
  }
}
