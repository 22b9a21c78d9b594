import type { Alert } from '../../proto/domain/alert.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { triageRefusal } from './errors.ts';
import { ALERTS, ALERTS_BY_CUSTOMER, ALERTS_BY_TIME, type DecisionJob, JOBS, type StoredAlert } from './store.ts';
import type { WorkQueue } from './work-queue.ts';
import type { BusinessTime } from './ports.ts';

export type IntakeDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly queue: WorkQueue<DecisionJob>;
  readonly clock: Clock;
  readonly businessTime: BusinessTime;
  /** Equal for alerts that say the same, however they are written. */
  readonly contentHash: (alert: Alert) => string;
};

/** Takes alerts: what is answered `accepted` is durable and will be decided, also after a crash. */
export class Intake {
  readonly #deps: IntakeDeps;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /**
   * Takes an alert. The same alert again is `known` and changes nothing.
   * @throws ALERT_CONFLICT when another alert has its id: the first is kept, and the attempt is audited;
   *         TRIAGE_BUSY, TRIAGE_STOPPED before anything is written; and what the ledger throws
   */
  async submit(alert: Alert, actor: string): Promise<'accepted' | 'known'> {
    const { queue } = this.#deps;
    const contentHash = this.#deps.contentHash(alert);
    if (await this.#isKnown(alert, contentHash, actor)) return 'known';
    queue.reserve();
    const job = { alertId: alert.alertId, ordinal: 1, asOfMs: alert.raisedAtMs, reopenedBy: null };
    try {
      await this.#keep(alert, contentHash, job, actor);
    } catch (error) {
      queue.release();
      // Somebody else took the same id in between.
      if (isRefusal(error, 'LEDGER_EXISTS') && (await this.#isKnown(alert, contentHash, actor))) return 'known';
      throw error;
    }
    queue.release(job);
    return 'accepted';
  }

  /** Puts what was taken and not decided before the last stop back into the queue. @returns how many */
  async resume(): Promise<number> {
    const { ledger, queue, viewer } = this.#deps;
    let resumed = 0;
    for await (const job of JOBS.list(ledger, { prefix: 'decide/' }, viewer)) {
      queue.add(job);
      resumed += 1;
    }
    return resumed;
  }

  async #isKnown(alert: Alert, contentHash: string, actor: string): Promise<boolean> {
    const { clock, ledger, viewer } = this.#deps;
    const stored = await ALERTS.get(ledger, alert.alertId, viewer);
    if (stored === undefined) return false;
    if (stored.contentHash === contentHash) return true;
    const refused = { outcome: 'refused', code: 'ALERT_CONFLICT' } as const;
    const entry = { ...received(alert, contentHash, actor, clock.nowMs()), ...refused };
    await ledger.commit({ writes: [], audit: [entry] });
    throw triageRefusal('ALERT_CONFLICT');
  }

  /** One commit: the alert, its indexes, the job that will decide it, the audit entry. */
  async #keep(alert: Alert, contentHash: string, job: DecisionJob, actor: string): Promise<void> {
    const { businessTime, clock, ledger } = this.#deps;
    const { alertId, alertType, priority, raisedAtMs } = alert;
    const stored: StoredAlert = { alert, contentHash, receivedAtMs: businessTime.nowMs() };
    const row = { alertId, alertType, priority, raisedAtMs, customerId: alert.customer.customerId };
    await ledger.commit({
      writes: [
        ALERTS.put(stored, { ifAbsent: true }),
        ALERTS_BY_CUSTOMER.put(row),
        ALERTS_BY_TIME.put(row),
        JOBS.put(job),
      ],
      audit: [received(alert, contentHash, actor, clock.nowMs())],
    });
  }
}

function received({ alertId }: Alert, inputHash: string, actor: string, atMs: number): AuditEntry {
  const rest = { outcome: 'done', code: null, outputHash: null, versions: {} } as const;
  return { atMs, actor, action: 'alert.received', object: `alert:${alertId}`, inputHash, ...rest };
}
