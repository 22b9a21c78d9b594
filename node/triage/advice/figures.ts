const NUMBER = /\d+(?:[.,'\u2019]\d+)*/gu;
const FOREIGN_DIGIT = /[^\P{N}0-9]/u;

/** Counts below these are pronouns and the like as often as counts. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ...['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen'].map(
    (word, place) => [word, String(place + 2)] as const,
  ),
  ...['fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen', 'twenty'].map(
    (word, place) => [word, String(place + 14)] as const,
  ),
]);
/** Magnitudes in words, which no evidence of ours uses: whatever they say was made up. */
const MAGNITUDES = /\b(?:dozens?|hundreds?|thousands?|millions?|billions?|twice|thrice|half|double|triple)\b/iu;

/** Whether every number of a sentence, in digits or English words, stands in the texts that it cites. */
export function figuresStandIn(sentence: string, cited: readonly string[]): boolean {
  if (FOREIGN_DIGIT.test(sentence) || MAGNITUDES.test(sentence)) return false;
  const known = new Set(cited.flatMap(figures));
  return figures(sentence).every((figure) => known.has(figure));
}

/** Numbers as they compare: separators of thousands gone, trailing zeros of decimals gone, dates in their parts. */
function figures(text: string): readonly string[] {
  const written = (text.match(NUMBER) ?? []).map(plainNumber);
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return [...written, ...words.flatMap((word) => WORDS.get(word) ?? [])];
}

function plainNumber(figure: string): string {
  const grouped = /^\d{1,3}(?:[,'\u2019]\d{3})+(?:\.\d+)?$/.test(figure);
  const plain = grouped ? figure.replace(/[,'\u2019]/g, '') : figure;
  return /^\d+\.\d+$/.test(plain) ? plain.replace(/\.?0+$/, '') : plain.replace(/^0+(?=\d)/, '');
}
