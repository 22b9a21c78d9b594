/** An account of the agency and its local score at the time asked about. */
export type AccountScore = { readonly accountId: string; readonly score: number };

/**
 * Sorts accounts into buckets by rank, 0 the least risky: the highest bucket holds the top share, each below it as
 * many again and twice as many and so on, bucket 0 the rest. Ties are broken by a stable order of ids, so that the top
 * bucket never holds more than its share.
 * @param topShare share of accounts in the top bucket, 0 to 1
 */
export function bucketsByRank(
  scores: readonly AccountScore[],
  buckets: number,
  topShare: number,
): ReadonlyMap<string, number> {
  const ranked = [...scores].sort(
    (one, other) => other.score - one.score || (one.accountId < other.accountId ? -1 : 1),
  );
  const bounds = Array.from({ length: buckets - 1 }, (_, place) =>
    Math.floor(ranked.length * Math.min(1, topShare * 2 ** place)),
  );
  return new Map(ranked.map(({ accountId }, rank) => [accountId, bucketOf(rank, bounds)]));
}

function bucketOf(rank: number, bounds: readonly number[]): number {
  const place = bounds.findIndex((bound) => rank < bound);
  return place === -1 ? 0 : bounds.length - place;
}
