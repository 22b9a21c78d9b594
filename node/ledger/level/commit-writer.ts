import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import type { ChainHead } from '../chain.ts';
import { ledgerError } from '../errors.ts';
import type { CommitReceipt, LedgerSpace, UnitOfWork } from '../ledger.ts';
import { followChain, refuseFaults } from './chain-check.ts';
import type { Outcome } from './group-queue.ts';
import { type GroupPlan, placeOf, planGroup } from './group-plan.ts';
import { recordKey } from './keys.ts';
import type { LedgerDatabase, Operation } from './level-store.ts';
import { isDiskFull } from './reserve-file.ts';
import type { SpaceGuard } from './space-guard.ts';

/** The engine as the writer needs it. After a failed write its log may be torn, so it must be opened anew. */
export type WritableStore = {
  readonly database: LedgerDatabase;
  /** Durable on return. */
  write(operations: readonly Operation[]): Promise<void>;
  reopen(): Promise<void>;
};

export type CommitWriterDeps = {
  readonly store: WritableStore;
  /** Durable on return; see head-file.ts. */
  readonly headFile: { write(head: ChainHead): Promise<void> };
  readonly space: SpaceGuard;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
};

/**
 * `torn`: a write failed for want of space. `broken`: a write or sync failed otherwise; only a restart trusts the disk
 * again.
 */
type Condition = 'sound' | 'torn' | 'broken';

/**
 * Writes groups of units, one at a time. A group is acknowledged only after its batch was synced and then the head
 * file; when either fails nothing of it is acknowledged, and nothing more is written through that handle.
 */
export class CommitWriter {
  readonly #deps: CommitWriterDeps;
  readonly #lastWritten = new Map<LedgerSpace, number>();
  #head: ChainHead;
  /** What was written up to here counts as written here. */
  #trackedFrom: number;
  #condition: Condition;

  constructor(head: ChainHead, deps: CommitWriterDeps, condition: 'sound' | 'broken' = 'sound') {
    this.#head = head;
    this.#trackedFrom = head.sequence;
    this.#deps = deps;
    this.#condition = condition;
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** See Ledger.lastWritten. */
  lastWritten(space: LedgerSpace): number {
    return this.#lastWritten.get(space) ?? this.#trackedFrom;
  }

  get writable(): boolean {
    return this.#condition === 'sound' && !this.#deps.space.low;
  }

  /** @throws LEDGER_READ_ONLY, LEDGER_WRITE_FAILED for the whole group */
  async write(units: readonly UnitOfWork[]): Promise<readonly Outcome<CommitReceipt>[]> {
    if (!this.writable) await this.#recover();
    const plan = planGroup(units, {
      head: this.#head,
      atMs: this.#deps.clock.nowMs(),
      random: this.#deps.random,
      present: await this.#presentKeys(units),
    });
    if (plan.operations.length > 0) await this.#persist(plan);
    this.#head = plan.head;
    this.#track(units, plan.outcomes);
    return plan.outcomes;
  }

  async #persist(plan: GroupPlan): Promise<void> {
    try {
      await Promise.all([this.#deps.store.write(plan.operations), this.#deps.space.refresh()]);
      await this.#deps.headFile.write(plan.head);
    } catch (cause) {
      this.#condition = isDiskFull(cause) ? 'torn' : 'broken';
      if (this.#condition === 'torn') this.#deps.space.declareLow();
      else this.#deps.log.error({}, 'ledger write failed: read-only until the process is started anew');
      throw ledgerError('LEDGER_WRITE_FAILED', { cause });
    }
  }

  /** Takes writes again once there is space; units that a failed group left behind whole become part of the chain. */
  async #recover(): Promise<void> {
    if (this.#condition === 'broken') throw ledgerError('LEDGER_READ_ONLY');
    await this.#deps.space.refresh();
    if (this.#deps.space.low) throw ledgerError('LEDGER_READ_ONLY', { detail: { reason: 'space' } });
    if (this.#condition === 'sound') return;
    await this.#deps.store.reopen();
    const { head, faults } = await followChain(this.#deps.store.database, {
      from: this.#head,
      acknowledged: this.#head,
    });
    refuseFaults(faults);
    await this.#deps.headFile.write(head);
    this.#head = head;
    // Which spaces the units wrote that were left behind is not known here.
    this.#lastWritten.clear();
    this.#trackedFrom = head.sequence;
    this.#condition = 'sound';
  }

  #track(units: readonly UnitOfWork[], outcomes: GroupPlan['outcomes']): void {
    for (const [place, { writes }] of units.entries()) {
      const outcome = outcomes[place];
      if (outcome?.done !== true) continue;
      for (const { space } of writes) this.#lastWritten.set(space, outcome.result.sequence);
    }
  }

  async #presentKeys(units: readonly UnitOfWork[]): Promise<ReadonlySet<string>> {
    const asked = units.flatMap(({ writes }) => writes.filter(({ ifAbsent }) => ifAbsent === true));
    if (asked.length === 0) return new Set();
    const found = await this.#deps.store.database.hasMany(asked.map(({ space, key }) => recordKey(space, key)));
    return new Set(asked.filter((_, place) => found[place] === true).map(placeOf));
  }
}
