import type { Scored } from '../../node/triage/learning/measures.ts';

export type CurvePoint = { readonly recall: number; readonly precision: number };

/** Precision over recall at each threshold, equal scores being one, from the highest score down. */
export function precisionRecall(rows: readonly Scored[]): readonly CurvePoint[] {
  const positives = rows.filter(({ positive }) => positive).length;
  const groups = [...Map.groupBy(rows, ({ score }) => score)].sort(([one], [other]) => other - one);
  let [found, seen] = [0, 0];
  const points = groups.map(([, group]) => {
    found += group.filter(({ positive }) => positive).length;
    seen += group.length;
    return { recall: found / Math.max(1, positives), precision: found / seen };
  });
  const every = Math.ceil(points.length / DRAWN_POINTS);
  return points.filter((_point, place) => place % every === 0 || place === points.length - 1);
}

/** More would only be more bytes: the drawing is 360 pixels wide. */
const DRAWN_POINTS = 400;
