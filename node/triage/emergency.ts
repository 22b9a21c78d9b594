import type { Alert } from '../../proto/domain/alert.ts';
import type { Decision, Evidence } from '../../proto/domain/decision.ts';
import { EMERGENCY_REVIEWER } from './stages/reviewer.ts';
import type { PartialResults, StageName } from './stages/stages.ts';
import type { DecisionJob } from './store.ts';

type Failure = { readonly stage: StageName; readonly code: string; readonly decidedAtMs: number };

const NO_COMPONENTS = { customer: 0, geographic: 0, transaction: 0, adverse_media: 0, network: 0 } as const;

/**
 * The decision of an alert whose triage failed: to a person at once, as if it were the gravest, with whatever the stages
 * before the failure gave. Source: reference guide's emergency path.
 */
export function emergencyDecision(alert: Alert, job: DecisionJob, partial: PartialResults, failure: Failure): Decision {
  const failed: Evidence = {
    evidenceId: `failure:${failure.stage}`,
    kind: 'failure',
    summary: `the ${failure.stage} stage of a ${alert.alertType} alert failed: ${failure.code}`,
    source: 'triage',
    fromPeers: false,
  };
  const { enrichment, narrative = [], risk } = partial;
  const { completeness = 0, freshness = 0, reliability = 0, warnings } = enrichment?.dataQuality ?? {};
  const told = { text: 'Triage failed before its end; a person decides.', evidenceIds: [failed.evidenceId] };
  return {
    alertId: job.alertId,
    ordinal: job.ordinal,
    asOfMs: job.asOfMs,
    decidedAtMs: failure.decidedAtMs,
    disposition: 'ESCALATE_L3',
    riskScore: 100,
    riskBand: 'SEVERE',
    confidence: 0,
    humanReview: true,
    reviewer: EMERGENCY_REVIEWER,
    reasons: ['EMERGENCY', failure.code],
    components: risk?.joint.components ?? NO_COMPONENTS,
    contributions: risk?.joint.contributions ?? [],
    evidence: [failed, ...(enrichment?.evidence ?? [])],
    narrative: [told, ...narrative],
    dataQuality: { completeness, freshness, reliability, ...(warnings && { warnings }) },
    typologies: enrichment?.typologyHits.map(({ typology }) => typology) ?? [],
    counterfactual: null,
    reopenedBy: job.reopenedBy,
    versions: enrichment?.versions ?? {},
    emergency: true,
  };
}
