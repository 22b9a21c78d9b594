import type { Alert } from '../../proto/domain/alert.ts';
import type { Decision } from '../../proto/domain/decision.ts';
import type { AlertId } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ALERTS, ALERTS_BY_CUSTOMER, DECISIONS, decisionKey, type StoredAlert } from './store.ts';

/** An alert that triage has taken, and where it stands. */
export type HeldAlert = {
  readonly alert: Alert;
  readonly state: 'queued' | 'decided';
  readonly receivedAtMs: number;
};

export type AlertFilter = { readonly customerId?: string; readonly state?: HeldAlert['state'] };

/** Sorts behind every ordinal and before every longer id: digits and the slash come before it. */
const BEHIND = ':';

/** Reads alerts and decisions on behalf of a viewer; what the viewer may not see does not exist. */
export class TriageReader {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  async alert(alertId: AlertId, viewer: Viewer): Promise<HeldAlert | undefined> {
    const stored = await ALERTS.get(this.#ledger, alertId, viewer);
    return stored === undefined ? undefined : this.#held(stored, viewer);
  }

  /** In the order of ids, behind one of them. */
  async *alerts(
    { customerId, state }: AlertFilter,
    after: string | undefined,
    viewer: Viewer,
  ): AsyncGenerator<HeldAlert> {
    const found =
      customerId === undefined
        ? ALERTS.list(this.#ledger, after === undefined ? {} : { from: `${after}\u0000` }, viewer)
        : this.#ofCustomer(customerId, after, viewer);
    for await (const stored of found) {
      const held = await this.#held(stored, viewer);
      if (state === undefined || held.state === state) yield held;
    }
  }

  /** Every decision on an alert, first to last. */
  async decisionsOf(alertId: AlertId, viewer: Viewer): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    for await (const decision of DECISIONS.list(this.#ledger, { prefix: `${alertId}/` }, viewer))
      decisions.push(decision);
    return decisions;
  }

  /** Of each alert its first or its last decision, alert by alert, behind one of them. */
  async *decisions(which: 'first' | 'last', after: string | undefined, viewer: Viewer): AsyncGenerator<Decision> {
    const range = after === undefined ? {} : { from: `${after}/${BEHIND}` };
    let last: Decision | undefined;
    for await (const decision of DECISIONS.list(this.#ledger, range, viewer)) {
      if (last !== undefined && last.alertId !== decision.alertId) yield last;
      if (last?.alertId !== decision.alertId || which === 'last') last = decision;
    }
    if (last !== undefined) yield last;
  }

  /** The index is in the order of time; a customer's alerts are few enough to be put in that of ids. */
  async *#ofCustomer(customerId: string, after: string | undefined, viewer: Viewer): AsyncGenerator<StoredAlert> {
    const ids: AlertId[] = [];
    for await (const { alertId } of ALERTS_BY_CUSTOMER.list(this.#ledger, { prefix: `${customerId}/` }, viewer))
      if (after === undefined || alertId > after) ids.push(alertId);
    for (const alertId of ids.sort()) {
      const stored = await ALERTS.get(this.#ledger, alertId, viewer);
      if (stored !== undefined) yield stored;
    }
  }

  async #held({ alert, receivedAtMs }: StoredAlert, viewer: Viewer): Promise<HeldAlert> {
    const decided = (await DECISIONS.get(this.#ledger, decisionKey(alert.alertId, 1), viewer)) !== undefined;
    return { alert, state: decided ? 'decided' : 'queued', receivedAtMs };
  }
}
