import {
  type Counterfactual,
  type Disposition,
  DISPOSITIONS,
  RISK_BANDS,
  type RiskBand,
} from '../../../proto/domain/decision.ts';
import { overallQuality } from '../enrichment/data-quality.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import type { RiskAssessment } from './risk.ts';
import { type Raise, raises } from './raises.ts';
import { reviewerFor } from './reviewer.ts';

/** Thresholds of the reference guide, under its names in settings. */
export type DecisionSettings = {
  readonly riskHigh: number;
  readonly riskSevere: number;
  /** Confidence below which a cleared alert goes to a person. */
  readonly autoClearConfidence: number;
  /** Confidence below which any alert goes to a person. */
  readonly escalateL2Confidence: number;
};

export type DecisionOutcome = {
  readonly disposition: Disposition;
  readonly riskBand: RiskBand;
  readonly confidence: number;
  readonly humanReview: boolean;
  readonly reviewer: string;
  /** Codes of REASONS, the matrix's own first. */
  readonly reasons: readonly string[];
  /** null where peers gave nothing. */
  readonly counterfactual: Counterfactual | null;
};

/** Below this a score is LOW. Not a setting of the guide: its matrix names it. Source: notes of the reference pipeline. */
const RISK_MEDIUM = 31;
const COMPLETE_ENOUGH_TO_CLEAR = 0.8;
const QUALITY_SHARE = 0.4;
const RISK_SHARE = 0.6;

/** Band of a score; the bands are the thresholds, so both read one table. */
export function riskBand(riskScore: number, { riskHigh, riskSevere }: DecisionSettings): RiskBand {
  if (riskScore >= riskSevere) return RISK_BANDS[3];
  if (riskScore >= riskHigh) return RISK_BANDS[2];
  return riskScore >= RISK_MEDIUM ? RISK_BANDS[1] : RISK_BANDS[0];
}

/** The matrix: the only thing that sets a disposition. */
export function matrix(riskScore: number, completeness: number, settings: DecisionSettings): Disposition {
  switch (riskBand(riskScore, settings)) {
    case 'SEVERE':
      return 'ESCALATE_SAR';
    case 'HIGH':
      return 'ESCALATE_L3';
    case 'MEDIUM':
      return 'ESCALATE_L2';
    case 'LOW':
      return completeness >= COMPLETE_ENOUGH_TO_CLEAR ? 'AUTO_CLEAR' : 'ESCALATE_L2';
  }
}

/**
 * Decides an alert from its assessment with and, where they gave something, without what peers gave. Pure. The matrix sets, rules may raise. What
 * peers gave may raise to L2 or L3, is never the only ground for a report or a block, and never clears.
 */
export function decide(
  settings: DecisionSettings,
  enrichment: Enrichment,
  risk: RiskAssessment,
  riskAlone: RiskAssessment | null,
): DecisionOutcome {
  const joint = judge(settings, enrichment, risk, raises(enrichment, risk, { withPeers: riskAlone !== null }));
  const alone =
    riskAlone === null
      ? joint
      : judge(settings, enrichment, riskAlone, raises(enrichment, riskAlone, { withPeers: false }));
  const { disposition, reasons } = withinPeersReach(joint, alone);
  const confidence = QUALITY_SHARE * overallQuality(enrichment.dataQuality) + RISK_SHARE * risk.riskConfidence;
  const humanReview = needsPerson(disposition, confidence, settings) || joint.raised.some(({ review }) => review);
  return {
    disposition,
    riskBand: riskBand(risk.riskScore, settings),
    confidence,
    humanReview,
    reviewer: reviewerFor(disposition, humanReview),
    reasons,
    counterfactual:
      riskAlone === null
        ? null
        : { riskScoreAlone: riskAlone.riskScore, dispositionAlone: alone.disposition, cost: enrichment.peers.cost },
  };
}

type Judged = {
  readonly disposition: Disposition;
  readonly reasons: readonly string[];
  readonly raised: readonly Raise[];
};

function judge(
  settings: DecisionSettings,
  { dataQuality: { completeness } }: Enrichment,
  { riskScore }: RiskAssessment,
  raised: readonly Raise[],
): Judged {
  const set = matrix(riskScore, completeness, settings);
  const disposition = raised.reduce((gravest, { atLeast }) => graver(gravest, atLeast), set);
  const reasons = [`RISK_${riskBand(riskScore, settings)}`, ...raised.map(({ reason }) => reason)];
  return { disposition, reasons, raised };
}

/** Holds the joint disposition between the one without peers and L3. */
function withinPeersReach(joint: Judged, alone: Judged): Pick<Judged, 'disposition' | 'reasons'> {
  const ceiling = graver(alone.disposition, 'ESCALATE_L3');
  if (severity(joint.disposition) > severity(ceiling))
    return { disposition: ceiling, reasons: [...joint.reasons, 'PEERS_ALONE_DO_NOT_REPORT'] };
  if (severity(joint.disposition) < severity(alone.disposition))
    return { disposition: alone.disposition, reasons: [...joint.reasons, 'PEERS_DO_NOT_CLEAR'] };
  return joint;
}

function needsPerson(disposition: Disposition, confidence: number, settings: DecisionSettings): boolean {
  if (severity(disposition) >= severity('ESCALATE_L3') || confidence < settings.escalateL2Confidence) return true;
  return disposition === 'AUTO_CLEAR' && confidence < settings.autoClearConfidence;
}

/** Place in the order BLOCK > SAR > L3 > L2 > AUTO_CLEAR. */
export function severity(disposition: Disposition): number {
  return DISPOSITIONS.indexOf(disposition);
}

function graver(one: Disposition, other: Disposition): Disposition {
  return severity(other) > severity(one) ? other : one;
}
