import { LIMITS } from '../../../config/settings/limits.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { oldestFirst } from '../edge-order.ts';
import type { GraphEdge, GraphPath, PathQuery } from '../graph-store.ts';
import { searchPaths } from '../path-search.ts';
import { pathLimit } from '../query-check.ts';
import { scanEdges } from './edge-scan.ts';
import type { QueryView } from './query-view.ts';

/** Answers a query for paths; each node is read once a direction. */
export async function readPaths(view: QueryView, query: PathQuery): Promise<readonly GraphPath[]> {
  const bounds = { paths: pathLimit(query), expansions: LIMITS.graphExpansions };
  if (!view.seesNode(query.from) || !view.seesNode(query.to)) return [];
  const leaving = remembered((key) => readNodeEdges(view, query, key, 'out'));
  const reaching = remembered((key) => readNodeEdges(view, query, key, 'in'));
  return searchPaths(query, { leaving, reaching }, bounds);
}

async function readNodeEdges(
  view: QueryView,
  { kinds, fromMs, toMs, hubDegree }: PathQuery,
  end: EntityKey,
  direction: 'in' | 'out',
): Promise<readonly GraphEdge[] | undefined> {
  const edges: GraphEdge[] = [];
  await scanEdges(view, { end, direction, kinds, fromMs, toMs }, (edge) => {
    edges.push(edge);
    return edges.length <= hubDegree;
  });
  return edges.length > hubDegree ? undefined : edges.sort(oldestFirst);
}

function remembered<Value>(read: (key: EntityKey) => Promise<Value>): (key: EntityKey) => Promise<Value> {
  const answers = new Map<EntityKey, Promise<Value>>();
  return (key) => {
    const known = answers.get(key) ?? read(key);
    answers.set(key, known);
    return known;
  };
}
