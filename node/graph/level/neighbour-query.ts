import { newestFirst } from '../edge-order.ts';
import type { Neighbour, NeighbourQuery } from '../graph-store.ts';
import { neighbourLimit } from '../query-check.ts';
import { scanEdges } from './edge-scan.ts';
import type { QueryView } from './query-view.ts';

/** Answers a query for neighbours from one range of keys a class of kinds, of a hub one a direction as well. */
export async function readNeighbours(view: QueryView, query: NeighbourQuery): Promise<readonly Neighbour[]> {
  const limit = neighbourLimit(query);
  if (!view.seesNode(query.key)) return [];
  const directions = query.direction === 'both' ? (['out', 'in'] as const) : [query.direction];
  const neighbours: Neighbour[] = [];
  // One after the other: what is read for the first is kept for the second.
  for (const direction of directions) neighbours.push(...(await readDirection(view, query, direction, limit)));
  return neighbours.sort((one, other) => newestFirst(one.edge, other.edge)).slice(0, limit);
}

async function readDirection(
  view: QueryView,
  query: NeighbourQuery,
  direction: 'in' | 'out',
  limit: number,
): Promise<readonly Neighbour[]> {
  const transfers = query.kinds.filter((kind) => kind === 'transfer');
  const ties = query.kinds.filter((kind) => kind !== 'transfer');
  const parts: Neighbour[] = [];
  // The newest of both together may all be of one class, so each is read as far as the limit.
  for (const kinds of [transfers, ties]) {
    if (kinds.length === 0) continue;
    const found: Neighbour[] = [];
    await scanEdges(view, { ...windowOf(query), end: query.key, direction, kinds }, (edge, other) => {
      // An edge from a node to itself is one neighbour, not two.
      const isSecondSight = query.direction === 'both' && direction === 'in' && other === query.key;
      if (!isSecondSight) found.push({ edge, other, direction });
      return found.length < limit;
    });
    parts.push(...found);
  }
  return parts;
}

function windowOf(query: NeighbourQuery) {
  return {
    fromMs: query.fromMs ?? Number.NEGATIVE_INFINITY,
    toMs: query.toMs ?? Number.POSITIVE_INFINITY,
    ...(query.minimumAmountMinor === undefined ? {} : { minimumAmountMinor: query.minimumAmountMinor }),
  };
}
