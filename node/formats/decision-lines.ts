import type { Decision } from '../../proto/domain/decision.ts';
import type { AgencyId } from '../../proto/domain/ids.ts';

/** What the exported line takes of a decision. */
export type ExportedDecision = Pick<Decision, 'alertId' | 'disposition' | 'riskScore' | 'confidence'>;

/**
 * One line of `decisions export`, with its line end: {agency, alert_id, disposition, risk_score 0 to 100 unrounded,
 * confidence 0 to 1}. Equal decisions give equal bytes.
 */
export function decisionLine(agency: AgencyId, decision: ExportedDecision): string {
  const line = {
    agency,
    alert_id: decision.alertId,
    disposition: decision.disposition,
    risk_score: decision.riskScore,
    confidence: decision.confidence,
  };
  return `${JSON.stringify(line)}\n`;
}
