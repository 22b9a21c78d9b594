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

function compareIds(one: Dated, other: Dated): number {
  return Buffer.compare(Buffer.from(one.edgeId), Buffer.from(other.edgeId));
}
