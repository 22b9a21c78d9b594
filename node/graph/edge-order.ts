import type { GraphEdge } from './graph-store.ts';

type Dated = Pick<GraphEdge, 'occurredAtMs' | 'edgeId'>;

/** Newest first; edges of one time by id, bytewise, so that every engine cuts a hub at the same place. */
export function newestFirst(one: Dated, other: Dated): number {
  return other.occurredAtMs - one.occurredAtMs || compareIds(one, other);
}

/** In the order in which money could have moved. */
export function oldestFirst(one: Dated, other: Dated): number {
  return one.occurredAtMs - other.occurredAtMs || compareIds(one, other);
}

/** Order of the UTF-8 bytes, which is that of code points: that of UTF-16 units but for surrogates, which are last. */
function compareIds({ edgeId: one }: Dated, { edgeId: other }: Dated): number {
  const length = Math.min(one.length, other.length);
  for (let place = 0; place < length; place += 1) {
    const [unit, otherUnit] = [one.charCodeAt(place), other.charCodeAt(place)];
    if (unit !== otherUnit) return rank(unit) - rank(otherUnit);
  }
  return one.length - other.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
