import * as z from 'zod';
import { type Decision, DISPOSITIONS, RISK_BANDS, RISK_COMPONENTS } from '../../../proto/domain/decision.ts';
import { ADVICE, adviceView } from './advice-view.ts';

const SHARE = z.number().min(0).max(1);
const SCORE = z.number().min(0).max(100);
const EVIDENCE_IDS = z.array(z.string());

/** A decision with all its reasons. */
export const DECISION = z.strictObject({
  alert_id: z.string(),
  ordinal: z.int().min(1).describe('1 for the first; a re-opened alert gets another'),
  as_of: z.iso.datetime().describe('nothing known later was used'),
  decided_at: z.iso.datetime(),
  disposition: z.enum(DISPOSITIONS),
  risk_score: SCORE,
  risk_band: z.enum(RISK_BANDS),
  confidence: SHARE,
  human_review: z.boolean(),
  reviewer: z.string(),
  reasons: z.array(z.string()),
  components: z.record(z.enum(RISK_COMPONENTS), z.number()),
  contributions: z.array(
    z.strictObject({
      component: z.enum(RISK_COMPONENTS),
      feature: z.string(),
      points: z.number(),
      evidence_ids: EVIDENCE_IDS,
      from_peers: z.boolean(),
    }),
  ),
  evidence: z.array(
    z.strictObject({
      evidence_id: z.string(),
      kind: z.string(),
      summary: z.string(),
      source: z.string(),
      from_peers: z.boolean(),
    }),
  ),
  narrative: z.array(z.strictObject({ text: z.string(), evidence_ids: EVIDENCE_IDS })),
  data_quality: z.strictObject({
    completeness: SHARE,
    freshness: SHARE,
    reliability: SHARE,
    warnings: z.array(z.string()).optional().describe('codes of outside sources that failed'),
  }),
  typologies: z.array(z.string()),
  counterfactual: z
    .strictObject({
      risk_score_alone: SCORE,
      disposition_alone: z.enum(DISPOSITIONS),
      cost: z.record(z.string(), z.number()).describe('privacy loss and queries spent, by kind'),
    })
    .nullable()
    .describe('the same call without what peers contributed'),
  reopened_by: z.string().nullable(),
  versions: z.record(z.string(), z.string()),
  emergency: z.boolean(),
  advice: ADVICE.optional(),
});

/** A decision in the names of the interface. */
export function decisionView(decision: Decision): z.input<typeof DECISION> {
  return {
    alert_id: decision.alertId,
    ordinal: decision.ordinal,
    as_of: new Date(decision.asOfMs).toISOString(),
    decided_at: new Date(decision.decidedAtMs).toISOString(),
    disposition: decision.disposition,
    risk_score: decision.riskScore,
    risk_band: decision.riskBand,
    confidence: decision.confidence,
    human_review: decision.humanReview,
    reviewer: decision.reviewer,
    reasons: [...decision.reasons],
    components: { ...decision.components },
    contributions: decision.contributions.map(({ evidenceIds, fromPeers, ...contribution }) => ({
      ...contribution,
      evidence_ids: [...evidenceIds],
      from_peers: fromPeers,
    })),
    evidence: decision.evidence.map(({ evidenceId, fromPeers, ...evidence }) => ({
      ...evidence,
      evidence_id: evidenceId,
      from_peers: fromPeers,
    })),
    narrative: decision.narrative.map(({ text, evidenceIds }) => ({ text, evidence_ids: [...evidenceIds] })),
    data_quality: dataQualityView(decision.dataQuality),
    typologies: [...decision.typologies],
    counterfactual: counterfactualView(decision.counterfactual),
    reopened_by: decision.reopenedBy,
    versions: { ...decision.versions },
    emergency: decision.emergency,
    ...(decision.advice && { advice: adviceView(decision.advice) }),
  };
}

function dataQualityView({ warnings, ...shares }: Decision['dataQuality']): z.input<typeof DECISION>['data_quality'] {
  return { ...shares, ...(warnings && { warnings: [...warnings] }) };
}

function counterfactualView(counterfactual: Decision['counterfactual']): z.input<typeof DECISION>['counterfactual'] {
  if (counterfactual === null) return null;
  return {
    risk_score_alone: counterfactual.riskScoreAlone,
    disposition_alone: counterfactual.dispositionAlone,
    cost: { ...counterfactual.cost },
  };
}
