import type { Clock } from '../../proto/domain/runtime.ts';
import { type Quota, TokenBuckets } from './token-bucket.ts';

/**
 * What one peer may ask of this node. Chosen: several times what an honest member needs at its busiest (catching up
 * after a week, an epoch's flags, a day's matches), and far below what would slow this node down. Quotas of policy
 * (elements per epoch, per day, per key) are counted by whoever answers, not here.
 */
export const MESH_QUOTAS = {
  hello: { burst: 8, perSecond: 0.5 },
  // One request brings up to 256 envelopes, so a week of absence is a few hundred requests.
  sync: { burst: 200, perSecond: 20 },
  keys: { burst: 32, perSecond: 1 },
  // One request holds up to 256 elements.
  oprf: { burst: 100, perSecond: 10 },
  match: { burst: 100, perSecond: 10 },
  hints: { burst: 32, perSecond: 2 },
  // identify, ping, kad-dht: streams, each with at most a few small messages.
  overlay: { burst: 100, perSecond: 10 },
  gossipMessages: { burst: 2_000, perSecond: 200 },
  gossipFrames: { burst: 4_000, perSecond: 400 },
} as const satisfies Readonly<Record<string, Quota>>;
export type QuotaName = keyof typeof MESH_QUOTAS;

/** What is left to each peer of each quota. */
export class Quotas {
  readonly #buckets: ReadonlyMap<QuotaName, TokenBuckets>;

  constructor(clock: Clock) {
    const names = Object.keys(MESH_QUOTAS) as QuotaName[];
    this.#buckets = new Map(names.map((name) => [name, new TokenBuckets(MESH_QUOTAS[name], clock)]));
  }

  /** Takes one from a peer's quota; false when none is left for now. */
  take(name: QuotaName, peerId: string): boolean {
    return this.#buckets.get(name)?.take(peerId) ?? false;
  }
}
