import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { EdgeCache, type Kept } from '../../../../node/graph/level/edge-cache.ts';
import { entryKey, TABLES } from '../../../../node/graph/level/keys.ts';
import { account, around, EVER, node, transfer } from '../../../conformance/graph-fixtures.ts';
import { SYSTEM } from '../../../conformance/ledger-fixtures.ts';
import { GraphFolder } from './graph-folder.ts';

const EDGE = { edgeId: 'e', kind: 'transfer', occurredAtMs: 1 } as const;
const ENTRY = { occurredAtMs: 1, versions: [] };
const TIES = 2;

function placeOf(end: string) {
  return { end, edges: 1 };
}

function kept(outgoing: number, incoming: number): Kept {
  return { out: Array.from({ length: outgoing }, () => ENTRY), in: Array.from({ length: incoming }, () => ENTRY) };
}

function edgesIn(found: Kept | undefined): number {
  return found === undefined || found === 'hub' ? 0 : found.out.length + found.in.length;
}

test('what was read before a batch and put after it is not kept', (t) => {
  const cache = new EdgeCache();
  const before = cache.writes;
  cache.forget([entryKey('elsewhere', 'out', EDGE)]);
  cache.put(placeOf('a'), kept(1, 0), before);
  t.is(cache.get(placeOf('a')), undefined);
  cache.put(placeOf('a'), kept(1, 0), cache.writes);
  t.deepEqual(cache.get(placeOf('a')), kept(1, 0));
});

test('a batch forgets the ends that it wrote, either way, and no others', (t) => {
  const cache = new EdgeCache();
  for (const end of ['a', 'b', 'c']) cache.put(placeOf(end), kept(1, 1), cache.writes);
  cache.put({ end: 'a', edges: TIES }, kept(1, 0), cache.writes);
  cache.put(placeOf('hub'), 'hub', cache.writes);
  cache.forget([entryKey('a', 'out', EDGE), entryKey('c', 'in', EDGE), entryKey('hub', 'out', EDGE)]);
  cache.forget([Buffer.of(TABLES.node, 98)]);
  for (const end of ['a', 'c']) t.is(cache.get(placeOf(end)), undefined, end);
  t.is(edgesIn(cache.get(placeOf('b'))), 2);
  t.is(edgesIn(cache.get({ end: 'a', edges: TIES })), 1);
  t.is(cache.get(placeOf('hub')), 'hub');
});

test('no more than LIMITS.graphCachedEdges edges are kept', (t) => {
  const cache = new EdgeCache();
  const full = kept(LIMITS.graphCachedEndEdges / 2, LIMITS.graphCachedEndEdges / 2);
  const ends = Math.ceil(LIMITS.graphCachedEdges / LIMITS.graphCachedEndEdges) + 10;
  for (let end = 0; end < ends; end += 1) cache.put(placeOf(String(end)), full, cache.writes);
  let edges = 0;
  for (let end = 0; end < ends; end += 1) edges += edgesIn(cache.get(placeOf(String(end))));
  t.true(edges <= LIMITS.graphCachedEdges && edges > LIMITS.graphCachedEdges / 2);
  t.is(cache.get(placeOf('0')), undefined);
});

test('an account is read as it is after each batch, also when it becomes a hub that no cache holds', async (t) => {
  const folder = await GraphFolder.make();
  t.teardown(() => folder.dispose());
  const graph = await folder.open();
  const nodes = ['a', 'b', 'c'].map((id) => node(id));
  const read = async (): Promise<readonly string[]> => {
    const found = await graph.neighbours(around('a', { asOfMs: EVER, limit: LIMITS.graphNeighbours }), SYSTEM);
    return found.map(({ edge, other }) => `${edge.edgeId} ${other}`);
  };
  await graph.apply({ sequence: 1, nodes, edges: [transfer('t1', 'a', 'b', 1)] });
  t.deepEqual(await read(), [`t1 ${account('b')}`]);
  await graph.apply({ sequence: 2, nodes: [], edges: [transfer('t1', 'a', 'c', 1), transfer('t2', 'b', 'a', 2)] });
  t.deepEqual(await read(), [`t2 ${account('b')}`, `t1 ${account('c')}`]);
  const many = Array.from({ length: LIMITS.graphCachedEndEdges }, (_, at) => transfer(`m${at}`, 'a', 'b', 10 + at));
  await graph.apply({ sequence: 3, nodes: [], edges: many });
  for (const again of [1, 2]) t.is((await read()).length, many.length + 2, `read ${again}`);
  const window = around('a', { asOfMs: EVER, fromMs: 11, toMs: 13 });
  t.deepEqual(
    (await graph.neighbours(window, SYSTEM)).map(({ edge }) => edge.edgeId),
    ['m2', 'm1'],
  );
  await graph.clear();
  t.deepEqual(await read(), []);
});
