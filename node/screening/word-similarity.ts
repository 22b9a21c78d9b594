import { editCost } from './edit-cost.ts';
import { SYLLABLE_GROUPS } from './tables/syllables.ts';
import type { Word } from './tokens.ts';
import type { ScoringWeights } from './weights.ts';

/**
 * How alike two parts of a name are, 0 (unlike) to 1 (the same). Parts over their budget of edits are unlike, however
 * long: a different name is no spelling of it.
 */
export function wordSimilarity(one: Word, other: Word, weights: ScoringWeights): number {
  if (one.script === 'ideographic' && other.script === 'ideographic') return one.written === other.written ? 1 : 0;
  if (one.text === other.text) return 1;
  if (isInitialOf(one, other) || isInitialOf(other, one)) return weights.initial;
  const known = knownVariant(one, other, weights);
  const isCross = one.script !== other.script;
  const spelled = Math.max(known, isCross ? acrossScripts(one, other, weights) : 0);
  return spelled >= weights.nickname ? spelled : Math.max(spelled, bySpelling(one, other, weights));
}

/** Edits that are let pass in a word of this length: few in short ones, growing slowly. */
export function editBudget(length: number, weights: ScoringWeights): number {
  return Math.max(0, Math.min(weights.budgetMaximum, weights.budgetBase + weights.budgetSlope * Math.log2(length)));
}

function bySpelling(one: Word, other: Word, weights: ScoringWeights): number {
  const length = Math.max(one.text.length, other.text.length);
  const budget = editBudget(Math.min(one.text.length, other.text.length), weights);
  const cost = editCost(one.text, other.text, budget);
  if (cost === Number.POSITIVE_INFINITY) return 0;
  const similarity = 1 - cost / length;
  const sounds = one.skeleton.length >= 2 && one.skeleton === other.skeleton;
  return sounds ? Math.max(similarity, weights.sameSound) : similarity;
}

/**
 * Alphabets that leave vowels out, and syllabaries that add them, keep the consonants: the more of them agree the
 * better. A single syllable has too few to go by, and is romanised well enough to be compared by spelling.
 */
function acrossScripts(one: Word, other: Word, weights: ScoringWeights): number {
  if (one.script === 'ideographic' || other.script === 'ideographic') return 0;
  const [first, second] = [one.skeleton.replaceAll('r', 'l'), other.skeleton.replaceAll('r', 'l')];
  if (first === '' || first !== second) return 0;
  const consonants = consonantsOf(one.text);
  if (consonants.length >= 3 && consonants === consonantsOf(other.text)) return weights.sameConsonants;
  if (first.length < 2) return beginAlike(one, other) ? weights.sameSkeleton : 0;
  return Math.min(weights.sameSkeletonMaximum, weights.sameSkeleton + weights.sameSkeletonStep * (first.length - 2));
}

const VOWELS = /[aeiou]/g;
const DOUBLED = /(.)\1+/g;
/** Letters of alphabets without vowels that carry one at the beginning of a word: alif, ayin and their kin. */
const VOWEL_CARRIER = /^[\u0622\u0623\u0625\u0627\u0639\u0671\u05d0\u05e2]/u;

/** Nearer to what is written than the skeleton, in which v, w and y count as vowels. */
function consonantsOf(text: string): string {
  return text.replace(VOWELS, '').replaceAll('w', 'v').replace(DOUBLED, '$1');
}

/** With one consonant to go by, the word must at least begin with a vowel where the other does. */
function beginAlike(one: Word, other: Word): boolean {
  const isVowel = ({ script, text, written }: Word): boolean =>
    script === 'latin' ? /^[aeiou]/.test(text) : VOWEL_CARRIER.test(written);
  return isVowel(one) === isVowel(other);
}

function knownVariant(one: Word, other: Word, weights: ScoringWeights): number {
  if (one.spellings.some((group) => other.spellings.includes(group))) return weights.variant;
  if ((one.script === 'ideographic') !== (other.script === 'ideographic') && isOneSyllable(one, other))
    return weights.variant;
  return one.nicknames.some((group) => other.nicknames.includes(group)) ? weights.nickname : 0;
}

function isInitialOf(initial: Word, word: Word): boolean {
  return initial.text.length === 1 && initial.script === 'latin' && word.text.startsWith(initial.text);
}

/** What is written in syllables or characters has many spellings in letters, which the letters alone do not show. */
function isOneSyllable(one: Word, other: Word): boolean {
  const groups = SYLLABLE_GROUPS.get(one.text);
  return groups !== undefined && SYLLABLE_GROUPS.get(other.text)?.some((group) => groups.includes(group)) === true;
}
