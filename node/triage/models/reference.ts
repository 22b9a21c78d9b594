import reference from './reference-scorer.json' with { type: 'json' };
import { parseScorerArtefact, type ScorerArtefact } from './scorer-artefact.ts';

/** The scorer that the project ships, for a new agency: trained on synthetic data, see its `training`. */
export function referenceScorer(): ScorerArtefact {
  return parseScorerArtefact(reference);
}
