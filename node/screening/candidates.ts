import type { ParsedName } from './parsed-name.ts';
import { type AlikeWord, fuzzyKeys, joinedPairs, type ScreeningIndex, wordKey } from './screening-index.ts';
import type { Word } from './tokens.ts';
import { SCORING_WEIGHTS } from './weights.ts';
import { wordSimilarity } from './word-similarity.ts';

/** Names that go to the scorer, for each name of a query. */
const MAXIMUM_CANDIDATES = 64;
/** Least share of what a query's words weigh that a name must hold. */
const MINIMUM_COVERAGE = 0.3;
/** How much a name's other words count against it when there are more candidates than places. */
const OTHER_WORDS = 0.25;
/** Words of the lists that are less alike than this are another word. */
const MINIMUM_SIMILARITY = 0.55;

/**
 * Names of the index that share enough with a query's name to be scored, best first. Rare words weigh more than
 * frequent ones (inverse document frequency).
 */
export function findCandidates(index: ScreeningIndex, query: ParsedName): readonly number[] {
  const found = new Map<number, number>();
  let total = 0;
  for (const part of query.parts) {
    const rarity = collect(index, part, found);
    total += rarity;
  }
  for (const joined of joinedPairs(query.parts)) collectExact(index, joined, found);
  const scored: (readonly [number, number])[] = [];
  for (const [name, weight] of found) {
    if (weight < MINIMUM_COVERAGE * total) continue;
    const words = index.names[name]?.parsed.parts.length ?? 0;
    scored.push([name, weight / (1 + OTHER_WORDS * Math.max(0, words - query.parts.length))]);
  }
  scored.sort(([, one], [, other]) => other - one);
  return scored.slice(0, MAXIMUM_CANDIDATES).map(([name]) => name);
}

/** Adds to each name what its best word for this part of the query weighs; returns the part's own weight. */
function collect(index: ScreeningIndex, part: Word, found: Map<number, number>): number {
  const alike = alikeWords(index, part);
  const own = index.byText.get(wordKey(part));
  let rarity = own === undefined ? rarityOf(index, 1) : rarityOf(index, index.words[own]?.names.length ?? 1);
  if (own === undefined && alike[0] !== undefined)
    rarity = rarityOf(index, index.words[alike[0][0]]?.names.length ?? 1);
  const seen = new Set<number>();
  for (const [number, score] of alike) {
    for (const name of index.words[number]?.names ?? []) {
      if (seen.has(name)) continue;
      seen.add(name);
      found.set(name, (found.get(name) ?? 0) + score * rarity);
    }
  }
  return rarity;
}

function collectExact(index: ScreeningIndex, joined: Word, found: Map<number, number>): void {
  const number = index.byText.get(joined.text);
  if (number === undefined) return;
  const names = index.words[number]?.names ?? [];
  for (const name of names) found.set(name, (found.get(name) ?? 0) + rarityOf(index, names.length));
}

/** Words of the lists that a part of the query may be meant for, most similar first. */
function alikeWords(index: ScreeningIndex, part: Word): readonly AlikeWord[] {
  const known = index.alike.get(part.identity);
  if (known !== undefined) return known;
  const alike = findAlike(index, part);
  index.alike.set(part.identity, alike);
  return alike;
}

function findAlike(index: ScreeningIndex, part: Word): readonly AlikeWord[] {
  const numbers = new Set<number>();
  const own = index.byText.get(wordKey(part));
  if (own !== undefined) numbers.add(own);
  for (const key of fuzzyKeys(part)) for (const number of index.byFuzzyKey.get(key) ?? []) numbers.add(number);
  const alike: AlikeWord[] = [];
  for (const number of numbers) {
    const word = index.words[number]?.word;
    const score = word === undefined ? 0 : number === own ? 1 : wordSimilarity(part, word, SCORING_WEIGHTS);
    if (score >= MINIMUM_SIMILARITY) alike.push([number, score]);
  }
  return alike.sort(([, one], [, other]) => other - one);
}

function rarityOf(index: ScreeningIndex, frequency: number): number {
  return Math.log(1 + index.names.length / frequency);
}
