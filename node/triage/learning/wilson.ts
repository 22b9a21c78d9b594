/** A share with its interval. */
export type Share = { readonly value: number; readonly low: number; readonly high: number };

/** Quantile of the normal distribution for 95 %. */
const Z = 1.959964;

/** Wilson's score interval, 95 %; from 0 to 1 where nothing was counted. Source: Wilson, JASA 22 (1927), 209–212. */
export function wilson(hits: number, of: number): Share {
  if (of === 0) return { value: 0, low: 0, high: 1 };
  const share = hits / of;
  const scale = 1 + (Z * Z) / of;
  const centre = share + (Z * Z) / (2 * of);
  const half = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return { value: share, low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}
