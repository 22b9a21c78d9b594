import type { EntityType } from '../../proto/domain/alert.ts';
import { type FormClass, ORGANISATION_FORMS } from './tables/organisation-forms.ts';
import { FILIAL, GENERIC_WORDS, NUMBER_WORDS, PARTICLES, TITLES } from './tables/words.ts';
import { splitName, type Word, wordOf } from './tokens.ts';

/** What a word is in its name; it decides its weight. */
export type WordRole = 'word' | 'family' | 'particle' | 'title' | 'generic' | 'initial';
export type NamePart = Word & { readonly role: WordRole };

/** A name taken apart for comparison. */
export type ParsedName = {
  readonly isPerson: boolean;
  readonly parts: readonly NamePart[];
  readonly numbers: readonly number[];
  readonly forms: readonly FormClass[];
};

/** Takes a name apart; without a type it is read as an organisation's when it has an organisation's form. */
export function parseName(name: string, entityType: EntityType | null): ParsedName {
  const words = splitName(name, entityType !== 'BUSINESS');
  const isPerson = entityType === 'INDIVIDUAL' || (entityType === null && takeForms(words).forms.length === 0);
  return isPerson ? parsePerson(words) : parseOrganisation(words);
}

function parsePerson(words: readonly Word[]): ParsedName {
  // A form of organisation behind a person's name is a slip or a disguise and says nothing about the person.
  const plain = words.length > 2 ? dropLastForm(words) : words;
  const unique = withoutRepeats(plain.map(withLettersForDigits));
  const hasFamily = unique.some((word) => word.family);
  const lastWord = unique.findLastIndex((word) => !PARTICLES.has(word.text) && !TITLES.has(word.text));
  const parts = unique.map((word, index): NamePart => {
    const isFamily = word.script !== 'ideographic' && (hasFamily ? word.family : index === lastWord);
    return { ...word, role: personRole(word, isFamily) };
  });
  return { isPerson: true, parts, numbers: [], forms: [] };
}

function personRole(word: Word, isFamily: boolean): WordRole {
  if (word.script === 'latin' && TITLES.has(word.text)) return 'title';
  if (PARTICLES.has(word.text) && word.script !== 'ideographic') return 'particle';
  if (word.text.length === 1 && word.script === 'latin') return 'initial';
  return isFamily ? 'family' : 'word';
}

function parseOrganisation(words: readonly Word[]): ParsedName {
  const taken = takeForms(joinInitials(words));
  const { numbers, rest } = takeNumbers(taken.rest);
  // Never down to nothing: an organisation called only by its form or number keeps it.
  const kept = rest.length > 0 ? rest : words;
  const parts = kept.map((word): NamePart => ({ ...word, role: GENERIC_WORDS.has(word.text) ? 'generic' : 'word' }));
  return { isPerson: false, parts, numbers, forms: taken.forms };
}

/** `A.B.C.` is one word of three letters. */
function joinInitials(words: readonly Word[]): readonly Word[] {
  const joined: Word[] = [];
  let run: Word[] = [];
  const flush = (): void => {
    const text = run.map((word) => word.text).join('');
    const [first] = run;
    if (first !== undefined) joined.push(run.length === 1 ? first : wordOf(text, 'latin', text, false));
    run = [];
  };
  for (const word of words) {
    if (word.text.length === 1 && word.script === 'latin' && /[a-z]/.test(word.text)) run.push(word);
    else {
      flush();
      joined.push(word);
    }
  }
  flush();
  return joined;
}

function takeForms(words: readonly Word[]): { readonly forms: readonly FormClass[]; readonly rest: readonly Word[] } {
  const texts = words.map((word) => word.text);
  const possible = new Set(texts.flatMap((text) => ORGANISATION_FORMS.get(text) ?? []));
  if (possible.size === 0) return { forms: [], rest: words };
  const taken = new Set<number>();
  const forms: FormClass[] = [];
  for (const { words: form, formClass } of [...possible].sort((one, other) => one.order - other.order)) {
    for (let start = 0; start + form.length <= texts.length; start += 1) {
      if (!form.every((word, offset) => texts[start + offset] === word && !taken.has(start + offset))) continue;
      form.forEach((_, offset) => taken.add(start + offset));
      forms.push(formClass);
    }
  }
  return { forms, rest: words.filter((_, index) => !taken.has(index)) };
}

function dropLastForm(words: readonly Word[]): readonly Word[] {
  const { rest } = takeForms(words.slice(-1));
  return rest.length === 0 ? words.slice(0, -1) : words;
}

const ROMAN = /^(?=[ivx])(x{0,3})(ix|iv|v?i{0,3})$/;
const ROMAN_VALUES: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10 };

/** Digits, Roman numerals and number words; adjacent number words add up, forty-four being 44. */
function takeNumbers(words: readonly Word[]): { readonly numbers: readonly number[]; readonly rest: readonly Word[] } {
  const numbers: number[] = [];
  const rest: Word[] = [];
  let tens = 0;
  for (const [index, word] of words.entries()) {
    const value = numberOf(word.text, index);
    if (value === undefined) {
      if (tens > 0) numbers.push(tens);
      tens = 0;
      rest.push(word);
    } else if (value >= 20 && value % 10 === 0 && value < 100) {
      tens = value;
    } else {
      numbers.push(value < 10 ? tens + value : value);
      tens = 0;
    }
  }
  if (tens > 0) numbers.push(tens);
  return { numbers: numbers.sort((one, other) => one - other), rest };
}

function numberOf(text: string, index: number): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const word = NUMBER_WORDS.get(text);
  if (word !== undefined) return word;
  // A name may begin with such letters, a series is marked behind it.
  if (index === 0 || !ROMAN.test(text)) return undefined;
  let total = 0;
  for (const [place, letter] of Array.from(text).entries()) {
    const value = ROMAN_VALUES[letter] ?? 0;
    total += value < (ROMAN_VALUES[text[place + 1] ?? ''] ?? 0) ? -value : value;
  }
  return total;
}

const LETTER_FOR_DIGIT: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' };

/** Digits inside of a person's name are letters that somebody disguised. */
function withLettersForDigits(word: Word): Word {
  if (!/\d/.test(word.text) || !/[a-z]/.test(word.text)) return word;
  const text = word.text.replaceAll(/\d/g, (digit) => LETTER_FOR_DIGIT[digit] ?? digit);
  return wordOf(text, word.script, word.written, word.family);
}

/** A word said twice in a row, or `ibn` for `bin`, is no further part of the name. */
function withoutRepeats(words: readonly Word[]): readonly Word[] {
  const filial = words.map((word) => (FILIAL.has(word.text) ? wordOf('bin', word.script, 'bin', word.family) : word));
  return filial.filter((word, index) => word.script === 'ideographic' || word.text !== filial[index - 1]?.text);
}
