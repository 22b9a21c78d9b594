import type { EntityKey } from '../../proto/domain/ids.ts';
import type { GraphEdge, GraphPath, PathQuery } from './graph-store.ts';

/** Edges of a node in the query's window that the viewer sees, oldest first; undefined for a hub. */
export type EdgeReader = {
  leaving(key: EntityKey): Promise<readonly GraphEdge[] | undefined>;
  reaching(key: EntityKey): Promise<readonly GraphEdge[] | undefined>;
};

export type SearchBounds = {
  readonly paths: number;
  /** Edges looked at in all; what was found until then is the answer. */
  readonly expansions: number;
};

/** Of the expansions, what may be spent on looking from the target. */
const BACKWARD_SHARE = 0.25;

/**
 * For each number of edges (1 to the radius) and node: the latest time at which one can leave it and still arrive at
 * the target with at most so many edges. A node that is not in the map cannot reach the target that soon.
 */
type Latest = readonly ReadonlyMap<EntityKey, number>[];

/**
 * Finds directed simple paths in which each edge occurs no earlier than the one before; with from = to, cycles of at
 * least two edges. Depth-first, older edges first. The last half of the way is walked only where the target can still
 * be reached in time, which is worked out from the target first: on dense graphs that is most of the work saved.
 */
export async function searchPaths(
  query: Pick<PathQuery, 'from' | 'to' | 'maximumDepth'>,
  reader: EdgeReader,
  bounds: SearchBounds,
): Promise<readonly GraphPath[]> {
  const latest = await latestDepartures(query, reader, bounds.expansions * BACKWARD_SHARE);
  const paths: GraphPath[] = [];
  let expansions = 0;
  const canArrive = (key: EntityKey, edgesLeft: number, afterMs: number): boolean => {
    const departures = latest[edgesLeft - 1];
    return departures === undefined || (departures.get(key) ?? Number.NEGATIVE_INFINITY) >= afterMs;
  };
  const walk = async (key: EntityKey, walked: readonly GraphEdge[], visited: ReadonlySet<EntityKey>): Promise<void> => {
    const afterMs = walked.at(-1)?.occurredAtMs ?? Number.NEGATIVE_INFINITY;
    const edgesLeft = query.maximumDepth - walked.length - 1;
    for (const edge of (await reader.leaving(key)) ?? []) {
      expansions += 1;
      if (paths.length >= bounds.paths || expansions > bounds.expansions) return;
      if (edge.occurredAtMs < afterMs || edge.to === key) continue;
      if (edge.to === query.to) paths.push({ edges: [...walked, edge] });
      else if (edgesLeft > 0 && !visited.has(edge.to) && canArrive(edge.to, edgesLeft, edge.occurredAtMs))
        await walk(edge.to, [...walked, edge], new Set([...visited, edge.to]));
    }
  };
  await walk(query.from, [], new Set([query.from]));
  return paths;
}

/** Half of the depth, less where a hub or the budget stands in the way. */
async function latestDepartures(
  query: Pick<PathQuery, 'to' | 'maximumDepth'>,
  reader: EdgeReader,
  budget: number,
): Promise<Latest> {
  const latest: Map<EntityKey, number>[] = [];
  let frontier: ReadonlyMap<EntityKey, number> = new Map([[query.to, Number.POSITIVE_INFINITY]]);
  let spent = 0;
  for (let radius = Math.floor(query.maximumDepth / 2); latest.length < radius;) {
    const reached = new Map(latest.at(-1) ?? []);
    for (const [key, untilMs] of frontier) {
      const edges = await reader.reaching(key);
      spent += edges?.length ?? 0;
      // Beyond a hub everything might be reachable, so nothing can be ruled out from here on.
      if (edges === undefined || spent > budget) return latest;
      for (const { from, occurredAtMs } of edges)
        if (occurredAtMs <= untilMs) reached.set(from, Math.max(occurredAtMs, reached.get(from) ?? occurredAtMs));
    }
    latest.push(reached);
    frontier = reached;
  }
  return latest;
}
