import { LIMITS } from '../../config/settings/limits.ts';
import type { Alert } from '../../proto/domain/alert.ts';
import type { Decision } from '../../proto/domain/decision.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { AlertId, EntityKey } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type AccountRef, accountKey, accountOfKey } from './account-ref.ts';
import { triageRefusal } from './errors.ts';
import { DAY_MS, WINDOW_MS } from './features/account-view.ts';
import { severity } from './stages/decide.ts';
import { ALERTS, ALERTS_BY_CUSTOMER, type DecisionJob, DECISIONS, JOBS, timeKey } from './store.ts';
import type { WorkQueue } from './work-queue.ts';

export type ReopenDeps = {
  readonly agency: string;
  readonly ledger: Ledger;
  readonly graph: Pick<GraphStore, 'neighbours'>;
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly queue: WorkQueue<DecisionJob>;
};

/** Older alerts stay as they were decided: policy's window of flags. Chosen to agree with DESIGN, section 5. */
const REOPEN_WINDOW_MS = 90 * DAY_MS;

/** Has alerts decided once more, as of when something new became known; earlier decisions are kept. */
export class Reopener {
  readonly #deps: ReopenDeps;

  constructor(deps: ReopenDeps) {
    this.#deps = deps;
  }

  /**
   * Queues another decision on an alert as of a time. Asking again for the same or an earlier time changes nothing.
   * @param reason what became known, by id: `indicator:<id>`; never a name or an account
   * @returns false when the alert is decided as of that time or waits to be
   * @throws TRIAGE_UNKNOWN when no such alert was taken, and what the ledger throws
   */
  async reopen(alertId: AlertId, reason: string, asOfMs: number): Promise<boolean> {
    const { clock, ledger, queue, viewer } = this.#deps;
    if ((await ALERTS.get(ledger, alertId, viewer)) === undefined) throw triageRefusal('TRIAGE_UNKNOWN');
    const latest = await this.#latest(alertId);
    if (latest.asOfMs >= asOfMs) return false;
    const job = { alertId, ordinal: latest.ordinal + 1, asOfMs, reopenedBy: reason };
    const rest = { outcome: 'done', code: null, inputHash: null, outputHash: null, versions: {} } as const;
    const entry = {
      atMs: clock.nowMs(),
      actor: 'triage',
      action: 'alert.reopened',
      object: `alert:${alertId}`,
      ...rest,
    };
    try {
      await ledger.commit({ writes: [JOBS.put(job, { ifAbsent: true })], audit: [entry] });
    } catch (error) {
      if (isRefusal(error, 'LEDGER_EXISTS')) return false;
      throw error;
    }
    queue.add(job);
    return true;
  }

  /**
   * Re-opens the alerts that new knowledge of some accounts touches: those about one of them, or about an own account
   * that dealt with one within the alert's window, as far as they stand below L3.
   * @returns how many were re-opened; bounded by LIMITS.triageReopened for each account
   */
  async reopenTouched(accounts: readonly AccountRef[], asOfMs: number, reason: string): Promise<number> {
    let reopened = 0;
    for (const account of accounts) {
      const touched = await this.#touchedBy(account, asOfMs);
      for (const alertId of touched.slice(0, LIMITS.triageReopened)) {
        if (await this.reopen(alertId, reason, asOfMs)) reopened += 1;
      }
    }
    return reopened;
  }

  async #touchedBy(account: AccountRef, asOfMs: number): Promise<readonly AlertId[]> {
    const meetings = await this.#meetings(accountKey(account), asOfMs);
    const touched = new Set<AlertId>();
    for (const [key, times] of meetings) {
      for (const alert of await this.#alertsAbout(key, asOfMs)) {
        const meets = times.some((atMs) => atMs < alert.raisedAtMs && atMs >= alert.raisedAtMs - WINDOW_MS);
        if (!meets && key !== accountKey(account)) continue;
        const latest = await this.#latest(alert.alertId);
        if (latest.decision === undefined || severity(latest.decision.disposition) < severity('ESCALATE_L3'))
          touched.add(alert.alertId);
      }
    }
    return [...touched];
  }

  /** Own accounts that dealt with an account, and when; the account itself where it is one of ours. */
  async #meetings(key: EntityKey, asOfMs: number): Promise<ReadonlyMap<EntityKey, readonly number[]>> {
    const { agency, graph, viewer } = this.#deps;
    const fromMs = asOfMs - REOPEN_WINDOW_MS - WINDOW_MS;
    const query = {
      key,
      kinds: ['transfer'],
      direction: 'both',
      fromMs,
      asOfMs,
      limit: LIMITS.graphNeighbours,
    } as const;
    const meetings = new Map<EntityKey, number[]>(accountOfKey(key)?.agency === agency ? [[key, []]] : []);
    for (const { edge, other } of await graph.neighbours(query, viewer)) {
      if (accountOfKey(other)?.agency !== agency) continue;
      meetings.set(other, [...(meetings.get(other) ?? []), edge.occurredAtMs]);
    }
    return meetings;
  }

  /** Alerts raised within the window on an own account: found by its owner, told apart by the account they name. */
  async #alertsAbout(key: EntityKey, asOfMs: number): Promise<readonly Alert[]> {
    const { graph, ledger, viewer } = this.#deps;
    const accountId = accountOfKey(key)?.accountId;
    const query = { key, kinds: ['owns'], direction: 'in', asOfMs, limit: LIMITS.triageCounterparties } as const;
    const alerts: Alert[] = [];
    for (const { other } of await graph.neighbours(query, viewer)) {
      const customerId = other.slice(other.indexOf(':', other.indexOf(':') + 1) + 1);
      const [from, to] = [asOfMs - REOPEN_WINDOW_MS, asOfMs].map((atMs) => `${customerId}/${timeKey(atMs)}`);
      const range = { from: from ?? '', to: to ?? '', limit: LIMITS.triageReopened };
      for await (const { alertId } of ALERTS_BY_CUSTOMER.list(ledger, range, viewer)) {
        const stored = await ALERTS.get(ledger, alertId, viewer);
        if (stored?.alert.account?.accountId === accountId && stored !== undefined) alerts.push(stored.alert);
      }
    }
    return alerts;
  }

  /** Where an alert stands, jobs that wait included. */
  async #latest(
    alertId: AlertId,
  ): Promise<{ readonly ordinal: number; readonly asOfMs: number; readonly decision: Decision | undefined }> {
    const { ledger, viewer } = this.#deps;
    const last = { prefix: `${alertId}/`, reverse: true, limit: 1 };
    let decision: Decision | undefined;
    for await (const found of DECISIONS.list(ledger, last, viewer)) decision = found;
    let job: DecisionJob | undefined;
    for await (const found of JOBS.list(ledger, { ...last, prefix: `decide/${alertId}/` }, viewer)) job = found;
    const ordinal = Math.max(decision?.ordinal ?? 0, job?.ordinal ?? 0);
    return { ordinal, asOfMs: Math.max(decision?.asOfMs ?? 0, job?.asOfMs ?? 0), decision };
  }
}
