import { utf8 } from '../../../crypto/bytes.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { AlertId } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { auditEntry } from '../../ledger/audit-entry.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { triageRefusal } from '../errors.ts';
import type { BusinessTime } from '../ports.ts';
import { DECISIONS, decisionKey } from '../store.ts';
import { ALERT_OUTCOMES, type AlertOutcome } from './outcome.ts';

export type OutcomeBookDeps = {
  readonly ledger: Ledger;
  /** Triage's own viewer. */
  readonly viewer: Viewer;
  readonly clock: Clock;
  readonly businessTime: BusinessTime;
};

export type EnteredOutcome = Pick<AlertOutcome, 'alertId' | 'outcome' | 'note'>;

/** Analysts' outcomes, as they were entered. */
export class OutcomeBook {
  readonly #deps: OutcomeBookDeps;

  constructor(deps: OutcomeBookDeps) {
    this.#deps = deps;
  }

  /**
   * Enters an outcome on a decided alert, with its audit entry; durable on return. The same word of the same person
   * again changes nothing and is answered with what stands.
   * @throws TRIAGE_UNKNOWN when the alert is not decided here, and what the ledger throws
   */
  async enter(entered: EnteredOutcome, person: string): Promise<AlertOutcome> {
    const { businessTime, clock, ledger, viewer } = this.#deps;
    const { alertId } = entered;
    if ((await DECISIONS.get(ledger, decisionKey(alertId, 1), viewer)) === undefined)
      throw triageRefusal('TRIAGE_UNKNOWN');
    const before = await this.latest(alertId, viewer);
    if (before !== undefined && before.person === person && saysTheSame(before, entered)) return before;
    const outcome: AlertOutcome = {
      alertId,
      ordinal: (before?.ordinal ?? 0) + 1,
      outcome: entered.outcome,
      note: entered.note,
      person,
      knownAtMs: businessTime.nowMs(),
    };
    const about = { atMs: clock.nowMs(), actor: person, action: 'outcome.entered', object: `alert:${alertId}` };
    try {
      await ledger.commit({
        writes: [ALERT_OUTCOMES.put(outcome, { ifAbsent: true })],
        audit: [auditEntry({ ...about, output: utf8(JSON.stringify(outcome)) })],
      });
    } catch (error) {
      // Somebody else entered one in between: this one comes after it.
      if (isRefusal(error, 'LEDGER_EXISTS')) return this.enter(entered, person);
      throw error;
    }
    return outcome;
  }

  /** The outcome that stands, undefined where there is none that the viewer may see. */
  async latest(alertId: AlertId, viewer: Viewer): Promise<AlertOutcome | undefined> {
    const last = { prefix: `${alertId}/`, reverse: true, limit: 1 };
    for await (const outcome of ALERT_OUTCOMES.list(this.#deps.ledger, last, viewer)) return outcome;
    return undefined;
  }

  /** All that were entered on an alert, first to last. */
  async of(alertId: AlertId, viewer: Viewer): Promise<readonly AlertOutcome[]> {
    const outcomes: AlertOutcome[] = [];
    for await (const outcome of ALERT_OUTCOMES.list(this.#deps.ledger, { prefix: `${alertId}/` }, viewer))
      outcomes.push(outcome);
    return outcomes;
  }

  /** Of each alert the outcome that stood at a time, in the order of alerts, behind one of them. */
  async *standing(asOfMs: number, after: string | undefined, viewer: Viewer): AsyncGenerator<AlertOutcome> {
    const range = after === undefined ? {} : { from: `${after}/${BEHIND}` };
    let last: AlertOutcome | undefined;
    for await (const outcome of ALERT_OUTCOMES.list(this.#deps.ledger, range, viewer)) {
      if (outcome.knownAtMs > asOfMs) continue;
      if (last !== undefined && last.alertId !== outcome.alertId) yield last;
      last = outcome;
    }
    if (last !== undefined) yield last;
  }
}

/** Sorts behind every ordinal. */
const BEHIND = ':';

function saysTheSame(one: EnteredOutcome, other: EnteredOutcome): boolean {
  return one.outcome === other.outcome && one.note === other.note;
}
