import test from 'ava';
import type { GraphEdge } from '../../../node/graph/graph-store.ts';
import { type EdgeReader, searchPaths } from '../../../node/graph/path-search.ts';
import { account, transfer } from '../../conformance/graph-fixtures.ts';

const BOUNDS = { paths: 100, expansions: 20_000 };

/** Reads from a list, and counts how often it was asked. */
function reader(edges: readonly GraphEdge[]): EdgeReader & { readonly asked: { leaving: number; reaching: number } } {
  const asked = { leaving: 0, reaching: 0 };
  return {
    asked,
    leaving: async (key) => {
      asked.leaving += 1;
      return edges.filter(({ from }) => from === key);
    },
    reaching: async (key) => {
      asked.reaching += 1;
      return edges.filter(({ to }) => to === key);
    },
  };
}

/** Layers of nodes, each with edges to all of the next; none leads to `z`. */
function layers(width: number, depth: number): GraphEdge[] {
  const edges: GraphEdge[] = [];
  for (let layer = 0; layer < depth; layer += 1)
    for (let from = 0; from < (layer === 0 ? 1 : width); from += 1)
      for (let to = 0; to < width; to += 1)
        edges.push(transfer(`${layer}/${from}/${to}`, `n${layer}/${from}`, `n${layer + 1}/${to}`, layer));
  return edges;
}

test('the half of the way from which the target cannot be reached is not walked', async (t) => {
  const edges = [...layers(8, 6), transfer('last', 'y', 'z', 9)];
  const counted = reader(edges);
  const query = { from: account('n0/0'), to: account('z'), maximumDepth: 6 };
  t.deepEqual(await searchPaths(query, counted, BOUNDS), []);
  t.true(counted.asked.leaving <= 1 + 8 + 64, `${counted.asked.leaving} nodes were walked from`);
});

test('a search ends at its bounds with what it has found', async (t) => {
  const edges = [...layers(10, 4), ...Array.from({ length: 10 }, (_, to) => transfer(`end ${to}`, `n4/${to}`, 'z', 9))];
  const query = { from: account('n0/0'), to: account('z'), maximumDepth: 5 };
  t.is((await searchPaths(query, reader(edges), { ...BOUNDS, paths: 7 })).length, 7);
  const found = await searchPaths(query, reader(edges), { paths: 1_000_000, expansions: 500 });
  t.true(found.length > 0 && found.length < 500);
});

test('a hub before the target leaves the search without its shortcut, and right', async (t) => {
  const edges = [transfer('ab', 'a', 'b', 1), transfer('bc', 'b', 'c', 2), transfer('cd', 'c', 'd', 3)];
  const query = { from: account('a'), to: account('d'), maximumDepth: 4 };
  const found = await searchPaths(query, { ...reader(edges), reaching: async () => undefined }, BOUNDS);
  t.deepEqual(found, [{ edges }]);
});
