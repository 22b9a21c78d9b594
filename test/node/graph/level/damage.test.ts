import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Level } from 'level';
import type { GraphStore } from '../../../../node/graph/graph-store.ts';
import { BatchMarkers, checkMarkers, NO_MARKERS } from '../../../../node/graph/level/batch-markers.ts';
import { GraphDatabase } from '../../../../node/graph/level/graph-database.ts';
import type { GraphLevel } from '../../../../node/graph/level/graph-files.ts';
import { batchKey, TABLES, textKey } from '../../../../node/graph/level/keys.ts';
import { GRAPH_FORMAT_VERSION } from '../../../../node/graph/level/store-facts.ts';
import { ConcordatError, isRefusal } from '../../../../proto/domain/errors.ts';
import { account, around, batch, EVER, node, transfer } from '../../../conformance/graph-fixtures.ts';
import { SYSTEM } from '../../../conformance/ledger-fixtures.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { SILENT } from '../../ledger/level/ledger-folder.ts';
import { GraphFolder } from './graph-folder.ts';

const FLIPS = 60;
const SEED = process.env['SEED'] ?? 'graph flips';
const SETTINGS = { keyEncoding: 'buffer', valueEncoding: 'buffer', compression: false } as const;

async function alter(folder: GraphFolder, change: (level: GraphLevel) => Promise<void>): Promise<void> {
  const level: GraphLevel = new Level(join(folder.path, 'graph'), SETTINGS);
  await change(level);
  await level.close();
}

/** Some batches in tables of the engine and some in its log, left open as a power cut leaves it. */
async function written(t: ExecutionContext): Promise<{ readonly folder: GraphFolder; readonly graph: GraphStore }> {
  const folder = await GraphFolder.make();
  t.teardown(() => folder.dispose());
  let graph = await folder.open();
  for (let sequence = 1; sequence <= 30; sequence += 1) {
    const id = `n${sequence}`;
    await graph.apply(batch(sequence, [node(id)], [transfer(`t${sequence}`, 'n1', id, sequence)]));
    if (sequence % 12 !== 0) continue;
    await graph.close();
    graph = await folder.open();
  }
  return { folder, graph };
}

async function contents(graph: GraphStore): Promise<string> {
  const nodes = await Promise.all(
    Array.from({ length: 30 }, (_, place) => graph.node(account(`n${place + 1}`), EVER, SYSTEM)),
  );
  const neighbours = await graph.neighbours(around('n1'), SYSTEM);
  return JSON.stringify([nodes, neighbours], (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

test('R-02 (graph) after a bit flip it is whole, or begins anew, or a read refuses', async (t) => {
  t.timeout(60_000);
  t.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  const below = (bound: number): number => Buffer.from(random(6)).readUIntBE(0, 6) % bound;
  const { folder, graph } = await written(t);
  const expected = await contents(graph);
  const counts = { anew: 0, whole: 0 };
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const copy = await folder.copy();
    const directory = join(copy.path, 'graph');
    const names = (await readdir(directory)).filter((name) => name !== 'LOCK').sort();
    const path = join(directory, names[flip % names.length] ?? '');
    const bytes = await readFile(path);
    const offset = below(bytes.length);
    bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << below(8)), offset);
    await writeFile(path, bytes);
    const reopened = await copy.open();
    const applied = await reopened.appliedSequence();
    // The last batches may be gone with the end of the log: then they count as not applied and come again.
    for (let sequence = applied + 1; sequence <= 30; sequence += 1)
      await reopened.apply(
        batch(sequence, [node(`n${sequence}`)], [transfer(`t${sequence}`, 'n1', `n${sequence}`, sequence)]),
      );
    t.is(await contents(reopened), expected, `byte ${offset} of ${path}`);
    counts[applied === 30 ? 'whole' : 'anew'] += 1;
    await copy.dispose();
  }
  t.log(JSON.stringify(counts));
  t.true(counts.anew > 10 && counts.whole > 5);
  const unharmed = await folder.copy();
  t.teardown(() => unharmed.dispose());
  t.is(await (await unharmed.open()).appliedSequence(), 30);
});

test('a graph that lost a batch in the middle begins anew, with a line in the log', async (t) => {
  const { folder, graph } = await written(t);
  await graph.close();
  await alter(folder, (level) => level.del(batchKey(27)));
  const reopened = await folder.open();
  t.is(await reopened.appliedSequence(), 0);
  t.is(await reopened.node(account('n1'), EVER, SYSTEM), undefined);
  t.deepEqual(folder.errors, ['graph is damaged and must be built anew from the ledger']);
});

test('a graph that lost its manifest begins anew', async (t) => {
  const { folder, graph } = await written(t);
  await graph.close();
  const directory = join(folder.path, 'graph');
  for (const name of await readdir(directory)) if (name.startsWith('MANIFEST')) await rm(join(directory, name));
  t.is(await (await folder.open()).appliedSequence(), 0);
});

