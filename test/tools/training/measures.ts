/** A scored row: higher is riskier. */
export type Scored = { readonly score: number; readonly positive: boolean };

/** Average precision, equal scores counting as one threshold, as ../shared/tools/score.py has it. */
export function averagePrecision(rows: readonly Scored[]): number {
  const positives = rows.filter(({ positive }) => positive).length;
  let [found, seen, sum] = [0, 0, 0];
  for (const group of groupsByScore(rows)) {
    const hits = group.filter(({ positive }) => positive).length;
    found += hits;
    seen += group.length;
    sum += (hits / positives) * (found / seen);
  }
  return positives === 0 ? 0 : sum;
}

/** Best recall with at most the given share of false positives. */
export function recallAt(rows: readonly Scored[], falseShare: number): number {
  const positives = rows.filter(({ positive }) => positive).length;
  let [found, wrong, best] = [0, 0, 0];
  for (const group of groupsByScore(rows)) {
    const hits = group.filter(({ positive }) => positive).length;
    found += hits;
    wrong += group.length - hits;
    if (wrong > falseShare * (rows.length - positives)) break;
    best = found / positives;
  }
  return best;
}

function groupsByScore(rows: readonly Scored[]): readonly (readonly Scored[])[] {
  const groups = Map.groupBy(rows, ({ score }) => score);
  return [...groups.entries()].sort(([one], [other]) => other - one).map(([, group]) => group);
}
