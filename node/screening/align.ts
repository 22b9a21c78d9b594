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

/** A word may stand for so many at most: joined, or by their initials. */
const LONGEST_RUN = 6;
/** Letters that a joined run may have more or less than the word. */
const JOIN_SLACK_LETTERS = 3;
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
  state.pairBest(similarity, isMajor);
  if (state.hasBothRests()) state.joinLoosely(similarity);
  if (state.hasBothRests()) state.pairAcronyms(isPerson, weights.acronym);
  // Last, as the article in the middle of a name may just have been joined with what stands around it.
  if (state.hasBothRests()) state.pairBest(similarity, () => true);
  return state.result();
}

/** How well a word stands for the run of `length` parts from `start`, 0 when it does not. */
type RunScore = (word: NamePart, others: readonly NamePart[], start: number, length: number) => number;

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
    this.#forRuns((word, others, start, length) => {
      if (word.text.length < SHORTEST_JOIN_LETTERS) return 0;
      return spells(word.text, others, start, length) ? 1 : 0;
    });
  }

  joinLoosely(similarity: Similarity): void {
    this.#forRuns((word, others, start, length) => {
      const run = others.slice(start, start + length);
      const text = run.map((part) => part.text).join('');
      if (text.length < SHORTEST_JOIN_LETTERS || Math.abs(text.length - word.text.length) > JOIN_SLACK_LETTERS)
        return 0;
      // What is joined counts as foreign to the word when any part of it is.
      const script = run.every((part) => part.script === 'latin') ? 'latin' : 'other';
      const score = similarity(word, wordOf(text, script, text, false));
      return score >= JOIN_SIMILARITY ? score : 0;
    });
  }

  pairAcronyms(isPerson: boolean, score: number): void {
    this.#forRuns((word, others, start, length) => {
      if (word.text.length !== length || !ACRONYM.test(word.text)) return 0;
      if (isPerson && !CONSONANTS.test(word.text)) return 0;
      const isInitials = Array.from(word.text).every((letter, place) => others[start + place]?.text[0] === letter);
      return isInitials ? score : 0;
    });
  }

  pairBest(similarity: Similarity, isMeant: (part: NamePart) => boolean): void {
    const candidates: PartPair[] = [];
    for (const [q, one] of this.#query.entries()) {
      if (this.#queryFree[q] !== true || !isMeant(one)) continue;
      for (const [e, other] of this.#entry.entries()) {
        if (this.#entryFree[e] !== true || !isMeant(other)) continue;
        const score = similarity(one, other);
        if (score > 0) candidates.push({ query: [q], entry: [e], similarity: score });
      }
    }
    candidates.sort((one, other) => other.similarity - one.similarity);
    for (const pair of candidates) if (this.#isFree(pair)) this.#take(pair);
  }

  /** Tries each free word of either side against each run of two and more free words of the other. */
  #forRuns(score: RunScore): void {
    this.#forRunsOf(this.#query, this.#queryFree, this.#entry, this.#entryFree, score, (query, entry) => ({
      query,
      entry,
    }));
    this.#forRunsOf(this.#entry, this.#entryFree, this.#query, this.#queryFree, score, (entry, query) => ({
      query,
      entry,
    }));
  }

  #forRunsOf(
    words: readonly NamePart[],
    wordFree: readonly boolean[],
    others: readonly NamePart[],
    otherFree: readonly boolean[],
    score: RunScore,
    toPair: (word: readonly number[], run: readonly number[]) => Omit<PartPair, 'similarity'>,
  ): void {
    for (const [place, word] of words.entries()) {
      for (let start = 0; start < others.length - 1 && wordFree[place] === true; start += 1) {
        if (otherFree[start] !== true) continue;
        for (let length = 2; length <= LONGEST_RUN && otherFree[start + length - 1] === true; length += 1) {
          const similarity = score(word, others, start, length);
          if (similarity === 0) continue;
          this.#take({
            ...toPair(
              [place],
              Array.from({ length }, (_, offset) => start + offset),
            ),
            similarity,
          });
          break;
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

/** Whether a run, read together, spells the text; compared piece by piece, as this runs for every candidate. */
function spells(text: string, parts: readonly NamePart[], start: number, length: number): boolean {
  let at = 0;
  for (let place = start; place < start + length; place += 1) {
    const piece = parts[place]?.text ?? '';
    if (!text.startsWith(piece, at)) return false;
    at += piece.length;
  }
  return at === text.length;
}

function isMajor(part: NamePart): boolean {
  return part.role !== 'particle' && part.role !== 'title';
}

function freeOnes(free: readonly boolean[]): number[] {
  return free.flatMap((isFree, place) => (isFree ? [place] : []));
}
