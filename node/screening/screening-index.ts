import { doubleMetaphone } from 'double-metaphone';
import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../config/settings/limits.ts';
import type { ListEntry } from '../../proto/domain/records.ts';
import { identifierKey } from './attributes.ts';
import { type NamePart, type ParsedName, parseName } from './parsed-name.ts';
import { readingsOf } from './readings.ts';
import { SYLLABLE_GROUPS } from './tables/syllables.ts';
import type { Word } from './tokens.ts';

/** One name of an entry, or one reading of it, parsed once. */
export type IndexedName = { readonly entry: ListEntry; readonly text: string; readonly parsed: ParsedName };

/** A word of the lists, and in which names it stands. */
export type IndexedWord = { readonly word: Word; readonly names: number[] };

/** Number of a word of the lists, and how alike it is. */
export type AlikeWord = readonly [number: number, similarity: number];

/**
 * Entries of lists made ready for screening: words, with the names that hold them, reached by the word itself, by how
 * it sounds and by what one slip of the pen makes of it. Does not change; a list's new version is a new index.
 */
export type ScreeningIndex = {
  readonly names: readonly IndexedName[];
  readonly words: readonly IndexedWord[];
  /** Numbers of words by wordKey. */
  readonly byText: ReadonlyMap<string, number>;
  /** Numbers of words by each of fuzzyKeys. */
  readonly byFuzzyKey: ReadonlyMap<string, readonly number[]>;
  /** Numbers of the names of entries that have it, by identifierKey. */
  readonly byIdentifier: ReadonlyMap<string, readonly number[]>;
  /** What words of queries have been found alike to, by identity: customers share names, and finding out is dear. */
  readonly alike: LRUCache<string, readonly AlikeWord[]>;
};

/** Shorter words have too many neighbours one letter away for that to mean anything. */
const SHORTEST_WITH_SLIPS = 4;

/** Indexes all names and aliases of the entries, of any number of lists. */
export function buildScreeningIndex(entries: Iterable<ListEntry>): ScreeningIndex {
  const steps = screeningIndexSteps(entries);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** As buildScreeningIndex, one entry a step: a list of thousands takes a second, in which others want their turn. */
export function* screeningIndexSteps(entries: Iterable<ListEntry>): Generator<undefined, ScreeningIndex> {
  const index = {
    names: [] as IndexedName[],
    words: [] as IndexedWord[],
    byText: new Map<string, number>(),
    byFuzzyKey: new Map<string, number[]>(),
    byIdentifier: new Map<string, number[]>(),
    alike: new LRUCache<string, readonly AlikeWord[]>({ max: LIMITS.screeningAlikeWords }),
  };
  const shared = new Map<string, NamePart>();
  for (const entry of entries) {
    const first = index.names.length;
    // Ships are called after persons, but numbers and what they are made of count as with firms.
    const readAs = entry.vehicle === undefined ? entry.entityType : 'BUSINESS';
    for (const text of new Set([entry.name, ...entry.aliases])) {
      for (const reading of [text, ...readingsOf(text)]) {
        const parsed = withSharedParts(parseName(reading, readAs), shared);
        const name = index.names.push({ entry, text, parsed }) - 1;
        for (const word of parsed.parts) addWord(index, word, name, true);
      }
    }
    addIdentifiers(index.byIdentifier, entry, first, index.names.length);
    yield;
  }
  // Names are also written without the blanks between their parts; after the words, so that no word goes without keys.
  for (const [name, { parsed }] of index.names.entries()) {
    for (const word of joinedPairs(parsed.parts)) addWord(index, word, name, false);
    yield;
  }
  return index;
}

/** What a word is known by: ideographs as written, since their romanisation is shared by many. */
export function wordKey(word: Word): string {
  return word.script === 'ideographic' ? word.written : word.text;
}

/** Keys that words share when they sound alike or are one letter apart. */
export function fuzzyKeys(word: Word): readonly string[] {
  const keys = new Set<string>();
  if (word.skeleton.length >= 2) keys.add(`s:${word.skeleton}`);
  for (const sound of doubleMetaphone(word.text)) if (sound.length >= 2) keys.add(`m:${sound}`);
  for (const group of word.spellings) keys.add(`v:${group}`);
  for (const group of word.nicknames) keys.add(`n:${group}`);
  for (const group of SYLLABLE_GROUPS.get(word.text) ?? []) keys.add(`y:${group}`);
  if (word.text.length >= SHORTEST_WITH_SLIPS) for (const slip of withOneLetterLess(word.text)) keys.add(`d:${slip}`);
  return [...keys];
}

const PLAIN = { script: 'latin', skeleton: '', spellings: [], nicknames: [] } as const;

/** Adjacent words written as one; only of two, as longer names have other words to be found by. */
export function joinedPairs(parts: readonly Word[]): readonly Word[] {
  return parts.slice(1).map((part, place): Word => {
    const text = `${parts[place]?.text ?? ''}${part.text}`;
    return { ...PLAIN, text, written: text, identity: text, family: part.family };
  });
}

/** Lists repeat words: equal parts are kept once, which saves a fifth of the memory (measured). */
function withSharedParts(name: ParsedName, shared: Map<string, NamePart>): ParsedName {
  const parts = name.parts.map((part) => {
    const key = `${part.role} ${part.family} ${part.identity} ${part.written}`;
    const known = shared.get(key);
    if (known === undefined) shared.set(key, part);
    return known ?? part;
  });
  return { ...name, parts };
}

type Building = {
  readonly words: IndexedWord[];
  readonly byText: Map<string, number>;
  readonly byFuzzyKey: Map<string, number[]>;
};

function addWord(index: Building, word: Word, name: number, isFuzzy: boolean): void {
  const key = wordKey(word);
  const known = index.byText.get(key);
  if (known !== undefined) {
    const names = index.words[known]?.names;
    if (names?.at(-1) !== name) names?.push(name);
    return;
  }
  const number = index.words.push({ word, names: [name] }) - 1;
  index.byText.set(key, number);
  if (!isFuzzy) return;
  for (const fuzzyKey of fuzzyKeys(word)) {
    const numbers = index.byFuzzyKey.get(fuzzyKey);
    if (numbers === undefined) index.byFuzzyKey.set(fuzzyKey, [number]);
    else numbers.push(number);
  }
}

function addIdentifiers(known: Map<string, number[]>, entry: ListEntry, from: number, to: number): void {
  if (entry.identifiers === undefined) return;
  const names = Array.from({ length: to - from }, (_, place) => from + place);
  for (const key of new Set(entry.identifiers.map(identifierKey)))
    if (key !== '') known.set(key, [...(known.get(key) ?? []), ...names]);
}

/** The word itself among them, so that an added, a missing and a changed letter all meet in one key. */
function withOneLetterLess(text: string): readonly string[] {
  return [text, ...Array.from(text, (_, place) => text.slice(0, place) + text.slice(place + 1))];
}
