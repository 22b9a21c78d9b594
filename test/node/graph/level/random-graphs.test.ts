import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import * as fc from 'fast-check';
import type { GraphBatch, GraphStore } from '../../../../node/graph/graph-store.ts';
import { account, around, between, node, tie, transfer } from '../../../conformance/graph-fixtures.ts';
import { ANALYST, OPEN, SECRET, SYSTEM } from '../../../conformance/ledger-fixtures.ts';
import { openMemoryGraph } from '../../../fakes/memory-graph.ts';
import { GraphFolder } from './graph-folder.ts';

const IDS = ['a', 'b', 'c', 'd', 'e'] as const;
const id = fc.constantFrom(...IDS);
const time = fc.integer({ min: 0, max: 12 });
const marking = fc.oneof({ weight: 5, arbitrary: fc.constant(OPEN) }, { weight: 1, arbitrary: fc.constant(SECRET) });

const nodes = fc
  .record({ id, knownAtMs: time, marking, v: fc.constantFrom('1', '2') })
  .map(({ id: key, v, ...rest }) => node(key, { ...rest, properties: { v } }));
const edges = fc
  .record({
    edgeId: fc.integer({ min: 0, max: 14 }),
    from: id,
    to: id,
    atMs: time,
    delayMs: time,
    marking,
    amountMinor: fc.bigInt({ min: 0n, max: 3n }),
    isTie: fc.integer({ min: 0, max: 9 }).map((draw) => draw === 0),
  })
  .map(({ edgeId, from, to, atMs, delayMs, isTie, amountMinor, ...rest }) => {
    const times = { occurredAtMs: atMs, knownAtMs: atMs + delayMs };
    return isTie
      ? tie('owns', from, to, { edgeId: `e${edgeId}`, ...times, ...rest })
      : transfer(`e${edgeId}`, from, to, atMs, { amountMinor, ...times, ...rest });
  });
/** Batches in the order of the ledger, with replays of earlier ones in between. */
const histories = fc
  .array(fc.tuple(fc.array(nodes, { maxLength: 6 }), fc.array(edges, { maxLength: 12 }), fc.nat()), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => {
    const batches = parts.map((part, place): GraphBatch => ({ sequence: place + 1, nodes: part[0], edges: part[1] }));
    return batches.flatMap((batch, place) => {
      const replayed = (parts[place]?.[2] ?? 0) % (place + 2);
      return [batch, ...batches.slice(Math.min(replayed, place), place)];
    });
  });

/** Everything that can be asked of a small graph, for two viewers and several times. */
async function answers(graph: GraphStore): Promise<unknown[]> {
  const all: unknown[] = [await graph.appliedSequence()];
  for (const viewer of [SYSTEM, ANALYST])
    for (const asOfMs of [3, 8, 30])
      for (const one of IDS) {
        all.push(await graph.node(account(one), asOfMs, viewer));
        all.push(await graph.neighbours(around(one, { asOfMs, limit: 4, kinds: ['transfer', 'owns'] }), viewer));
        all.push(await graph.neighbours(around(one, { asOfMs, fromMs: 2, toMs: 9, minimumAmountMinor: 1n }), viewer));
        const window = { key: account(one), fromMs: 1, toMs: 10, asOfMs };
        all.push(await graph.aggregate({ ...window, direction: 'in' }, viewer));
        for (const other of [one, 'b'] as const) {
          const paths = await graph.paths(between(one, other, { asOfMs, maximumDepth: 5, hubDegree: 6 }), viewer);
          const routes = paths.map((path) => path.edges.map(({ edgeId }) => edgeId).join(' '));
          all.push(paths.length < 100 ? routes.sort() : routes.length);
        }
      }
  return all;
}

test('on random histories, with replays, the level engine answers as the plain fake does', async (t) => {
  t.timeout(60_000);
  const folder = await GraphFolder.make();
  t.teardown(() => folder.dispose());
  const graph = await folder.open();
  t.plan(1);
  await fc.assert(
    fc.asyncProperty(histories, async (batches) => {
      const plain = openMemoryGraph();
      await graph.clear();
      for (const batch of batches) {
        // What is asked between batches is remembered, and must not be answered from memory afterwards.
        for (const one of IDS) await graph.neighbours(around(one, { asOfMs: 30 }), SYSTEM);
        await graph.apply(batch);
        await plain.apply(batch);
      }
      return isDeepStrictEqual(await answers(graph), await answers(plain));
    }),
    { numRuns: 60 },
  );
  t.pass();
});
