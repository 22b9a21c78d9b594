import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { EdgeCache, type EdgeEntry } from '../../../../node/graph/level/edge-cache.ts';
import { entryKey, TABLES } from '../../../../node/graph/level/keys.ts';
import { account, around, EVER, node, transfer } from '../../../conformance/graph-fixtures.ts';
import { SYSTEM } from '../../../conformance/ledger-fixtures.ts';
import { GraphFolder } from './graph-folder.ts';

const EDGE = { edgeId: 'e', kind: 'transfer', occurredAtMs: 1 } as const;
const ENTRY: EdgeEntry = { occurredAtMs: 1, versions: [] };

function placeOf(end: string) {
  return { table: TABLES.out, end, edges: 1 };
}

test('what was read before a batch and put after it is not kept', (t) => {
  const cache = new EdgeCache();
  const before = cache.writes;
  cache.forget([entryKey(TABLES.out, 'elsewhere', EDGE)]);
  cache.put(placeOf('a'), [ENTRY], before);
  t.is(cache.get(placeOf('a')), undefined);
  cache.put(placeOf('a'), [ENTRY], cache.writes);
  t.deepEqual(cache.get(placeOf('a')), [ENTRY]);
});

test('a batch forgets the ends that it wrote, in the direction that it wrote, and no others', (t) => {
  const cache = new EdgeCache();
  for (const end of ['a', 'b']) cache.put(placeOf(end), [ENTRY], cache.writes);
  cache.put({ ...placeOf('a'), table: TABLES.in }, [ENTRY], cache.writes);
  cache.put(placeOf('hub'), 'hub', cache.writes);
  cache.forget([entryKey(TABLES.out, 'a', EDGE), entryKey(TABLES.out, 'hub', EDGE), Buffer.of(TABLES.node, 98)]);
  t.is(cache.get(placeOf('a')), undefined);
  t.is(cache.get(placeOf('b'))?.length, 1);
  t.is(cache.get({ ...placeOf('a'), table: TABLES.in })?.length, 1);
  t.is(cache.get(placeOf('hub')), 'hub');
});

test('no more than LIMITS.graphCachedEdges edges are kept', (t) => {
  const cache = new EdgeCache();
  const entries = Array.from({ length: LIMITS.graphCachedEndEdges }, () => ENTRY);
  const ends = Math.ceil(LIMITS.graphCachedEdges / entries.length) + 10;
  for (let end = 0; end < ends; end += 1) cache.put(placeOf(String(end)), entries, cache.writes);
  let kept = 0;
  for (let end = 0; end < ends; end += 1) kept += cache.get(placeOf(String(end)))?.length ?? 0;
  t.true(kept <= LIMITS.graphCachedEdges && kept > LIMITS.graphCachedEdges / 2);
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
