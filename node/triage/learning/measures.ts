/** A scored row: higher is riskier. */
export type Scored = { readonly score: number; readonly positive: boolean };

/** Average precision: precision at each threshold, weighted by the recall that it adds; equal scores are one threshold. */
export function averagePrecision(rows: readonly Scored[]): number {
  const positives = rows.filter(({ positive }) => positive).length;
  let [found, seen, sum] = [0, 0, 0];
  for (const { hits, size } of thresholds(rows)) {
    found += hits;
    seen += size;
    sum += (hits / positives) * (found / seen);
  }
  return positives === 0 ? 0 : sum;
}

/** Best recall with at most the given share of false positives. */
export function recallAt(rows: readonly Scored[], falseShare: number): number {
  const positives = rows.filter(({ positive }) => positive).length;
  let [found, wrong, best] = [0, 0, 0];
  for (const { hits, size } of thresholds(rows)) {
    found += hits;
    wrong += size - hits;
    if (wrong > falseShare * (rows.length - positives)) break;
    best = found / positives;
  }
  return best;
}

type Threshold = { hits: number; size: number };

/** Rows of each distinct score, the highest first. Sorted rather than grouped: bootstraps call this thousands of times. */
function thresholds(rows: readonly Scored[]): readonly Threshold[] {
  const found: Threshold[] = [];
  let current: Threshold | undefined;
  let last = Number.NaN;
  for (const { positive, score } of rows.toSorted((one, other) => other.score - one.score)) {
    if (current === undefined || score !== last) found.push((current = { hits: 0, size: 0 }));
    current.size += 1;
    if (positive) current.hits += 1;
    last = score;
  }
  return found;
}