test('an element that was altered behind its checksum is refused when it is read', async (t) => {
  const { folder, graph } = await written(t);
  await graph.close();
  await alter(folder, (level) => level.put(textKey(TABLES.node, account('n5')), Buffer.from('not what was written')));
  const reopened = await folder.open();
  const error = await t.throwsAsync(reopened.node(account('n5'), EVER, SYSTEM));
  t.true(isRefusal(error, 'GRAPH_CORRUPT'));
});

test('a clearing that was interrupted is taken up at the next opening', async (t) => {
  const { folder, graph } = await written(t);
  await graph.close();
  await alter(folder, (level) => level.put(textKey(TABLES.meta, 'applied'), Buffer.from('[0,1,0]')));
  const reopened = await folder.open();
  t.is(await reopened.node(account('n5'), EVER, SYSTEM), undefined);
  t.deepEqual(await reopened.neighbours(around('n1'), SYSTEM), []);
});

test('a graph of a newer format is refused and left as it is', async (t) => {
  const { folder, graph } = await written(t);
  await graph.close();
  const format = textKey(TABLES.meta, 'format');
  await alter(folder, (level) => level.put(format, Buffer.from(String(GRAPH_FORMAT_VERSION + 1))));
  const error = await t.throwsAsync(folder.open(), { instanceOf: ConcordatError });
  t.is(error?.code, 'GRAPH_FORMAT');
  await alter(folder, (level) => level.put(format, Buffer.from(String(GRAPH_FORMAT_VERSION))));
  t.is(await (await folder.open()).appliedSequence(), 30);
});

test('a graph of an older format is emptied without being called damaged, and can be built anew', async (t) => {
  const { folder, graph } = await written(t);
  await graph.close();
  const format = textKey(TABLES.meta, 'format');
  await alter(folder, (level) => level.put(format, Buffer.from(String(GRAPH_FORMAT_VERSION - 1))));
  const reopened = await folder.open();
  t.is(await reopened.appliedSequence(), 0);
  t.is(await reopened.node(account('n5'), EVER, SYSTEM), undefined);
  t.deepEqual(folder.errors, []);
  await reopened.apply({ sequence: 30, nodes: [node('n5')], edges: [] });
  t.is((await reopened.node(account('n5'), EVER, SYSTEM))?.key, account('n5'));
});

test('a second opener is kept out, also where there is damage to repair', async (t) => {
  const { folder, graph } = await written(t);
  for (const harm of [async () => undefined, () => writeFile(join(folder.path, 'graph', 'CURRENT'), 'x')]) {
    await harm();
    const error = await t.throwsAsync(folder.open(), { instanceOf: ConcordatError });
    t.is(error?.code, 'GRAPH_LOCKED');
  }
  t.truthy(await graph.node(account('n30'), EVER, SYSTEM));
});

test('after a failed write the files are opened anew, and the batch can be applied again', async (t) => {
  const folder = await GraphFolder.make();
  t.teardown(() => folder.dispose());
  const database = await GraphDatabase.open(join(folder.path, 'graph'), SILENT);
  const put = (text: string) => async () =>
    [{ type: 'put', key: Buffer.from([1, 2]), value: Buffer.from(text) }] as const;
  await database.write(put('first'), 1);
  await database.level.close();
  const failed = await t.throwsAsync(database.write(put('second'), 2));
  t.true(isRefusal(failed, 'GRAPH_WRITE_FAILED'));
  t.is(database.appliedSequence, 1);
  await database.write(put('second'), 2);
  t.is(database.appliedSequence, 2);
  t.is((await database.level.get(Buffer.from([1, 2]))).toString(), 'second');
  await database.close();
});

test('markers are pruned far behind the last batch, and what is left is still without a gap', async (t) => {
  const folder = await GraphFolder.make();
  t.teardown(() => folder.dispose());
  const level: GraphLevel = new Level(join(folder.path, 'graph'), SETTINGS);
  t.teardown(() => level.close());
  const last = 262_144 + 3 * 4_096;
  const markers = new BatchMarkers({ first: last - 262_144 - 4_096 + 1, last: last - 1 });
  const { first } = markers.withNext;
  const keys = Array.from({ length: 100 }, (_, place) => batchKey(first - 50 + place));
  await level.batch(keys.map((key) => ({ type: 'put', key, value: Buffer.alloc(0) })));
  await markers.advance(level);
  t.is((await level.keys({ lt: batchKey(first) }).all()).length, 0);
  t.is((await level.keys().all()).length, 50);
  t.is(markers.withNext.first, last - 262_144);
  await level.clear();
  await t.notThrowsAsync(checkMarkers(level, NO_MARKERS));
  await level.batch([4, 5].map((number) => ({ type: 'put', key: batchKey(number), value: Buffer.alloc(0) })));
  await t.notThrowsAsync(checkMarkers(level, { first: 4, last: 5 }));
  for (const range of [
    { first: 3, last: 5 },
    { first: 4, last: 6 },
    { first: 4, last: 4 },
  ])
    t.true(isRefusal(await t.throwsAsync(checkMarkers(level, range)), 'GRAPH_CORRUPT'));
});
