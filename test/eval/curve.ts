import type { Scored } from '../tools/training/measures.ts';

export type CurvePoint = { readonly recall: number; readonly precision: number };

/** Precision over recall at each threshold, equal scores being one, from the highest score down. */
export function precisionRecall(rows: readonly Scored[]): readonly CurvePoint[] {
  const positives = rows.filter(({ positive }) => positive).length;
  const groups = [...Map.groupBy(rows, ({ score }) => score)].sort(([one], [other]) => other - one);
  let [found, seen] = [0, 0];
  return groups.map(([, group]) => {
    found += group.filter(({ positive }) => positive).length;
    seen += group.length;
    return { recall: found / Math.max(1, positives), precision: found / seen };
  });
}
