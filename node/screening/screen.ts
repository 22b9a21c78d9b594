import { LIMITS } from '../../config/settings/limits.ts';
import { type Agreement, compareBirth, compareCountry, compareType } from './attributes.ts';
import { findCandidates } from './candidates.ts';
import { compareParsed, Features, type NameScore } from './compare-names.ts';
import { parseName } from './parsed-name.ts';
import type { ScreeningHit, ScreeningOptions, ScreeningQuery } from './query.ts';
import type { IndexedName, ScreeningIndex } from './screening-index.ts';
import type { Word } from './tokens.ts';
import { SCORING_WEIGHTS } from './weights.ts';
import { wordSimilarity } from './word-similarity.ts';

type Changes = Readonly<Record<Agreement, number>>;

/**
 * Highest score that a name can reach by itself: people share names, so without a second attribute that agrees no hit
 * is certain.
 */
const NAME_ONLY_CAP = 0.9;
/** What agreeing adds, as a share of what is missing to 1, and what differing takes, as a share of the score. Chosen. */
const NO_CHANGE = { same: 0, near: 0, close: 0, unknown: 0, differs: 0, contradicts: 0 } as const;
const BIRTH: Changes = { ...NO_CHANGE, same: 0.6, near: 0.3, differs: -0.12, contradicts: -0.28 };
const COUNTRY: Changes = { ...NO_CHANGE, same: 0.2, differs: -0.06 };
const TYPE: Changes = { ...NO_CHANGE, contradicts: -0.5 };

/**
 * Finds the entries that may be meant by a query: at most `limit`, best first, none under the threshold. Of a query's
 * names the first LIMITS.screeningQueryNames are looked for.
 */
export function screen(
  index: ScreeningIndex,
  query: ScreeningQuery,
  options: ScreeningOptions,
): readonly ScreeningHit[] {
  const similarity = remembering((one: Word, other: Word) => wordSimilarity(one, other, SCORING_WEIGHTS));
  const best = new Map<string, ScreeningHit>();
  const names = [...new Set([query.name, ...query.aliases])].slice(0, LIMITS.screeningQueryNames);
  for (const queryName of names) {
    const parsed = parseName(queryName, query.entityType);
    for (const number of findCandidates(index, parsed, similarity)) {
      const name = index.names[number];
      if (name === undefined) continue;
      const { score, features } = judge(query, name, compareParsed(parsed, name.parsed, SCORING_WEIGHTS, similarity));
      if (score < options.threshold) continue;
      const key = `${name.entry.listName}/${name.entry.listVersion}/${name.entry.entryId}`;
      if (score <= (best.get(key)?.score ?? 0)) continue;
      best.set(key, { entry: name.entry, score, features, matchedName: name.text, queryName });
    }
  }
  const hits = [...best.values()].sort((one, other) => other.score - one.score);
  return hits.slice(0, options.limit);
}

/** Adds what the other attributes say to the score of the names. */
function judge(query: ScreeningQuery, { entry }: IndexedName, names: NameScore): NameScore {
  const features = new Features(names);
  const agreements = [
    ['date_of_birth', BIRTH[compareBirth(query.dateOfBirth, entry.datesOfBirth)]],
    ['country', COUNTRY[compareCountry(query.country, entry.countries)]],
    ['entity_type', TYPE[compareType(query, entry)]],
  ] as const;
  features.to('name_only_cap', Math.min(features.score, NAME_ONLY_CAP));
  for (const [name, change] of agreements) {
    features.to(name, change > 0 ? features.score + change * (1 - features.score) : features.score * (1 + change));
  }
  return features.result();
}

/** The same two words are compared for many names of one query. */
function remembering(similarity: (one: Word, other: Word) => number): (one: Word, other: Word) => number {
  const known = new Map<string, Map<string, number>>();
  return (one, other) => {
    let row = known.get(one.identity);
    if (row === undefined) known.set(one.identity, (row = new Map<string, number>()));
    const score = row.get(other.identity);
    if (score !== undefined) return score;
    const fresh = similarity(one, other);
    row.set(other.identity, fresh);
    return fresh;
  };
}
