import { LIMITS } from '../../../config/settings/limits.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { Decision } from '../../../proto/domain/decision.ts';
import { type ForeignText, tamed } from './untrusted-text.ts';

/** What advice is asked about: an alert, and the decision that the code has made of it. */
export type AdviceRequest = { readonly alert: Alert; readonly decision: Decision };

/**
 * The message about one alert: a JSON object between two lines with a mark that nobody could know when they wrote their
 * texts. It holds evidence, what the score rests on, and the texts of others, each as a string of its own. It holds no
 * ids of alert, customer, account or transfer, nor what the code decided.
 * @param mark random, per call
 */
export function questionText({ alert, decision }: AdviceRequest, texts: readonly ForeignText[], mark: string): string {
  const data = {
    alert: { type: alert.alertType, priority: alert.priority, customer: alert.customer.entityType },
    risk: { score: rounded(decision.riskScore), components: componentsOf(decision) },
    data_quality: decision.dataQuality,
    evidence: decision.evidence
      .slice(0, LIMITS.adviserEvidence)
      .map(({ evidenceId, fromPeers, kind, source, summary }) => ({
        id: evidenceId,
        kind,
        source: tamed(source, LIMITS.adviserSummaryCharacters),
        from_peers: fromPeers,
        summary: tamed(summary, LIMITS.adviserSummaryCharacters),
      })),
    contributions: decision.contributions
      .filter(({ points }) => Math.abs(points) >= LEAST_POINTS)
      .map(({ component, evidenceIds, feature, points }) => ({
        component,
        feature,
        points: rounded(points),
        evidence_ids: evidenceIds,
      })),
    narrative_of_code: decision.narrative.map(({ text, evidenceIds }) => ({ text, evidence_ids: evidenceIds })),
    foreign_texts: shownTexts(texts),
  };
  return `BEGIN ${mark}\n${JSON.stringify(data)}\nEND ${mark}`;
}

/** The texts of the alert, as many as have room; those of others stand in the evidence. */
function shownTexts(texts: readonly ForeignText[]): readonly { readonly field: string; readonly text: string }[] {
  let room: number = LIMITS.adviserTextsCharacters;
  return texts.flatMap(({ field, source, text }) => {
    if (source !== 'alert' || room === 0) return [];
    const shown = tamed(text, Math.min(room, LIMITS.adviserTextCharacters));
    room -= shown.length;
    return [{ field, text: shown }];
  });
}

/** Contributions below this are noise to a reader. Chosen. */
const LEAST_POINTS = 0.5;

function componentsOf({ components }: Decision): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(components).map(([name, points]) => [name, rounded(points)]));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
