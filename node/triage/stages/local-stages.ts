import { gaveAnything } from '../enrichment/peer-facts.ts';
import { localScorer } from '../models/local-scorer.ts';
import { buildContext } from './context.ts';
import { decide, type DecisionSettings } from './decide.ts';
import { enrich, type EnrichDeps } from './enrich.ts';
import { assessRisk } from './risk.ts';
import type { Stages } from './stages.ts';

/** The stages with the local driver: nothing leaves the process but what enrichment asks of its ports. */
export function localStages(settings: DecisionSettings, deps: EnrichDeps): Stages {
  const risk = { scorer: localScorer(deps.scorer), weights: deps.scorer.weights };
  return {
    enrich: (input, signal) => enrich(deps, input, signal),
    risk: (enrichment) => ({
      joint: assessRisk(risk, enrichment, { withPeers: true }),
      alone: gaveAnything(enrichment.peers) ? assessRisk(risk, enrichment, { withPeers: false }) : null,
    }),
    context: (enrichment, assessment) => buildContext(enrichment, assessment),
    decide: (enrichment, { joint, alone }) => decide(settings, enrichment, joint, alone),
  };
}
