/** Decimal digits of a position in a key, so that keys sort as positions do. */
const DIGITS = 12;

export function indexKey(index: number): string {
  return String(index).padStart(DIGITS, '0');
}
