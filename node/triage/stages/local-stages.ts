import type { Disposition } from '../../../proto/domain/decision.ts';
import type { AskDeps } from '../enrichment/ask-peers.ts';
import type { Enrichment } from '../enrichment/enrichment.ts';
import { gaveAnything } from '../enrichment/peer-facts.ts';
import { localScorer } from '../models/local-scorer.ts';
import type { Scorers } from '../models/scorers.ts';
import { buildContext } from './context.ts';
import { decide, type DecisionOutcome, type DecisionSettings } from './decide.ts';
import { enrich, type EnrichDeps } from './enrich.ts';
import { assessRisk } from './risk.ts';
import type { RiskPair, Stages } from './stages.ts';

export type LocalStagesDeps = Omit<EnrichDeps, 'asking' | 'scorers'> & {
  readonly scorers: Scorers;
  /** Absent where the node asks peers nothing. */
  readonly asking?: Omit<AskDeps, 'dispositionOf'>;
};

/** The stages with the local driver: nothing leaves the process but what enrichment asks of its ports. */
export function localStages(settings: DecisionSettings, deps: LocalStagesDeps): Stages {
  const risk = (enrichment: Enrichment): RiskPair => {
    // The one that enrichment took: another may have come into force since.
    const artefact = deps.scorers.named(enrichment.versions['scorer'] ?? '');
    const scoring = { scorer: localScorer(artefact), weights: artefact.weights };
    return {
      joint: assessRisk(scoring, enrichment, { withPeers: true }),
      alone: gaveAnything(enrichment.peers) ? assessRisk(scoring, enrichment, { withPeers: false }) : null,
    };
  };
  const outcome = (enrichment: Enrichment, { alone, joint }: RiskPair): DecisionOutcome =>
    decide(settings, enrichment, joint, alone);
  const dispositionOf = (enrichment: Enrichment): Disposition => outcome(enrichment, risk(enrichment)).disposition;
  const { asking, ...rest } = deps;
  const enriching: EnrichDeps = asking === undefined ? rest : { ...rest, asking: { ...asking, dispositionOf } };
  return {
    enrich: (input, signal) => enrich(enriching, input, signal),
    risk,
    context: (enrichment, assessment) => buildContext(enrichment, assessment),
    decide: outcome,
  };
}
