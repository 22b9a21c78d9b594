import { FEATURES, type FeatureValues, type ScoredComponent } from '../features/feature-table.ts';
import type { ModelScore, ScoredPart, Scorer } from './driver.ts';
import { probability, scoreHead } from './linear-head.ts';
import type { ScorerArtefact } from './scorer-artefact.ts';

const COMPONENT_OF: ReadonlyMap<string, ScoredComponent> = new Map(
  FEATURES.map(({ name, component }) => [name, component]),
);

/** The `local` driver: a logistic model whose log-odds are split over the two scored components, feature by feature. */
export function localScorer(artefact: ScorerArtefact): Scorer {
  const { scales, subject, largest } = artefact;
  const base = { transaction: scales.transaction.base, network: scales.network.base };
  return {
    version: `${artefact.name}/${artefact.version}`,
    score: (values): ModelScore => {
      const { logOdds, parts } = scoreHead(subject, values);
      return {
        probability: probability(logOdds),
        base,
        parts: parts.flatMap(({ feature, logOdds: part }): readonly ScoredPart[] => {
          const component = COMPONENT_OF.get(feature);
          if (component === undefined || part === 0) return [];
          return [{ component, feature, points: part * scales[component].perLogOdds }];
        }),
        beyondTraining: beyond(values, largest),
      };
    },
  };
}

/** A value counts as beyond when it is half as large again as any in training: rounding and growth are not news. */
const BEYOND = 1.5;

function beyond(values: FeatureValues, largest: ScorerArtefact['largest']): readonly string[] {
  return Object.entries(largest).flatMap(([name, most]) => ((values[name] ?? 0) > BEYOND * most ? [name] : []));
}
