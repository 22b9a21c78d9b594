import type { RandomBytes } from '../proto/domain/runtime.ts';

export type BackoffBounds = { readonly firstMs: number; readonly mostMs: number };

/**
 * How long to wait before the next try: doubled with each failure, then drawn between half and all of it, so that
 * those who failed together do not come back together.
 * @param failures tries that failed in a row, from 1
 */
export function backoffMs(failures: number, bounds: BackoffBounds, random: RandomBytes): number {
  const ceilingMs = Math.min(bounds.mostMs, bounds.firstMs * 2 ** Math.min(failures - 1, 30));
  const [high = 0, low = 0] = random(2);
  const share = (high * 256 + low) / 65_536;
  return Math.round(ceilingMs * (0.5 + share / 2));
}
