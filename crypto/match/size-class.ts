/** The smallest class, so that a small set does not show how small it is. Chosen. */
const SMALLEST = 64;

/**
 * The number of entries that a filter of `count` true ones is padded to: 64, 80, 100, 125, 157 … each a quarter more than
 * the one before, rounded up. Whoever sees the filter learns the size of the set to within 25 %.
 */
export function sizeClassOf(count: number): number {
  let size = SMALLEST;
  while (size < count) size = Math.ceil((size * 5) / 4);
  return size;
}
