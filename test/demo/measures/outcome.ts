import { type DecidedAlert, isFound } from '../../tools/federation/decisions.ts';
import type { Truth } from '../truth.ts';

/** An alert's last decision three ways, beside what it truly was. */
export type Outcome = {
  readonly agencyId: string;
  readonly alertId: string;
  readonly isTrue: boolean;
  readonly patternIds: readonly string[];
  /** The same call without what peers gave. */
  readonly alone: string;
  readonly together: string;
  /** The same alert at a node that was fed every agency's view. */
  readonly pooled: string;
  readonly decided: DecidedAlert;
};

/** Joins decisions with the truth; alerts without a decision are not in it. */
export function outcomesOf(
  decided: readonly DecidedAlert[],
  pooled: ReadonlyMap<string, string>,
  truth: Truth,
): readonly Outcome[] {
  return decided.flatMap((alert) => {
    const last = alert.decisions.at(-1);
    const known = truth.alerts.get(`${alert.agencyId}/${alert.alertId}`);
    if (last === undefined || known === undefined) return [];
    return {
      agencyId: alert.agencyId,
      alertId: alert.alertId,
      isTrue: known.isTrue,
      patternIds: known.patternId.split(';').filter((id) => id !== ''),
      alone: last.counterfactual?.disposition_alone ?? last.disposition,
      together: last.disposition,
      pooled: pooled.get(alert.alertId) ?? '',
      decided: alert,
    };
  });
}

type Way = 'alone' | 'together' | 'pooled';

/** True alerts that were escalated to L3 or above. */
export function foundBy(outcomes: readonly Outcome[], way: Way): number {
  return outcomes.filter((outcome) => outcome.isTrue && isFound(outcome[way])).length;
}

/** The same on alerts that are not true. */
export function wronglyRaised(outcomes: readonly Outcome[], way: Way): number {
  return outcomes.filter((outcome) => !outcome.isTrue && isFound(outcome[way])).length;
}

/** True alerts that were cleared. */
export function wronglyCleared(outcomes: readonly Outcome[], way: Way): number {
  return outcomes.filter((outcome) => outcome.isTrue && outcome[way] === 'AUTO_CLEAR').length;
}
