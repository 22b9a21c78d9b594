import { FEATURES, type FeatureValues, type ScoredComponent } from '../features/feature-table.ts';
import type { ModelScore, ScoredPart, Scorer } from './driver.ts';
import { type LinearScore, probability, scoreHead } from './linear-head.ts';
import { apportion, pointsOf } from './points.ts';
import type { ScorerArtefact } from './scorer-artefact.ts';

const COMPONENT_OF: ReadonlyMap<string, ScoredComponent> = new Map(
  FEATURES.map(({ name, component }) => [name, component]),
);
const SCORED = ['transaction', 'network'] as const satisfies readonly ScoredComponent[];

/**
 * The `local` driver: a logistic model. The weighted sum of its two sub-scores is the artefact's scale at the model's
 * log-odds, so that alerts rank by probability; each sub-score shows how much of it comes from which features.
 */
export function localScorer(artefact: ScorerArtefact): Scorer {
  return {
    version: `${artefact.name}/${artefact.version}`,
    score: (values): ModelScore => {
      const score = scoreHead(artefact.subject, values);
      return {
        probability: probability(score.logOdds),
        parts: partsOf(artefact, score),
        beyondTraining: beyond(values, artefact.largest),
      };
    },
  };
}

function partsOf({ scale, subject, weights }: ScorerArtefact, { logOdds, parts }: LinearScore): readonly ScoredPart[] {
  const weight = weights.TRANSACTION;
  const start = pointsOf(scale.knots, subject.intercept) / (weight.transaction + weight.network);
  const alone = { transaction: start, network: start };
  const scored: ScoredPart[] = SCORED.map((component) => ({ component, feature: 'average_alert', points: start }));
  for (const { feature, logOdds: part } of parts) {
    const component = COMPONENT_OF.get(feature);
    if (component === undefined || part === 0) continue;
    const points = (part * scale.perLogOdds) / weight[component];
    alone[component] += points;
    scored.push({ component, feature, points });
  }
  const split = apportion(alone, weight, pointsOf(scale.knots, logOdds));
  for (const component of SCORED) {
    const points = split[component] - alone[component];
    if (points !== 0) scored.push({ component, feature: 'scale', points });
  }
  return scored;
}

/** A value counts as beyond when it is half as large again as any in training: rounding and growth are not news. */
const BEYOND = 1.5;

function beyond(values: FeatureValues, largest: ScorerArtefact['largest']): readonly string[] {
  return Object.entries(largest).flatMap(([name, most]) => ((values[name] ?? 0) > BEYOND * most ? [name] : []));
}
