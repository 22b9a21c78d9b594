import type { Decision } from '../../proto/domain/decision.ts';
import type { AlertId } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { AlertFilter, AlertReader, HeldAlert } from '../api/ports.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ALERTS, ALERTS_BY_CUSTOMER, DECISIONS, JOBS, type StoredAlert } from '../triage/store.ts';

/** Reads what triage keeps in the ledger, for the interface. Every read passes the viewer on. */
export class LedgerAlertReader implements AlertReader {
  readonly #ledger: Ledger;

  constructor(deps: { readonly ledger: Ledger }) {
    this.#ledger = deps.ledger;
  }

  async alert(alertId: AlertId, viewer: Viewer): Promise<HeldAlert | undefined> {
    const stored = await ALERTS.get(this.#ledger, alertId, viewer);
    return stored === undefined ? undefined : this.#held(stored, viewer);
  }

  async *alerts(filter: AlertFilter, after: string | undefined, viewer: Viewer): AsyncGenerator<HeldAlert> {
    for await (const stored of this.#stored(filter.customerId, after, viewer)) {
      const held = await this.#held(stored, viewer);
      if (filter.state === undefined || filter.state === held.state) yield held;
    }
  }

  async decisionsOf(alertId: AlertId, viewer: Viewer): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    const range = { prefix: `${alertId}/` };
    for await (const decision of DECISIONS.list(this.#ledger, range, viewer)) decisions.push(decision);
    return decisions;
  }

  async *decisions(which: 'first' | 'last', after: string | undefined, viewer: Viewer): AsyncGenerator<Decision> {
    // Keys are `<alert>/<ordinal>`, and 0 is what follows a slash.
    const range = after === undefined ? {} : { from: `${after}0` };
    let chosen: Decision | undefined;
    for await (const decision of DECISIONS.list(this.#ledger, range, viewer)) {
      if (chosen !== undefined && chosen.alertId !== decision.alertId) {
        yield chosen;
        chosen = undefined;
      }
      if (chosen === undefined || which === 'last') chosen = decision;
    }
    if (chosen !== undefined) yield chosen;
  }

  async *#stored(
    customerId: string | undefined,
    after: string | undefined,
    viewer: Viewer,
  ): AsyncGenerator<StoredAlert> {
    if (customerId === undefined) {
      yield* ALERTS.list(this.#ledger, after === undefined ? {} : { from: `${after}\0` }, viewer);
      return;
    }
    // A customer has few alerts; their index is in the order of time, a page is in that of ids.
    const ids: AlertId[] = [];
    for await (const { alertId } of ALERTS_BY_CUSTOMER.list(this.#ledger, { prefix: `${customerId}/` }, viewer))
      if (after === undefined || alertId > after) ids.push(alertId);
    for (const alertId of ids.sort()) {
      const stored = await ALERTS.get(this.#ledger, alertId, viewer);
      if (stored !== undefined) yield stored;
    }
  }

  async #held({ alert, receivedAtMs }: StoredAlert, viewer: Viewer): Promise<HeldAlert> {
    let queued = false;
    const range = { prefix: `decide/${alert.alertId}/`, limit: 1 };
    for await (const job of JOBS.list(this.#ledger, range, viewer)) queued = job.ordinal > 0;
    return { alert, state: queued ? 'queued' : 'decided', receivedAtMs };
  }
}
