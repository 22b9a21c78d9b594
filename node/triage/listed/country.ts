/** A code of ISO 3166-1 alpha-2, alone or before something that belongs to no word. */
const LEADING_CODE = /^([A-Z]{2})(?![\p{L}\p{N}\p{M}])/u;

/**
 * The country that a text begins with; undefined where it names none. What is written behind the code says nothing, so
 * that nobody can remove a fact by writing more.
 */
export function countryIn(text: string): string | undefined {
  return LEADING_CODE.exec(text)?.[1];
}
