import { type Share, wilson } from '../../node/triage/learning/wilson.ts';
import { averagePrecision, recallAt, type Scored } from '../../node/triage/learning/measures.ts';
import { isFound } from '../tools/federation/decisions.ts';
import type { Truth } from '../demo/truth.ts';

/** A line of decisions.jsonl (DESIGN, section 10). */
export type DecisionLine = {
  readonly agency: string;
  readonly alert_id: string;
  readonly disposition: string;
  readonly risk_score: number;
  readonly confidence: number;
};

/** A decision beside its truth. */
export type ScoredDecision = Scored & {
  /** `<agency>/<alert id>`. */
  readonly key: string;
  readonly agency: string;
  readonly alertType: string;
  readonly half: string;
  readonly disposition: string;
  /** Alerts of one customer stand or fall together. */
  readonly group: string;
};

/** What tools/score.py measures, for one cut of the alerts. */
export type Measures = {
  readonly alerts: number;
  readonly positives: number;
  readonly averagePrecision: number;
  readonly recallAt1Percent: number;
  readonly recallAt5Percent: number;
  /** Positives escalated to L3 or above, and others that were. */
  readonly found: number;
  readonly wronglyRaised: number;
  /** Cleared, of all and of the true ones, with 95 % intervals. */
  readonly autoClear: Share;
  readonly missed: Share;
};

/** @throws on a decision about an alert that the truth does not know, or a second one about the same */
export function scored(
  lines: readonly DecisionLine[],
  truth: Truth,
  customerOf: ReadonlyMap<string, string>,
): readonly ScoredDecision[] {
  const seen = new Set<string>();
  return lines.map(({ agency, alert_id: alertId, disposition, risk_score: score }) => {
    const key = `${agency}/${alertId}`;
    const known = truth.alerts.get(key);
    if (known === undefined || seen.has(key)) throw new Error(`${key}: unknown alert or second decision`);
    seen.add(key);
    const { alertType, half, isTrue: positive } = known;
    return {
      key,
      agency,
      score,
      positive,
      alertType,
      half,
      disposition,
      group: `${agency}/${customerOf.get(key) ?? alertId}`,
    };
  });
}

export function measure(rows: readonly ScoredDecision[]): Measures {
  const positives = rows.filter(({ positive }) => positive);
  const cleared = rows.filter(({ disposition }) => disposition === 'AUTO_CLEAR');
  const missed = cleared.filter(({ positive }) => positive).length;
  return {
    alerts: rows.length,
    positives: positives.length,
    averagePrecision: averagePrecision(rows),
    recallAt1Percent: recallAt(rows, 0.01),
    recallAt5Percent: recallAt(rows, 0.05),
    found: positives.filter(({ disposition }) => isFound(disposition)).length,
    wronglyRaised: rows.filter(({ disposition, positive }) => !positive && isFound(disposition)).length,
    autoClear: wilson(cleared.length, rows.length),
    missed: wilson(missed, positives.length),
  };
}
