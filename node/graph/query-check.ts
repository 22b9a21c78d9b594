import { LIMITS } from '../../config/settings/limits.ts';
import { graphError } from './errors.ts';
import type { NeighbourQuery, PathQuery } from './graph-store.ts';

/** The number of neighbours to return. @throws GRAPH_QUERY when it is none */
export function neighbourLimit({ limit }: Pick<NeighbourQuery, 'limit'>): number {
  return clamped(limit, LIMITS.graphNeighbours);
}

/**
 * Checks the bounds of a search for paths; the number of paths is clamped, a depth beyond the bound is refused, since
 * a shallower search would answer another question.
 * @throws GRAPH_QUERY
 */
export function pathLimit({ limit, maximumDepth, hubDegree }: PathQuery): number {
  if (!Number.isInteger(maximumDepth) || maximumDepth < 1 || maximumDepth > LIMITS.graphPathDepth)
    throw graphError('GRAPH_QUERY', { detail: { field: 'maximumDepth' } });
  if (!(hubDegree >= 1)) throw graphError('GRAPH_QUERY', { detail: { field: 'hubDegree' } });
  return clamped(limit, LIMITS.graphPaths);
}

function clamped(limit: number, maximum: number): number {
  if (!(limit >= 1)) throw graphError('GRAPH_QUERY', { detail: { field: 'limit' } });
  return Math.min(Math.floor(limit), maximum);
}
