import anyAscii from 'any-ascii';
import { NAME_VARIANTS } from './tables/name-variants.ts';
import { skeletonOf } from './skeleton.ts';

/** How a part of a name was written: ideographs and syllables are compared as written where both names have them. */
export type Script = 'latin' | 'ideographic' | 'other';

/** One part of a name, in lower-case ASCII. */
export type Word = {
  readonly text: string;
  /** As written, folded; for ideographs and syllables, which romanisation confuses. */
  readonly written: string;
  readonly script: Script;
  /** Equal where two words are the same in all that is compared. */
  readonly identity: string;
  /** Consonants only, with like sounds merged; see skeletonOf. */
  readonly skeleton: string;
  readonly spellings: readonly number[];
  readonly nicknames: readonly number[];
  /** The surname, where the way of writing shows it. */
  readonly family: boolean;
};

const IDEOGRAPHIC = /[\p{Script=Han}\p{Script=Hangul}]/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const LATIN = /^[\p{Script=Latin}\p{N}\p{P}\p{Z}\p{M}\p{S}]*$/u;
/** Apostrophes and the like inside of words are left out, other punctuation parts words. */
const INNER_MARKS = /(?<=[\p{L}\p{M}])['’‘ʼʻ`´ʿʾ](?=[\p{L}\p{M}])|['’‘ʼʻ`´ʿʾ"“”]/gu;
const SEPARATORS = /[^\p{L}\p{M}\p{N}]+/u;
/** What a name has beyond is not looked at: no list has such names, and comparing takes squared time. */
const MAXIMUM_WORDS = 24;
const MAXIMUM_LETTERS = 48;

/**
 * Splits a name into words in the order in which they are said: what stands before a comma is the surname, and last.
 * Other scripts are transliterated without a dictionary; ideographs and syllables become a word each.
 */
export function splitName(name: string, isPerson: boolean): readonly Word[] {
  const folded = name.normalize('NFKC').replace(INNER_MARKS, '');
  const comma = isPerson ? folded.indexOf(',') : -1;
  const [front, back] = comma < 0 ? [folded, ''] : [folded.slice(0, comma), folded.slice(comma + 1)];
  const words = [...wordsOf(back, false), ...wordsOf(front, comma >= 0)];
  return words.slice(0, MAXIMUM_WORDS);
}

/** A word of plain ASCII text, as the parts of joined words are made. */
export function wordOf(text: string, script: Script, written: string, family: boolean): Word {
  return {
    text,
    written,
    script,
    identity: script === 'latin' ? text : `${script} ${script === 'ideographic' ? written : text}`,
    skeleton: skeletonOf(text),
    spellings: NAME_VARIANTS.spellings.get(text) ?? NO_GROUPS,
    nicknames: NAME_VARIANTS.nicknames.get(text) ?? NO_GROUPS,
    family,
  };
}

const NO_GROUPS: readonly number[] = [];

function wordsOf(text: string, family: boolean): Word[] {
  return text.split(SEPARATORS).flatMap((part) => partsOf(part).flatMap((piece) => wordFrom(piece, family)));
}

/** Ideographs and Hangul syllables are parts of names by themselves, unless they spell a foreign name with others. */
function partsOf(part: string): readonly string[] {
  if (!IDEOGRAPHIC.test(part) || KANA.test(part)) return [part];
  return Array.from(part);
}

function wordFrom(piece: string, family: boolean): Word[] {
  const ascii = anyAscii(piece)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(0, MAXIMUM_LETTERS);
  if (ascii === '') return [];
  const script = IDEOGRAPHIC.test(piece) ? 'ideographic' : LATIN.test(piece) ? 'latin' : 'other';
  return [wordOf(ascii, script, piece.toLowerCase(), family)];
}
