import { toHex } from '../../crypto/bytes.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import type { AgencyId } from '../../proto/domain/ids.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import type { FlagRecord } from '../aggregate/flag-record.ts';
import { joinFlags } from '../aggregate/join.ts';
import { auditEntry } from '../audit.ts';
import type { CoordinatorStore, StoreWrite } from '../store/coordinator-store.ts';
import type { IndicatorLog } from './indicator-log.ts';
import { decodeOpenedFlag, nextIndicator, openedFlagKey, openedFlagWrite, partsHashOf } from './opened-flag.ts';

/** The flags of a tag as they will be once the unit under way is written. */
export type ChangedTag = { readonly epoch: number; readonly tag: Uint8Array; readonly flags: readonly FlagRecord[] };

/** What follows from changed tags, to be written in the same unit. */
export type Consequence = {
  readonly writes: readonly StoreWrite[];
  readonly audit: readonly AuditEntry[];
  readonly opened: number;
  readonly withdrawn: number;
  /** Agencies with a share or part that does not fit. */
  readonly faulty: readonly AgencyId[];
  /** To be called once the writes are durable. */
  readonly publish: () => void;
};

export type IndicatorDeskDeps = {
  readonly store: CoordinatorStore;
  readonly log: IndicatorLog;
  readonly clock: Clock;
  readonly random: RandomBytes;
};

/** Turns what has become of flags into indicators: opened, replaced or withdrawn. One unit at a time (see Turns). */
export class IndicatorDesk {
  readonly #deps: IndicatorDeskDeps;

  constructor(deps: IndicatorDeskDeps) {
    this.#deps = deps;
  }

  async consequenceOf(changes: readonly ChangedTag[], policy: Policy): Promise<Consequence> {
    const writes: StoreWrite[] = [];
    const audit: AuditEntry[] = [];
    const publications: (() => void)[] = [];
    const faulty = new Set<AgencyId>();
    let [opened, withdrawn] = [0, 0];
    for (const change of changes) {
      const joined = joinFlags(change.flags, policy.flags.threshold);
      for (const agencyId of joined.faulty) faulty.add(agencyId);
      const staged = await this.#next(change, joined, policy, publications.length);
      if (staged === undefined) continue;
      writes.push(...staged.writes);
      audit.push(staged.entry);
      publications.push(staged.publish);
      if (staged.withdrawn) withdrawn += 1;
      else if (staged.first) opened += 1;
    }
    audit.push(...[...faulty].map((agencyId) => this.#entry('flag.faulty', `agency:${agencyId}`)));
    const publish = (): void => publications.forEach((each) => each());
    return { writes, audit, opened, withdrawn, faulty: [...faulty], publish };
  }

  /** The indicator that a tag needs now; undefined when the one that stands says all. */
  async #next({ epoch, tag }: ChangedTag, joined: ReturnType<typeof joinFlags>, policy: Policy, ahead: number) {
    const { store, log, clock, random } = this.#deps;
    const key = openedFlagKey(epoch, tag);
    const stored = await store.get('openedFlag', key);
    const before = stored === undefined ? undefined : decodeOpenedFlag(stored);
    const partsHash = partsHashOf(joined.parts);
    if (before === undefined ? joined.parts.length === 0 : before.partsHash === partsHash) return undefined;
    const context = { epoch, nowMs: clock.nowMs(), lifeMs: policy.flags.indicatorLifeMs, random };
    const indicator = nextIndicator(joined, before, context);
    const { position, writes, publish } = log.stage(indicator, ahead);
    const indicatorId = toHex(indicator.indicatorId);
    const { openedAtMs, expiresAtMs } = indicator;
    const now = openedFlagWrite(key, { indicatorId, position, openedAtMs, expiresAtMs, partsHash });
    const action = indicator.withdrawn ? 'indicator.withdrawn' : before ? 'indicator.replaced' : 'indicator.opened';
    return {
      writes: [...writes, now, ...(before === undefined ? [] : [log.erasure(before.position)])],
      entry: this.#entry(action, `indicator:${indicatorId}`),
      publish,
      withdrawn: indicator.withdrawn,
      first: before === undefined,
    };
  }

  #entry(action: string, object: string): AuditEntry {
    return auditEntry({ atMs: this.#deps.clock.nowMs(), actor: 'coordinator', action, object });
  }
}
