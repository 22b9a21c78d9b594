import type { ScoreFeature } from './compare-names.ts';

/** What other attributes than the name say. */
const ATTRIBUTE_FEATURES: ReadonlySet<string> = new Set([
  'name_only_cap',
  'date_of_birth',
  'country',
  'entity_type',
  'identifier',
]);

/** Features that speak of the names. */
export function nameFeatures(features: readonly ScoreFeature[]): readonly ScoreFeature[] {
  return features.filter(({ name }) => !ATTRIBUTE_FEATURES.has(name));
}

/** Agreement of the names alone, 0 to 1, out of the features of a score. */
export function nameScoreOf(features: readonly ScoreFeature[]): number {
  const sum = nameFeatures(features).reduce((total, { contribution }) => total + contribution, 0);
  return Math.min(1, Math.max(0, sum));
}
