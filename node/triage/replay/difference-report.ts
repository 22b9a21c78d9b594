import { LIMITS } from '../../../config/settings/limits.ts';
import type { Decision, Disposition } from '../../../proto/domain/decision.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import { severity } from '../stages/decide.ts';

/** Alerts that would have gone from one disposition to another, and what they turned out to be where that is known. */
export type Move = {
  readonly from: Disposition;
  readonly to: Disposition;
  readonly alerts: number;
  readonly truePositives: number;
  readonly falsePositives: number;
};

/** One alert whose disposition would have been another. */
export type Change = {
  readonly alertId: string;
  readonly from: Disposition;
  readonly to: Disposition;
  readonly riskFrom: number;
  readonly riskTo: number;
  readonly outcome: Outcome | null;
};

/** What another way of deciding would have come to. */
export type DifferenceReport = {
  readonly alerts: number;
  /** Emergencies: what failed then says nothing of settings. */
  readonly leftOut: number;
  /** Of the alerts: those with another disposition, and those with another score or confidence. */
  readonly moved: number;
  readonly rescored: number;
  readonly moves: readonly Move[];
  /** The furthest moved first; at most LIMITS.replayChangesShown. */
  readonly changes: readonly Change[];
};

type Decided = Pick<Decision, 'disposition' | 'riskScore' | 'confidence'>;

/** Counts differences one alert after the other. */
export class DifferenceCount {
  #alerts = 0;
  #leftOut = 0;
  #rescored = 0;
  readonly #changes: Change[] = [];

  get seen(): number {
    return this.#alerts + this.#leftOut;
  }

  leaveOut(): void {
    this.#leftOut += 1;
  }

  add(first: Decision, again: Decided, outcome: Outcome | null): void {
    this.#alerts += 1;
    if (first.riskScore !== again.riskScore || first.confidence !== again.confidence) this.#rescored += 1;
    // What a language model raised is its own word, and nobody asks it again.
    const from = first.advice?.dispositionByCode ?? first.disposition;
    if (from === again.disposition) return;
    this.#changes.push({
      alertId: first.alertId,
      from,
      to: again.disposition,
      riskFrom: first.riskScore,
      riskTo: again.riskScore,
      outcome,
    });
  }

  report(): DifferenceReport {
    const moves = [...Map.groupBy(this.#changes, ({ from, to }) => `${from} ${to}`).values()].map(moveOf);
    const changes = this.#changes.toSorted((one, other) => distance(other) - distance(one) || byId(one, other));
    return {
      alerts: this.#alerts,
      leftOut: this.#leftOut,
      moved: this.#changes.length,
      rescored: this.#rescored,
      moves: moves.sort((one, other) => other.alerts - one.alerts),
      changes: changes.slice(0, LIMITS.replayChangesShown),
    };
  }
}

function moveOf(changes: readonly Change[]): Move {
  const [{ from, to }] = changes as readonly [Change];
  const count = (outcome: Outcome): number => changes.filter((change) => change.outcome === outcome).length;
  return {
    from,
    to,
    alerts: changes.length,
    truePositives: count('TRUE_POSITIVE'),
    falsePositives: count('FALSE_POSITIVE'),
  };
}

function distance({ from, to }: Change): number {
  return Math.abs(severity(to) - severity(from));
}

function byId(one: Change, other: Change): number {
  return one.alertId < other.alertId ? -1 : 1;
}
