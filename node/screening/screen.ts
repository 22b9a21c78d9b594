import { LIMITS } from '../../config/settings/limits.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import {
  type Agreement,
  compareBirth,
  compareCountries,
  compareIdentifiers,
  compareType,
  identifierKey,
} from './attributes.ts';
import { findCandidates } from './candidates.ts';
import { compareParsed, Features, type NameScore } from './compare-names.ts';
import { parseName } from './parsed-name.ts';
import type { ScreeningHit, ScreeningOptions, ScreeningQuery } from './query.ts';
import { readingsOf } from './readings.ts';
import { remembering } from './remembering.ts';
import type { IndexedName, ScreeningIndex } from './screening-index.ts';
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
const IDENTIFIER = 0.6;
/** Whoever shows a listed one's paper is of interest under any name. */
const IDENTIFIER_ALONE = 0.88;

/**
 * Finds the entries that may be meant by a query: at most `limit`, best first, none under the threshold. Of a query's
 * names the first LIMITS.screeningQueryNames are looked for.
 */
export function screen(
  index: ScreeningIndex,
  query: ScreeningQuery,
  options: ScreeningOptions,
): readonly ScreeningHit[] {
  const steps = screenSteps(index, query, options);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** As screen, one of the query's names a step: someone with many names takes a while, in which others want their turn. */
export function* screenSteps(
  index: ScreeningIndex,
  query: ScreeningQuery,
  options: ScreeningOptions,
): Generator<undefined, readonly ScreeningHit[]> {
  const similarity = remembering((one, other) => wordSimilarity(one, other, SCORING_WEIGHTS));
  const best = new Map<ListEntry, ScreeningHit>();
  const sameIdentifier = withIdentifier(index, query.identifiers);
  const names = [...new Set([query.name, ...query.aliases])].slice(0, LIMITS.screeningQueryNames);
  for (const queryName of names) {
    for (const reading of [queryName, ...readingsOf(queryName)]) {
      const parsed = parseName(reading, query.entityType);
      for (const number of new Set([...findCandidates(index, parsed), ...sameIdentifier])) {
        const name = index.names[number];
        if (name === undefined || options.accepts?.(name.entry) === false) continue;
        const { score, features } = judge(query, name, compareParsed(parsed, name.parsed, SCORING_WEIGHTS, similarity));
        if (score < options.threshold || score <= (best.get(name.entry)?.score ?? 0)) continue;
        const { entry, text: matchedName } = name;
        best.set(entry, {
          entry,
          score,
          features,
          matchedName,
          queryName,
          parsed: { query: parsed, entry: name.parsed },
        });
      }
    }
    yield;
  }
  const hits = [...best.values()].sort((one, other) => other.score - one.score);
  return hits.slice(0, options.limit);
}

/** Names of entries that hold an identifier of the query, whatever they are called. */
function withIdentifier(index: ScreeningIndex, identifiers: readonly string[]): ReadonlySet<number> {
  return new Set(identifiers.flatMap((identifier) => index.byIdentifier.get(identifierKey(identifier)) ?? []));
}

/** Adds what the other attributes say to the score of the names. */
function judge(query: ScreeningQuery, { entry }: IndexedName, names: NameScore): NameScore {
  const features = new Features(names);
  const agreements = [
    ['date_of_birth', BIRTH[compareBirth(query.datesOfBirth, entry.datesOfBirth)]],
    ['country', COUNTRY[compareCountries(query.countries, entry.countries)]],
    ['entity_type', TYPE[compareType(query, entry)]],
  ] as const;
  features.to('name_only_cap', Math.min(features.score, NAME_ONLY_CAP));
  for (const [name, change] of agreements) {
    features.to(name, change > 0 ? features.score + change * (1 - features.score) : features.score * (1 + change));
  }
  if (compareIdentifiers(query.identifiers, entry.identifiers ?? []) === 'same')
    features.to('identifier', Math.max(IDENTIFIER_ALONE, features.score + IDENTIFIER * (1 - features.score)));
  return features.result();
}
