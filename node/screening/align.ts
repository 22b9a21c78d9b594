import type { NamePart } from './parsed-name.ts';
import { type Word, wordOf } from './tokens.ts';
import type { ScoringWeights } from './weights.ts';

/** Parts of one name that were found to be the same as parts of the other: usually one each, several where joined. */
export type PartPair = {
  readonly query: readonly number[];
  readonly entry: readonly number[];
  readonly similarity: number;
};

/** Which parts of two names belong together, and which of each are left over. */
export type Alignment = {
  readonly pairs: readonly PartPair[];
  readonly queryRest: readonly number[];
  readonly entryRest: readonly number[];
};

export type Similarity = (one: Word, other: Word) => number;

/** Words may be written as one or as several up to this many. */
const LONGEST_JOIN = 4;
const SHORTEST_JOIN_LETTERS = 4;
const JOIN_SIMILARITY = 0.8;
const ACRONYM = /^[a-z]{2,6}$/;
const CONSONANTS = /^[^aeiou]+$/;

/**
 * Pairs the parts of two names, each at most once: words that are written together on one side first, then the most
 * similar words wherever they stand, then what is left as joined words with slips and as initials of several words.
 */
export function alignNames(
  query: readonly NamePart[],
  entry: readonly NamePart[],
  isPerson: boolean,
  weights: ScoringWeights,
  similarity: Similarity,
): Alignment {
  const state = new Pairing(query, entry);
  state.joinExactly();
  state.pairBest(similarity);
  if (state.hasBothRests()) state.joinLoosely(similarity);
  if (state.hasBothRests()) state.pairAcronyms(isPerson, weights.acronym);
  return state.result();
}

class Pairing {
  readonly #query: readonly NamePart[];
  readonly #entry: readonly NamePart[];
  readonly #queryFree: boolean[];
  readonly #entryFree: boolean[];
  readonly #pairs: PartPair[] = [];

  constructor(query: readonly NamePart[], entry: readonly NamePart[]) {
    this.#query = query;
    this.#entry = entry;
    this.#queryFree = query.map(() => true);
    this.#entryFree = entry.map(() => true);
  }

  result(): Alignment {
    return { pairs: this.#pairs, queryRest: freeOnes(this.#queryFree), entryRest: freeOnes(this.#entryFree) };
  }

  hasBothRests(): boolean {
    return this.#queryFree.includes(true) && this.#entryFree.includes(true);
  }

  joinExactly(): void {
    this.#forRuns((word, run) => (word.text.length >= SHORTEST_JOIN_LETTERS && spells(word.text, run) ? 1 : 0));
  }

  joinLoosely(similarity: Similarity): void {
    this.#forRuns((word, run) => {
      const text = run.map((part) => part.text).join('');
      if (word.text.length < SHORTEST_JOIN_LETTERS || text.length < SHORTEST_JOIN_LETTERS) return 0;
      // What is joined counts as foreign to the word when any part of it is.
      const script = run.find((part) => part.script !== 'latin')?.script ?? 'latin';
      const score = similarity(word, wordOf(text, script === 'ideographic' ? 'other' : script, text, false));
      return score >= JOIN_SIMILARITY ? score : 0;
    });
  }

  pairAcronyms(isPerson: boolean, score: number): void {
    this.#forRuns((word, run) => {
      if (!ACRONYM.test(word.text) || word.text.length !== run.length || (isPerson && !CONSONANTS.test(word.text)))
        return 0;
      return run.every((part, index) => part.text[0] === word.text[index]) ? score : 0;
    });
  }

  pairBest(similarity: Similarity): void {
    const candidates: PartPair[] = [];
    for (const [q, one] of this.#query.entries()) {
      if (this.#queryFree[q] !== true) continue;
      for (const [e, other] of this.#entry.entries()) {
        if (this.#entryFree[e] !== true) continue;
        const score = similarity(one, other);
        if (score > 0) candidates.push({ query: [q], entry: [e], similarity: score });
      }
    }
    candidates.sort((one, other) => other.similarity - one.similarity);
    for (const pair of candidates) if (this.#isFree(pair)) this.#take(pair);
  }

  /** Tries each free word of either side against each run of two and more free words of the other. */
  #forRuns(score: (word: NamePart, run: readonly NamePart[]) => number): void {
    for (const flipped of [false, true]) {
      const [words, others] = flipped ? [this.#entry, this.#query] : [this.#query, this.#entry];
      for (const [place, word] of words.entries()) {
        for (let start = 0; start < others.length - 1; start += 1) {
          for (let length = 2; length <= LONGEST_JOIN + 2 && start + length <= others.length; length += 1) {
            const run = Array.from({ length }, (_, offset) => start + offset);
            const pair = flipped ? { query: run, entry: [place] } : { query: [place], entry: run };
            if (!this.#isFree(pair)) continue;
            const similarity = score(word, others.slice(start, start + length));
            if (similarity > 0) this.#take({ ...pair, similarity });
          }
        }
      }
    }
  }

  #isFree(pair: Pick<PartPair, 'query' | 'entry'>): boolean {
    return (
      pair.query.every((place) => this.#queryFree[place] === true) &&
      pair.entry.every((place) => this.#entryFree[place] === true)
    );
  }

  #take(pair: PartPair): void {
    this.#pairs.push(pair);
    for (const place of pair.query) this.#queryFree[place] = false;
    for (const place of pair.entry) this.#entryFree[place] = false;
  }
}

/** Whether the parts, read together, spell the text; compared piece by piece, as this runs for every candidate. */
function spells(text: string, run: readonly NamePart[]): boolean {
  let at = 0;
  for (const part of run) {
    if (!text.startsWith(part.text, at)) return false;
    at += part.text.length;
  }
  return at === text.length;
}

function freeOnes(free: readonly boolean[]): number[] {
  return free.flatMap((isFree, place) => (isFree ? [place] : []));
}
