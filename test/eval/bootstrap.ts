import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { averagePrecision } from '../../node/triage/learning/measures.ts';
import type { ScoredDecision } from './score.ts';

export type Difference = { readonly value: number; readonly low: number; readonly high: number };

const DRAWS = 400;

/**
 * How much better one regime ranks the same alerts than another, by average precision, with its 95 % interval:
 * customers are drawn with replacement, since alerts of one customer are not independent.
 */
export function differenceOf(
  better: readonly ScoredDecision[],
  base: readonly ScoredDecision[],
  random: RandomBytes,
): Difference {
  const groups = [...new Set(base.map(({ group }) => group))];
  const [inBetter, inBase] = [byGroup(better), byGroup(base)];
  const draws = Array.from({ length: DRAWS }, () => {
    const drawn = groups.map(() => groups[random(4).reduce((sum, byte) => sum * 256 + byte, 0) % groups.length] ?? '');
    const take = (rows: ReadonlyMap<string, readonly ScoredDecision[]>): readonly ScoredDecision[] =>
      drawn.flatMap((group) => rows.get(group) ?? []);
    return averagePrecision(take(inBetter)) - averagePrecision(take(inBase));
  }).sort((one, other) => one - other);
  return {
    value: averagePrecision(better) - averagePrecision(base),
    low: draws[Math.floor(DRAWS * 0.025)] ?? 0,
    high: draws[Math.floor(DRAWS * 0.975)] ?? 0,
  };
}

function byGroup(rows: readonly ScoredDecision[]): ReadonlyMap<string, readonly ScoredDecision[]> {
  return Map.groupBy(rows, ({ group }) => group);
}
