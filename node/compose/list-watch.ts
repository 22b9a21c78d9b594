import { setImmediate } from 'node:timers/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Customer, ListEntry } from '../../proto/domain/records.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { AlertIntake } from '../api/ports.ts';
import { auditEntry } from '../ledger/audit-entry.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { CUSTOMERS } from '../records/collections.ts';
import { diffEntries } from '../records/lists/delta.ts';
import { LIST_UPDATE_SOURCE, listAlert } from '../records/lists/list-alert.ts';
import { LIST_UPDATES, type ListUpdate } from '../records/lists/list-update.ts';
import { entriesOf } from '../records/lists/versions.ts';
import type { Whitelist } from '../records/lists/whitelist.ts';
import { nameScoreOf } from '../screening/name-score.ts';
import type { ScreeningIndex } from '../screening/screening-index.ts';
import { SCREENING_THRESHOLD } from '../screening/weights.ts';
import { customerQuery, isNoVehicle } from './customer-query.ts';
import { indexInTurns } from './list-indexes.ts';

export type ListWatchDeps = {
  readonly ledger: Ledger;
  readonly system: Viewer;
  readonly intake: AlertIntake;
  /** Resolves when no alert waits for its first decision. */
  readonly allDecided: () => Promise<void>;
  readonly whitelist: Pick<Whitelist, 'asideOf'>;
  readonly clock: Clock;
  readonly log: Log;
};

/** Customers screened before others get their turn: some 5 ms (measured). */
const CUSTOMERS_A_TURN = 10;

/** What an update brought: entries that are new or say something new, each with what happened to it. */
type News = { readonly index: ScreeningIndex; readonly changes: ReadonlyMap<ListEntry, 'added' | 'changed'> };

/**
 * Screens all customers against what a new version of a list added or changed, and raises an alert for each match. What
 * is owed is kept in the ledger until it is done, so that a crash costs nothing but the time to do it again.
 */
export class ListWatch {
  readonly #deps: ListWatchDeps;
  readonly #stopping = new AbortController();
  #turn: Promise<void> = Promise.resolve();

  constructor(deps: ListWatchDeps) {
    this.#deps = deps;
  }

  /** Does all that is owed. Resolves when every alert is durable, or when the watch stops before. */
  raiseOwed(): Promise<void> {
    const run = this.#turn.then(() => this.#raiseOwed());
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** What is not done by then is done after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#turn;
  }

  async #raiseOwed(): Promise<void> {
    const owed: ListUpdate[] = [];
    for await (const update of LIST_UPDATES.list(this.#deps.ledger, {}, this.#deps.system))
      if (update.screening === 'owed') owed.push(update);
    owed.sort((one, other) => one.knownAtMs - other.knownAtMs);
    for (const update of owed) {
      if (this.#stopping.signal.aborted) return;
      await this.#raise(update);
    }
  }

  async #raise(update: ListUpdate): Promise<void> {
    const { clock, ledger, log, system } = this.#deps;
    const news = await this.#newsOf(update);
    let [customersScreened, alertsRaised] = [0, 0];
    for await (const customer of CUSTOMERS.list(ledger, {}, system)) {
      if (this.#stopping.signal.aborted) return;
      if (news.changes.size > 0) alertsRaised += await this.#screen(customer, update, news);
      customersScreened += 1;
      if (customersScreened % CUSTOMERS_A_TURN === 0) await setImmediate();
    }
    const { listName, listVersion } = update;
    const done: ListUpdate = { ...update, screening: 'done', customersScreened, alertsRaised };
    const object = `list:${listName}/${listVersion}`;
    const audit = auditEntry({ atMs: clock.nowMs(), actor: LIST_UPDATE_SOURCE, action: 'list.screened', object });
    await ledger.commit({ writes: [LIST_UPDATES.put(done)], audit: [audit] });
    log.info({ list: listName, version: listVersion, customersScreened, alertsRaised }, 'customers screened');
  }

  async #newsOf({ listName, listVersion, previous }: ListUpdate): Promise<News> {
    const { ledger, system } = this.#deps;
    const version = (name: string): AsyncIterable<ListEntry> =>
      entriesOf(ledger, { listName, listVersion: name }, system);
    const changes = new Map<ListEntry, 'added' | 'changed'>();
    for await (const { kind, after } of diffEntries(previous === null ? [] : version(previous), version(listVersion)))
      if (kind !== 'removed') changes.set(after, kind);
    return { index: await indexInTurns([...changes.keys()]), changes };
  }

  /** @returns how many alerts it came to */
  async #screen(customer: Customer, { knownAtMs }: ListUpdate, { index, changes }: News): Promise<number> {
    const { screen } = await import('../screening/screen.ts');
    const options = { limit: LIMITS.listAlertsPerCustomer, threshold: SCREENING_THRESHOLD, accepts: isNoVehicle };
    const hits = screen(index, customerQuery(customer), options);
    if (hits.length === 0) return 0;
    const aside = await this.#deps.whitelist.asideOf(customer.customerId, knownAtMs);
    let raised = 0;
    for (const { entry, score, features, matchedName } of hits) {
      const change = changes.get(entry);
      if (change === undefined || aside.has(`${entry.listName}/${entry.entryId}`)) continue;
      const nameScore = nameScoreOf(features);
      const finding = { customer, entry, change, score, nameScore, matchedName, knownAtMs };
      if (await this.#submit(listAlert(finding))) raised += 1;
    }
    return raised;
  }

  /** False when the watch stops before the alert is taken. */
  async #submit(alert: ReturnType<typeof listAlert>): Promise<boolean> {
    for (;;) {
      try {
        await this.#deps.intake.submit(alert, LIST_UPDATE_SOURCE);
        return true;
      } catch (error) {
        // Raised before a crash, of a customer whose record has changed since: the first one stands.
        if (isRefusal(error, 'ALERT_CONFLICT')) return true;
        if (!isRefusal(error, 'TRIAGE_BUSY')) throw error;
        if (this.#stopping.signal.aborted) return false;
        await this.#deps.allDecided();
      }
    }
  }
}
