import type { EntityType } from '../../proto/domain/alert.ts';
import { alignNames, type Alignment, type Similarity } from './align.ts';
import { type NamePart, type ParsedName, parseName, type WordRole } from './parsed-name.ts';
import { readingsOf } from './readings.ts';
import { SCORING_WEIGHTS, type ScoringWeights } from './weights.ts';
import { wordSimilarity } from './word-similarity.ts';

/** What one consideration adds to a score, or takes from it; those of one score add up to it. */
export type ScoreFeature = { readonly name: string; readonly contribution: number };
export type NameScore = { readonly score: number; readonly features: readonly ScoreFeature[] };

/**
 * Says how alike two names are, 0 to 1, and why.
 * @param entityType decides how the names are read; null where it is not known
 */
export function compareNames(one: string, other: string, entityType: EntityType | null): NameScore {
  const entries = [other, ...readingsOf(other)].map((reading) => parseName(reading, entityType));
  const scores = [one, ...readingsOf(one)].flatMap((reading) => {
    const query = parseName(reading, entityType);
    return entries.map((entry) => compareParsed(query, entry));
  });
  return scores.reduce((best, score) => (score.score > best.score ? score : best));
}

/** As compareNames, of names that are taken apart already; `similarity` may remember what it has seen. */
export function compareParsed(
  query: ParsedName,
  entry: ParsedName,
  weights: ScoringWeights = SCORING_WEIGHTS,
  similarity: Similarity = (one, other) => wordSimilarity(one, other, weights),
): NameScore {
  const isPerson = query.isPerson && entry.isPerson;
  const alignment = alignNames(query.parts, entry.parts, isPerson, weights, similarity);
  const weighed = weigh(query, entry, alignment, weights);
  const { similarity: score } = weighed;
  const features = new Features({ score, features: [{ name: 'name', contribution: score }] });
  features.times('conflicting_parts', 1 / (1 + (weights.conflict * weighed.conflict) / Math.sqrt(weighed.matched)));
  features.times('extra_parts', extraFactor(weighed, isPerson, weights));
  if (!isPerson) {
    features.times('number', 1 - numberPenalty(query.numbers, entry.numbers, weights));
    features.times('organisation_form', formsAgree(query, entry) ? 1 : 1 - weights.formClassMismatch);
  }
  return features.result();
}

/** Collects what each step changes. */
export class Features {
  #score: number;
  readonly #features: ScoreFeature[];

  constructor({ score, features }: NameScore) {
    this.#score = score;
    this.#features = [...features];
  }

  times(name: string, factor: number): void {
    this.to(name, this.#score * factor);
  }

  to(name: string, score: number): void {
    if (score !== this.#score) this.#features.push({ name, contribution: score - this.#score });
    this.#score = score;
  }

  get score(): number {
    return this.#score;
  }

  result(): NameScore {
    return { score: this.#score, features: this.#features };
  }
}

type Weighed = {
  /** Mean similarity of what was paired, by weight; 0 when nothing that says anything was paired. */
  readonly similarity: number;
  /** Weight of what was paired. */
  readonly matched: number;
  /** Ordinary words among it. */
  readonly words: number;
  /** Weight of what both names have and the other lacks: a different name rather than a shorter one. */
  readonly conflict: number;
  readonly extraInQuery: number;
  readonly extraInEntry: number;
};

function weigh(query: ParsedName, entry: ParsedName, alignment: Alignment, weights: ScoringWeights): Weighed {
  const weightOf = (parts: readonly NamePart[], places: readonly number[]): number =>
    places.reduce((sum, place) => sum + roleWeight(parts[place]?.role ?? 'word', weights), 0);
  let [matched, similar, words] = [0, 0, 0];
  for (const pair of alignment.pairs) {
    const weight = (weightOf(query.parts, pair.query) + weightOf(entry.parts, pair.entry)) / 2;
    matched += weight;
    similar += weight * pair.similarity;
    if (weight >= weights.genericWord) words += Math.max(pair.query.length, pair.entry.length);
  }
  const [restOfQuery, restOfEntry] = [
    weightOf(query.parts, alignment.queryRest),
    weightOf(entry.parts, alignment.entryRest),
  ];
  const conflict = Math.min(restOfQuery, restOfEntry);
  return {
    similarity: words === 0 ? 0 : similar / matched,
    matched: Math.max(matched, Number.EPSILON),
    words,
    conflict,
    extraInQuery: restOfQuery - conflict,
    extraInEntry: restOfEntry - conflict,
  };
}

/** Parts that only one name has: a fuller way to write it, but little is left to go by where one word alone agrees. */
function extraFactor(weighed: Weighed, isPerson: boolean, weights: ScoringWeights): number {
  const single = weighed.words < 2 && isPerson ? weights.singleWordExtra : 0;
  const scale = isPerson ? 0 : weights.organisationExtra;
  const extra =
    Math.max(weights.extraInQuery, single, scale) * weighed.extraInQuery +
    Math.max(weights.extraInEntry, single, scale) * weighed.extraInEntry;
  return weighed.matched / (weighed.matched + extra);
}

function roleWeight(role: WordRole, weights: ScoringWeights): number {
  switch (role) {
    case 'word':
      return 1;
    case 'family':
      return weights.familyName;
    case 'particle':
      return weights.particle;
    case 'title':
      return weights.title;
    case 'generic':
      return weights.genericWord;
    case 'initial':
      return weights.initialWord;
  }
}

function numberPenalty(one: readonly number[], other: readonly number[], weights: ScoringWeights): number {
  if (one.length === other.length && one.every((number, place) => number === other[place])) return 0;
  return one.length === 0 || other.length === 0 ? weights.numberMissing : weights.numberMismatch;
}

/** Only where both name their form can the forms disagree. */
function formsAgree(one: ParsedName, other: ParsedName): boolean {
  if (one.forms.length === 0 || other.forms.length === 0) return true;
  return one.forms.some((form) => other.forms.includes(form));
}
