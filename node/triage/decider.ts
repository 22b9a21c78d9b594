import type { Decision } from '../../proto/domain/decision.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import type { AttemptBounds } from './attempt.ts';
import type { Escalation, Escalations } from './ports.ts';
import { severity } from './stages/decide.ts';
import {
  ALERTS,
  type DecisionJob,
  DECISIONS,
  DECISIONS_BY_DISPOSITION,
  decisionKey,
  decisionRow,
  dispositionKey,
  ESCALATIONS,
  JOBS,
  type StoredAlert,
} from './store.ts';
import { supervise, type Supervised, type SupervisorDeps } from './supervisor.ts';

export type DeciderDeps = SupervisorDeps & {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly escalations: Escalations;
  readonly onDecided: (decision: Decision) => void;
};

/** Decides jobs of the queue: supervises, commits once, then hands escalations on. */
export class Decider {
  readonly #bounds: AttemptBounds;
  readonly #deps: DeciderDeps;

  constructor(bounds: AttemptBounds, deps: DeciderDeps) {
    this.#bounds = bounds;
    this.#deps = deps;
  }

  /** Durable on return. Doing a job again that was done changes nothing. Jobs of one alert come in order. */
  async decide(job: DecisionJob): Promise<void> {
    const { ledger, onDecided, viewer } = this.#deps;
    const [stored, previous] = await Promise.all([
      ALERTS.get(ledger, job.alertId, viewer),
      job.ordinal === 1 ? undefined : DECISIONS.get(ledger, decisionKey(job.alertId, job.ordinal - 1), viewer),
    ]);
    if (stored === undefined) return;
    const supervised = await supervise(this.#bounds, this.#deps, stored, job);
    const escalation = escalationOf(supervised, stored);
    if (await this.#commit(job, supervised, previous, escalation)) onDecided(supervised.decision);
    // Also when the commit was there already: a stop may have come between it and this.
    if (escalation !== undefined) await this.handOn(escalation);
  }

  /** Hands an escalation on, at least once, and forgets it when that has succeeded. */
  async handOn(escalation: Escalation): Promise<void> {
    const { escalations, ledger } = this.#deps;
    await escalations.escalated(escalation);
    const key = `escalation/${decisionKey(escalation.alertId, escalation.ordinal)}`;
    await ledger.commit({ writes: [ESCALATIONS.remove(key)], audit: [] });
  }

  /** Hands on what a stop or crash left behind. */
  async resume(): Promise<void> {
    for await (const escalation of ESCALATIONS.list(this.#deps.ledger, { prefix: 'escalation/' }, this.#deps.viewer))
      await this.handOn(escalation);
  }

  /** @returns false when the decision was there already: an earlier commit stands though it was reported lost */
  async #commit(
    job: DecisionJob,
    { decision, audit }: Supervised,
    previous: Decision | undefined,
    escalation: Escalation | undefined,
  ): Promise<boolean> {
    const writes: LedgerWrite[] = [
      DECISIONS.put(decision, { ifAbsent: true }),
      ...(previous === undefined ? [] : [DECISIONS_BY_DISPOSITION.remove(dispositionKey(previous))]),
      DECISIONS_BY_DISPOSITION.put(decisionRow(decision)),
      JOBS.remove(`decide/${decisionKey(job.alertId, job.ordinal)}`),
      ...(escalation === undefined ? [] : [ESCALATIONS.put(escalation)]),
    ];
    try {
      await this.#deps.ledger.commit({ writes, audit });
      return true;
    } catch (error) {
      if (isRefusal(error, 'LEDGER_EXISTS')) return false;
      throw error;
    }
  }
}

/**
 * What a flag may be made of, undefined below L3, for emergencies and for alerts that mark no account. It rests on what
 * this agency sees by itself: an alert that only peers' word raised marks nothing, or indicators would feed on
 * themselves and an agency count as independent that only repeats the others. What only a language model raised marks
 * nothing either: no text that it read may make the agency accuse anyone.
 */
function escalationOf({ decision, enrichment }: Supervised, { alert }: StoredAlert): Escalation | undefined {
  const byCode = decision.advice?.dispositionByCode ?? decision.disposition;
  const alone = decision.counterfactual?.dispositionAlone ?? byCode;
  if (decision.emergency || severity(alone) < severity('ESCALATE_L3')) return undefined;
  const accounts = enrichment?.marked ?? [];
  if (accounts.length === 0) return undefined;
  const { alertId, asOfMs, ordinal, typologies } = decision;
  const window = alert.transactions;
  const firstSeenMs = window === null ? alert.raisedAtMs : Date.parse(window.windowStart);
  return { alertId, ordinal, asOfMs, accounts, typologies, firstSeenMs, lastSeenMs: alert.raisedAtMs };
}
