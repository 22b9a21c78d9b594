import { LIMITS } from '../../config/settings/limits.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { type FlagCandidate, flagId, isFlaggable, mergeCandidate, type FlagStore, type OwnFlag } from './flag-store.ts';
import { KeyedMutex } from './mutex.ts';
import type { BusinessTime } from './ports.ts';
import { sharingRefusal } from './refusal.ts';

export type FlagsDeps = {
  readonly ledger: Ledger;
  readonly store: FlagStore;
  readonly businessTime: BusinessTime;
  readonly clock: Clock;
  readonly log: Log;
};

/** Own flags, from what a review marks until an indicator about it has opened, it is withdrawn, or it has expired. */
export class Flags {
  readonly #deps: FlagsDeps;
  readonly #mutex = new KeyedMutex();

  constructor(deps: FlagsDeps) {
    this.#deps = deps;
  }

  list(): Promise<readonly OwnFlag[]> {
    return this.#deps.store.list();
  }

  get(id: string): Promise<OwnFlag | undefined> {
    return this.#deps.store.get(id);
  }

  /** Keeps what a review confirmed, or a rule where the gateway allows one; idempotent. What nobody could read is left. */
  async add(candidates: readonly FlagCandidate[], actor: string): Promise<void> {
    const { clock, ledger, log, store } = this.#deps;
    const flaggable = candidates.filter(isFlaggable);
    if (flaggable.length < candidates.length)
      log.warn({ left: candidates.length - flaggable.length }, 'identifiers cannot be flagged: empty or too long');
    await this.exclusively(async () => {
      const merged = new Map<string, OwnFlag>();
      for (const candidate of flaggable) {
        const id = flagId(candidate);
        merged.set(id, mergeCandidate(merged.get(id) ?? (await store.get(id)), candidate));
      }
      if (merged.size === 0) return;
      const sources = [...new Set(flaggable.map(({ source }) => source))];
      const audit = sources.map((source) => sharingEntry(clock.nowMs(), actor, 'flag.added', `alert:${source}`));
      await ledger.commit({ writes: [...merged.values()].map((flag) => store.write(flag)), audit });
    });
  }

  /** An indicator about the identifier has opened: the flag need not be sent again. */
  async markOpened(id: string): Promise<void> {
    await this.#change(id, (flag) => (flag.state === 'waiting' ? { ...flag, state: 'opened' } : undefined));
  }

  /** The indicator was taken back, as others withdrew: the flag waits for k anew. */
  async markUnopened(id: string): Promise<void> {
    await this.#change(id, (flag) => (flag.state === 'opened' ? { ...flag, state: 'waiting' } : undefined));
  }

  /**
   * Marks flags as withdrawn, and has whatever takes back their sendings written in the same commit.
   * @param commit is given the handles of the sendings and what marks the flags
   * @throws SHARING_UNKNOWN
   */
  async withdraw<Result>(
    ids: readonly string[],
    commit: (handles: readonly Uint8Array[], writes: readonly LedgerWrite[]) => Promise<Result>,
  ): Promise<Result> {
    return this.exclusively(async () => {
      const found = await Promise.all(ids.map((id) => this.#deps.store.get(id)));
      const flags = found.filter((flag) => flag !== undefined);
      if (flags.length < ids.length || flags.length === 0) throw sharingRefusal('SHARING_UNKNOWN');
      const handles = flags.flatMap(({ sent }) => sent.map(({ handle }) => new Uint8Array(Buffer.from(handle, 'hex'))));
      const writes = flags.map((flag) => this.#deps.store.write({ ...flag, state: 'withdrawn' }));
      return commit(handles, writes);
    });
  }

  /**
   * Flags that wait, inside policy's window of business time, newest evidence first, as many as the quota allows. Those
   * beyond the window expire.
   */
  async due(policy: Policy): Promise<readonly OwnFlag[]> {
    const { businessTime, ledger, store } = this.#deps;
    return this.exclusively(async () => {
      const oldestMs = businessTime.nowMs() - policy.flags.windowMs;
      const waiting = (await store.list()).filter(({ state }) => state === 'waiting');
      const expired = waiting.filter(({ lastSeenMs }) => lastSeenMs < oldestMs);
      for (let start = 0; start < expired.length; start += LIMITS.flagsPerUnit) {
        const part = expired.slice(start, start + LIMITS.flagsPerUnit);
        await ledger.commit({ writes: part.map((flag) => store.write({ ...flag, state: 'expired' })), audit: [] });
      }
      return waiting
        .filter(({ lastSeenMs }) => lastSeenMs >= oldestMs)
        .sort((one, other) => other.lastSeenMs - one.lastSeenMs)
        .slice(0, policy.flags.quotaPerEpoch);
    });
  }

  /** Runs work that reads flags and commits what follows from them, while nothing else changes any. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#mutex.run('own', work);
  }

  async #change(id: string, change: (flag: OwnFlag) => OwnFlag | undefined): Promise<void> {
    await this.exclusively(async () => {
      const flag = await this.#deps.store.get(id);
      const changed = flag === undefined ? undefined : change(flag);
      if (changed !== undefined)
        await this.#deps.ledger.commit({ writes: [this.#deps.store.write(changed)], audit: [] });
    });
  }
}
