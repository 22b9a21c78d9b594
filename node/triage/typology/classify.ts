import type { TypologyHit } from '../detectors/detect.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import { accountFeatures } from '../features/account-features.ts';
import { type FeatureValues, typologyFeature } from '../features/feature-table.ts';
import { probability, scoreHead } from '../models/linear-head.ts';
import type { ClassifierArtefact } from './classifier-artefact.ts';

/** Why a typology fits: a feature and the log-odds that it adds. */
export type TypologyReason = { readonly feature: string; readonly contribution: number };

/** How well a typology fits an alert, given that there is something to it. */
export type TypologyFit = {
  readonly typology: string;
  /** 0 to 1; those of all typologies add up to 1. */
  readonly probability: number;
  /** What speaks most for it and against it, strongest first. */
  readonly reasons: readonly TypologyReason[];
  /** Transfers that the detector found; empty where it found none. */
  readonly edgeIds: readonly string[];
};

/** Reasons that are given of each typology. */
const SHOWN_REASONS = 5;

/** What the classifier looks at: the account's own transfers, and how strongly each detector hit. */
export function classifierValues({ subject }: Neighbourhood, hits: readonly TypologyHit[]): FeatureValues {
  return {
    ...accountFeatures(subject),
    ...Object.fromEntries(hits.map(({ strength, typology }) => [typologyFeature(typology), strength])),
  };
}

/**
 * Says which typologies fit, best first. Those that the artefact was trained on by their heads, others by their
 * detector's hit alone. Pure: equal values, equal bytes.
 */
export function classifyTypology(
  artefact: ClassifierArtefact,
  values: FeatureValues,
  hits: readonly TypologyHit[],
): readonly TypologyFit[] {
  const byTypology = new Map(hits.map((hit) => [hit.typology, hit]));
  const trained = Object.entries(artefact.trained).map(([typology, head]) => {
    const { logOdds, parts } = scoreHead(head, values);
    const reasons = parts.map(({ feature, logOdds: contribution }) => ({ feature, contribution }));
    return { typology, chance: probability(logOdds), reasons };
  });
  const { intercept, perStrength } = artefact.ruled;
  const ruled = hits.flatMap(({ strength, typology }) => {
    if (artefact.trained[typology] !== undefined) return [];
    const contribution = perStrength * strength;
    const reasons = [{ feature: typologyFeature(typology), contribution }];
    return [{ typology, chance: probability(intercept + contribution), reasons }];
  });
  const all = [...trained, ...ruled];
  const sum = all.reduce((total, { chance }) => total + chance, 0);
  return all
    .map(({ chance, reasons, typology }): TypologyFit => ({
      typology,
      probability: sum === 0 ? 0 : chance / sum,
      reasons: strongest(reasons),
      edgeIds: byTypology.get(typology)?.edgeIds ?? [],
    }))
    .sort((one, other) => other.probability - one.probability || (one.typology < other.typology ? -1 : 1));
}

function strongest(reasons: readonly TypologyReason[]): readonly TypologyReason[] {
  return reasons
    .filter(({ contribution }) => contribution !== 0)
    .sort((one, other) => Math.abs(other.contribution) - Math.abs(one.contribution))
    .slice(0, SHOWN_REASONS);
}
