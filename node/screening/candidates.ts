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
  const tally = tallyOf(index);
  let total = 0;
  for (const part of query.parts) total += collect(index, part, tally);
  for (const joined of joinedPairs(query.parts)) collectExact(index, joined, tally);
  const scored: { readonly name: number; readonly score: number }[] = [];
  for (const [name, weight] of tally.empty()) {
    if (weight < MINIMUM_COVERAGE * total) continue;
    const words = index.names[name]?.parsed.parts.length ?? 0;
    scored.push({ name, score: weight / (1 + OTHER_WORDS * Math.max(0, words - query.parts.length)) });
  }
  return best(scored).map(({ name }) => name);
}

/** Sorts those only that get a place: a frequent word brings thousands. */
function best<Scored extends { readonly score: number }>(scored: readonly Scored[]): readonly Scored[] {
  const least =
    Float64Array.from(scored, ({ score }) => score)
      .sort()
      .at(-MAXIMUM_CANDIDATES) ?? 0;
  const placed = scored.filter(({ score }) => score >= least).sort((one, other) => other.score - one.score);
  return placed.slice(0, MAXIMUM_CANDIDATES);
}

/** Adds to each name what its best word for this part of the query weighs; returns the part's own weight. */
function collect(index: ScreeningIndex, part: Word, tally: Tally): number {
  const alike = alikeWords(index, part);
  const own = index.byText.get(wordKey(part));
  let rarity = own === undefined ? rarityOf(index, 1) : rarityOf(index, index.words[own]?.names.length ?? 1);
  if (own === undefined && alike[0] !== undefined)
    rarity = rarityOf(index, index.words[alike[0][0]]?.names.length ?? 1);
  tally.nextPart();
  for (const [number, score] of alike)
    for (const name of index.words[number]?.names ?? []) tally.addOnce(name, score * rarity);
  return rarity;
}

function collectExact(index: ScreeningIndex, joined: Word, tally: Tally): void {
  const number = index.byText.get(joined.text);
  if (number === undefined) return;
  const names = index.words[number]?.names ?? [];
  tally.nextPart();
  for (const name of names) tally.addOnce(name, rarityOf(index, names.length));
}

/** Kept between queries, which come one after the other: an index has tens of thousands of names. */
const TALLIES = new WeakMap<ScreeningIndex, Tally>();

function tallyOf(index: ScreeningIndex): Tally {
  const known = TALLIES.get(index);
  if (known !== undefined) return known;
  const tally = new Tally(index.names.length);
  TALLIES.set(index, tally);
  return tally;
}

/** What each name has gathered in one query. */
class Tally {
  readonly #weights: Float64Array;
  /** The part of a query, of all queries so far, that was the last to add to a name. */
  readonly #parts: Float64Array;
  #touched: number[] = [];
  #part = 0;

  constructor(names: number) {
    this.#weights = new Float64Array(names);
    this.#parts = new Float64Array(names);
  }

  nextPart(): void {
    this.#part += 1;
  }

  /** Counts the first of what one part adds to a name, which is the most as words come most similar first. */
  addOnce(name: number, weight: number): void {
    if (this.#parts[name] === this.#part) return;
    this.#parts[name] = this.#part;
    const before = this.#weights[name] ?? 0;
    if (before === 0) this.#touched.push(name);
    this.#weights[name] = before + weight;
  }

  /** Names with their weights, in the order in which they came; nothing is left of the query. */
  empty(): readonly (readonly [number, number])[] {
    const gathered = this.#touched.map((name) => [name, this.#weights[name] ?? 0] as const);
    for (const name of this.#touched) this.#weights[name] = 0;
    this.#touched = [];
    return gathered;
  }
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
