import type { CitedSentence } from '../../../proto/domain/decision.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import type { DecisionOutcome } from './decide.ts';
import type { EnrichInput } from './enrich.ts';
import type { RiskAssessment } from './risk.ts';

/** The stages of the reference guide, in order; the supervisor is the fifth agent and runs them. */
export const STAGES = ['enrich', 'risk', 'context', 'decide'] as const;
export type StageName = (typeof STAGES)[number];

/** Score with what peers gave, and the same call without; null where they gave nothing, so that both are one. */
export type RiskPair = { readonly joint: RiskAssessment; readonly alone: RiskAssessment | null };

/** What the stages before a failure gave. */
export type PartialResults = {
  readonly enrichment?: Enrichment;
  readonly risk?: RiskPair;
  readonly narrative?: readonly CitedSentence[];
};

/** What the supervisor runs; each may wait, all but enrichment are pure. */
export type Stages = {
  enrich(input: EnrichInput, signal: AbortSignal): Promise<Enrichment>;
  risk(enrichment: Enrichment, signal: AbortSignal): RiskPair | Promise<RiskPair>;
  context(
    enrichment: Enrichment,
    risk: RiskAssessment,
    signal: AbortSignal,
  ): readonly CitedSentence[] | Promise<readonly CitedSentence[]>;
  decide(enrichment: Enrichment, risk: RiskPair, signal: AbortSignal): DecisionOutcome | Promise<DecisionOutcome>;
};
