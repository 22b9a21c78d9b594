/** Printable ASCII needs no cleaning: most cells and the fast way out. */
const NOT_PLAIN = /[^\x20-\x7e]| {2}/;
/** Blanks of every kind, line ends and other controls, which become one space. */
const BLANKS = /[\p{Z}\p{Cc}]+/gu;
/**
 * What shows nothing and can hide or reorder text: format characters (zero width, bidirectional, tags), lone
 * surrogates, variation selectors, and letters that are drawn as nothing (Hangul fillers).
 */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Variation_Selector}\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]+/gu;

/**
 * Cleans a text of a foreign source: compatibility forms folded (NFKC), invisible and bidirectional characters
 * removed, blanks collapsed. Letters, marks and markup stay as they are; escaping is the business of what shows it.
 */
export function cleanText(text: string): string {
  if (!NOT_PLAIN.test(text)) return text.trim();
  return text.replace(INVISIBLE, '').normalize('NFKC').replace(BLANKS, ' ').trim();
}

/** As cleanText, with nothing left meaning null. */
export function cleanOptional(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const clean = cleanText(text);
  return clean === '' ? null : clean;
}
