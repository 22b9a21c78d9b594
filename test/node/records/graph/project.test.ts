import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { GraphStore } from '../../../../node/graph/graph-store.ts';
import { openLevelGraph } from '../../../../node/graph/level/level-graph.ts';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import { accountKey, customerKey } from '../../../../node/records/graph/entity-keys.ts';
import { projectToGraph } from '../../../../node/records/graph/project.ts';
import { importFile } from '../../../../node/records/import.ts';
import type { BookingWindow } from '../../../../node/records/import-table.ts';
import type { RecordKind } from '../../../../node/records/plan.ts';
import { systemViewer } from '../../../../node/records/viewer.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { folderWith } from '../home.ts';
import { ACCOUNTS_CSV, CUSTOMERS_CSV, TRANSFERS_CSV } from '../samples.ts';

const VIEWER = systemViewer('test', 'one');
const CLOCK = { nowMs: () => 0 };
const LOG = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const END_MS = Date.UTC(2024, 0, 1);

type Home = {
  ledger: Ledger;
  graph: GraphStore;
  load: (kind: RecordKind, window?: BookingWindow) => Promise<unknown>;
  project: () => Promise<number>;
};

async function home(t: ExecutionContext): Promise<Home> {
  const files = { 'customers.csv': CUSTOMERS_CSV, 'accounts.csv': ACCOUNTS_CSV, 'transfers.csv': TRANSFERS_CSV };
  const folder = await folderWith(t, files);
  const ledger = openMemoryLedger({ clock: CLOCK });
  const graph = await openLevelGraph({ directory: join(folder, 'graph'), log: LOG });
  t.teardown(() => graph.close());
  return {
    ledger,
    graph,
    load: (kind, window = {}) =>
      importFile(
        { ledger, clock: CLOCK, agency: 'one' },
        { kind, path: join(folder, `${kind}.csv`) },
        { actor: 'a', nowMs: 0, window },
      ),
    project: () => projectToGraph({ ledger, graph, agency: 'one' }),
  };
}

async function transfersOf(graph: GraphStore, agency: string, account: string): Promise<string[]> {
  const query = { key: accountKey(agency, account), kinds: ['transfer'], direction: 'both' } as const;
  const neighbours = await graph.neighbours({ ...query, asOfMs: END_MS, limit: 100 }, VIEWER);
  return neighbours.map(({ edge }) => edge.edgeId).sort();
}

test('customers, accounts and transfers become a graph that can be walked', async (t) => {
  const { ledger, graph, load, project } = await home(t);
  for (const kind of ['customers', 'accounts', 'transfers'] as const) await load(kind);
  t.is(await project(), ledger.head().sequence);
  t.is(await graph.appliedSequence(), ledger.head().sequence);
  t.is((await graph.node(customerKey('one', 'C-2'), END_MS, VIEWER))?.kind, 'organisation');
  const owned = {
    key: customerKey('one', 'C-1'),
    kinds: ['owns'],
    direction: 'out',
    asOfMs: END_MS,
    limit: 9,
  } as const;
  t.is((await graph.neighbours(owned, VIEWER))[0]?.other, accountKey('one', 'A-1'));
  t.deepEqual(await transfersOf(graph, 'one', 'A-2'), ['t1', 't3', 't4']);
  t.deepEqual(await transfersOf(graph, 'two', '445875107326437146'), ['t2']);
});

test('customers that share a phone meet in its node', async (t) => {
  const { graph, load, project } = await home(t);
  await load('customers');
  await project();
  const has = { kinds: ['has_phone'], asOfMs: END_MS, limit: 9 } as const;
  const [phone] = await graph.neighbours({ ...has, key: customerKey('one', 'C-1'), direction: 'out' }, VIEWER);
  const sharers = await graph.neighbours({ ...has, key: phone?.other ?? customerKey('', ''), direction: 'in' }, VIEWER);
  t.deepEqual(sharers.map(({ other }) => String(other)).sort(), ['customer:one:C-1', 'customer:one:C-2']);
});

test('an account at another agency is known from its first transfer on, in whatever order they come', async (t) => {
  const { graph, load, project } = await home(t);
  const key = accountKey('two', 'X-9');
  await load('transfers', { fromMs: Date.UTC(2023, 0, 3, 1) });
  await project();
  await load('transfers');
  await project();
  const bookedMs = Date.UTC(2023, 0, 3, 9);
  t.is(await graph.node(key, bookedMs - 1, VIEWER), undefined);
  t.deepEqual((await graph.node(key, bookedMs, VIEWER))?.properties, { account_id: 'X-9', agency: 'two' });
});

test('an account that transfers came before keeps its own record', async (t) => {
  const { graph, load, project } = await home(t);
  await load('transfers');
  await project();
  t.is((await graph.node(accountKey('one', 'A-1'), END_MS, VIEWER))?.properties['kind'], undefined);
  await load('accounts');
  await project();
  await load('transfers');
  await project();
  t.is((await graph.node(accountKey('one', 'A-1'), END_MS, VIEWER))?.properties['kind'], 'CURRENT');
});

test('windows add up to the whole, and a graph built anew is the same', async (t) => {
  const { graph, load, project } = await home(t);
  await load('accounts');
  for (const window of [{ untilMs: Date.UTC(2023, 0, 2) }, { fromMs: Date.UTC(2023, 0, 2) }]) {
    await load('transfers', window);
    await project();
  }
  const before = await transfersOf(graph, 'one', 'A-2');
  await graph.clear();
  t.deepEqual(await transfersOf(graph, 'one', 'A-2'), []);
  await project();
  t.deepEqual(await transfersOf(graph, 'one', 'A-2'), before);
  t.deepEqual(before, ['t1', 't3', 't4']);
});

test('with nothing new nothing is applied', async (t) => {
  const { ledger, graph, load, project } = await home(t);
  await load('accounts');
  const reached = await project();
  const refusing = { ...graph, apply: () => Promise.reject(new Error('applied')) };
  t.is(await projectToGraph({ ledger, graph: refusing, agency: 'one' }), reached);
});
