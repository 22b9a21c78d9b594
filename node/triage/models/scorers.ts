import { modelId, type ScorerArtefact } from './scorer-artefact.ts';

/** Which scorer decides when. */
export type Scorers = {
  /** The one in force at a time: nothing learnt later decides as of before. */
  at(asOfMs: number): ScorerArtefact;
  /** The one of a name and version, as it stands in a decision that at() gave a scorer for. */
  named(id: string): ScorerArtefact;
};

/** One scorer, always. */
export function onlyScorer(artefact: ScorerArtefact): Scorers {
  return {
    at: () => artefact,
    named: (id) => {
      if (id !== modelId(artefact)) throw new Error(`decided with ${id}, of which nothing is known`);
      return artefact;
    },
  };
}
