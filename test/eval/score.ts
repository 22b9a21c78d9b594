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
  readonly autoClearRate: number;
  readonly missRate: number;
  /** Wilson's interval of the miss rate, 95 %. */
  readonly missInterval: readonly [number, number];
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
    autoClearRate: cleared.length / Math.max(1, rows.length),
    missRate: missed / Math.max(1, positives.length),
    missInterval: wilson(missed, positives.length),
  };
}

/** Wilson's score interval. Source: Wilson, JASA 22 (1927), 209–212. */
function wilson(hits: number, n: number): readonly [number, number] {
  if (n === 0) return [0, 1];
  const z = 1.959964;
  const share = hits / n;
  const scale = 1 + (z * z) / n;
  const centre = share + (z * z) / (2 * n);
  const half = z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
