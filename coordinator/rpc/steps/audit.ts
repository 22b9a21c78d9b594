import { LIMITS } from '../../../config/settings/limits.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../audit.ts';
import type { CoordinatorStore } from '../../store/coordinator-store.ts';
import type { KnownCall } from '../call.ts';
import { TokenBuckets } from '../token-bucket.ts';

/** Refusals that say nothing of the caller: the store takes no writes, the coordinator stops or is busy. */
const OWN_TROUBLE = /^(?:STORE|COORDINATOR)_/;

/**
 * Audit of calls. What a call changes is audited in the unit that changes it; here are the calls that are refused, and
 * those that only read what is not everybody's at every heartbeat. Without an entry no answer: a store that takes none
 * refuses the call. Refusals are entered up to a rate, so that a flood cannot fill the disk; beyond it they are counted.
 */
export class CallAudit {
  readonly #store: CoordinatorStore;
  readonly #clock: Clock;
  readonly #reads: ReadonlySet<string>;
  readonly #refusals: TokenBuckets;

  /** @param reads methods that change nothing and are entered nevertheless */
  constructor(store: CoordinatorStore, clock: Clock, reads: readonly string[]) {
    this.#store = store;
    this.#clock = clock;
    this.#reads = new Set(reads);
    const perMinute = LIMITS.refusalsAuditedPerMinute;
    this.#refusals = new TokenBuckets(clock, { perSecond: perMinute / 60, burst: perMinute });
  }

  async around<Result>(call: KnownCall, next: () => Promise<Result>): Promise<Result> {
    try {
      const result = await next();
      if (this.#reads.has(call.method)) await this.#enter(call);
      return result;
    } catch (error) {
      if (isRefusal(error) && !OWN_TROUBLE.test(error.code) && this.#refusals.take('')) {
        await this.#enter(call, error.code);
      }
      throw error;
    }
  }

  async #enter({ actor, method }: KnownCall, code?: string): Promise<void> {
    const facts = { atMs: this.#clock.nowMs(), actor, action: 'call', object: `method:${method}` };
    const entry = auditEntry(code === undefined ? facts : { ...facts, code });
    await this.#store.commit({ writes: [], audit: [entry] });
  }
}
