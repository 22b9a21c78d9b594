import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../config/settings/limits.ts';
import type { AggregateQuery, GraphEdge, GraphPath, GraphStore, Neighbour } from '../../node/graph/graph-store.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { account, around, batch, between, EVER, node, provenance, tie, transfer } from './graph-fixtures.ts';
import { ANALYST, SECRET, SYSTEM } from './ledger-fixtures.ts';

export type GraphHarness = {
  /** Opens the data of this harness, the first time empty. What was open before has been closed. */
  open(): Promise<GraphStore>;
  dispose(): Promise<void>;
};

type Conforms = (title: string, run: (t: ExecutionContext, harness: GraphHarness) => Promise<void>) => void;

/** What every engine of the graph must do; run it with a way to open one. */
export function graphStoreSuite(engine: string, makeHarness: () => Promise<GraphHarness>): void {
  const conforms: Conforms = (title, run) => {
    test(`${engine}: ${title}`, async (t) => {
      const harness = await makeHarness();
      t.teardown(() => harness.dispose());
      await run(t, harness);
    });
  };
  applying(conforms);
  corrections(conforms);
  neighbours(conforms);
  seeing(conforms);
  paths(conforms);
  aggregates(conforms);
  refusals(conforms);
}

const ids = (found: readonly Neighbour[]): string[] => found.map(({ edge }) => edge.edgeId);
const routes = (found: readonly GraphPath[]): string[] =>
  found.map(({ edges }) => edges.map(({ edgeId }) => edgeId).join(' ')).sort();

async function refusedWith(t: ExecutionContext, promise: Promise<unknown>, code: string): Promise<string> {
  const error = await t.throwsAsync(promise);
  t.true(isRefusal(error, code), `${code} expected, ${String(error)} given`);
  return isRefusal(error) ? String(error.detail['field']) : '';
}

function applying(conforms: Conforms): void {
  conforms('nodes and edges are read back as they were put, also after reopening', async (t, harness) => {
    const first = await harness.open();
    t.is(await first.appliedSequence(), 0);
    const marking = { ...SECRET, compartments: ['fraud'], groups: ['a', 'b'] };
    const person = node('p', { kind: 'person', properties: { name: 'Zoë', note: '' }, marking });
    const edge = transfer('9007199254740993', 'p', 'q', 5, {
      amountMinor: 2n ** 62n + 1n,
      properties: { reference: '💶 x\ny' },
      marking,
      provenance: provenance('transfers', ''),
    });
    await first.apply(batch(3, [person, node('q')], [edge]));
    await first.close();
    const second = await harness.open();
    t.is(await second.appliedSequence(), 3);
    t.deepEqual(await second.node(person.key, 0, SYSTEM), person);
    t.is(await second.node(account('nobody'), EVER, SYSTEM), undefined);
    t.deepEqual(await second.neighbours(around('p'), SYSTEM), [{ edge, other: account('q'), direction: 'out' }]);
    t.deepEqual(await second.neighbours(around('q'), SYSTEM), [{ edge, other: account('p'), direction: 'in' }]);
    await second.close();
  });

  conforms('a batch applied again changes nothing, nor does an older one after a newer', async (t, harness) => {
    const graph = await harness.open();
    const older = batch(1, [node('a'), node('b')], [transfer('t1', 'a', 'b', 1)]);
    const newer = batch(2, [node('a', { properties: { v: '2' } })], [transfer('t1', 'a', 'b', 1, { amountMinor: 7n })]);
    await graph.apply(older);
    await graph.apply(newer);
    const read = async () => [
      await graph.node(account('a'), EVER, SYSTEM),
      await graph.neighbours(around('a'), SYSTEM),
    ];
    const state = await read();
    for (const again of [older, newer, older]) await graph.apply(again);
    t.deepEqual(await read(), state);
    t.is(await graph.appliedSequence(), 2);
    await graph.close();
  });

  conforms('what is said again from another source stays as it was', async (t, harness) => {
    const graph = await harness.open();
    await graph.apply(batch(1, [node('a')]));
    await graph.apply(batch(2, [node('a', { knownAtMs: 50, provenance: provenance('other', 'x') })]));
    t.deepEqual(await graph.node(account('a'), EVER, SYSTEM), node('a'));
    await graph.close();
  });

  conforms('batches applied at once are applied in the order of the calls', async (t, harness) => {
    const graph = await harness.open();
    const versions = Array.from({ length: 20 }, (_, place) => node('a', { properties: { v: String(place) } }));
    await Promise.all(versions.map((version, place) => graph.apply(batch(place + 1, [version]))));
    t.deepEqual(await graph.node(account('a'), EVER, SYSTEM), versions.at(-1));
    t.is(await graph.appliedSequence(), 20);
    await graph.close();
  });

  conforms('a cleared graph is empty and can be built anew from sequence 1', async (t, harness) => {
    const first = await harness.open();
    await first.apply(batch(9, [node('a'), node('b')], [transfer('t1', 'a', 'b', 1)]));
    await first.clear();
    t.is(await first.appliedSequence(), 0);
    t.is(await first.node(account('a'), EVER, SYSTEM), undefined);
    await first.apply(batch(1, [node('a')]));
    await first.close();
    const second = await harness.open();
    t.is(await second.appliedSequence(), 1);
    t.truthy(await second.node(account('a'), EVER, SYSTEM));
    t.deepEqual(await second.neighbours(around('a'), SYSTEM), []);
    await second.close();
  });

  conforms('a closed graph refuses', async (t, harness) => {
    const graph = await harness.open();
    await graph.close();
    await refusedWith(t, graph.apply(batch(1, [node('a')])), 'GRAPH_CLOSED');
    await refusedWith(t, graph.node(account('a'), EVER, SYSTEM), 'GRAPH_CLOSED');
    await refusedWith(t, graph.neighbours(around('a'), SYSTEM), 'GRAPH_CLOSED');
    await t.notThrowsAsync(graph.close());
  });
}

function corrections(conforms: Conforms): void {
  conforms('a node is read as it was known at the time asked for', async (t, harness) => {
    const graph = await harness.open();
    const [first, second] = [node('a', { knownAtMs: 10 }), node('a', { knownAtMs: 20, properties: { v: '2' } })];
    await graph.apply(batch(1, [first]));
    t.deepEqual(await graph.node(account('a'), 20, SYSTEM), first);
    await graph.apply(batch(2, [second]));
    t.is(await graph.node(account('a'), 9, SYSTEM), undefined);
    t.deepEqual(await graph.node(account('a'), 10, SYSTEM), first);
    t.deepEqual(await graph.node(account('a'), 19, SYSTEM), first);
    t.deepEqual(await graph.node(account('a'), 20, SYSTEM), second);
    await graph.close();
  });

  conforms('what is said later of an earlier time holds from then on', async (t, harness) => {
    const graph = await harness.open();
    const stub = node('a', { knownAtMs: 20, properties: {} });
    const full = node('a', { knownAtMs: 5, properties: { v: 'full' } });
    await graph.apply(batch(1, [stub]));
    await graph.apply(batch(2, [full]));
    t.is(await graph.node(account('a'), 4, SYSTEM), undefined);
    for (const asOfMs of [5, 19, 20, EVER]) t.deepEqual(await graph.node(account('a'), asOfMs, SYSTEM), full);
    await graph.close();
  });

  conforms('a corrected edge is found in its new place, and in the old one as of before', async (t, harness) => {
    const graph = await harness.open();
    const nodes = ['a', 'b', 'c'].map((id) => node(id));
    await graph.apply(batch(1, nodes, [transfer('t1', 'a', 'b', 10)]));
    const corrected = transfer('t1', 'a', 'c', 12, { knownAtMs: 30, amountMinor: 5n });
    await graph.apply(batch(2, [], [corrected]));
    for (const [asOfMs, id, found] of [
      [29, 'b', ['t1']],
      [30, 'b', []],
      [29, 'c', []],
      [30, 'c', ['t1']],
    ] as const)
      t.deepEqual(ids(await graph.neighbours(around(id, { asOfMs }), SYSTEM)), found, `${id} as of ${asOfMs}`);
    t.deepEqual(
      (await graph.neighbours(around('a', { asOfMs: 29 }), SYSTEM)).map(({ edge }) => edge.amountMinor),
      [100n],
    );
    t.deepEqual(
      (await graph.neighbours(around('a'), SYSTEM)).map(({ edge }) => edge),
      [corrected],
    );
    await graph.apply(batch(3, [], [transfer('t1', 'a', 'b', 10, { knownAtMs: 40 })]));
    t.deepEqual(ids(await graph.neighbours(around('c'), SYSTEM)), []);
    t.deepEqual(ids(await graph.neighbours(around('b'), SYSTEM)), ['t1']);
    t.deepEqual(ids(await graph.neighbours(around('c', { asOfMs: 35 }), SYSTEM)), ['t1']);
    await graph.close();
  });

  conforms('a correction of one end alone leaves the edge with the other end', async (t, harness) => {
    const graph = await harness.open();
    const nodes = ['a', 'b', 'c'].map((id) => node(id));
    await graph.apply(batch(1, nodes, [transfer('t1', 'a', 'b', 10)]));
    await graph.apply(batch(2, [], [transfer('t1', 'a', 'c', 10, { knownAtMs: 30 })]));
    const ends = async (asOfMs: number) =>
      (await graph.neighbours(around('a', { asOfMs }), SYSTEM)).map(({ other }) => other);
    t.deepEqual([await ends(9), await ends(29), await ends(30)], [[], [account('b')], [account('c')]]);
    t.deepEqual(ids(await graph.neighbours(around('b'), SYSTEM)), []);
    t.deepEqual(ids(await graph.neighbours(around('c'), SYSTEM)), ['t1']);
    await graph.close();
  });
}

function neighbours(conforms: Conforms): void {
  conforms(
    'neighbours come newest first, in the directions, kinds, window and amounts asked for',
    async (t, harness) => {
      const graph = await harness.open();
      const nodes = ['a', 'b', 'c', 'd'].map((id) => node(id));
      await graph.apply(
        batch(1, nodes, [
          transfer('t1', 'a', 'b', 10),
          transfer('t2', 'c', 'a', 20, { amountMinor: 5_000n }),
          transfer('t3', 'a', 'c', 30, { amountMinor: -1n }),
          transfer('t4', 'a', 'b', -40),
          tie('owns', 'd', 'a'),
          tie('has_phone', 'a', 'd', { occurredAtMs: 25, knownAtMs: 25 }),
        ]),
      );
      const ask = async (more: Parameters<typeof around>[1]): Promise<string[]> =>
        ids(await graph.neighbours(around('a', more), SYSTEM));
      t.deepEqual(await ask({}), ['t3', 't2', 't1', 't4']);
      t.deepEqual(await ask({ direction: 'out' }), ['t3', 't1', 't4']);
      t.deepEqual(await ask({ direction: 'in' }), ['t2']);
      t.deepEqual(await ask({ fromMs: 10, toMs: 30 }), ['t2', 't1']);
      t.deepEqual(await ask({ fromMs: 10.5, toMs: 30.5 }), ['t3', 't2']);
      t.deepEqual(await ask({ toMs: 0 }), ['t4']);
      t.deepEqual(await ask({ fromMs: 31 }), []);
      t.deepEqual(await ask({ minimumAmountMinor: 100n }), ['t2', 't1', 't4']);
      t.deepEqual(await ask({ minimumAmountMinor: 101n }), ['t2']);
      t.deepEqual(await ask({ kinds: ['owns', 'has_phone'] }), ['has_phone|a|d', 'owns|d|a']);
      t.deepEqual(await ask({ kinds: ['transfer', 'has_phone', 'owns'], limit: 3 }), ['t3', 'has_phone|a|d', 't2']);
      t.deepEqual(await ask({ kinds: [] }), []);
      t.deepEqual(ids(await graph.neighbours(around('d', { kinds: ['owns'] }), SYSTEM)), ['owns|d|a']);
      await graph.close();
    },
  );

  conforms('a hub is cut at the limit, its newest edges are kept, ties by id', async (t, harness) => {
    const graph = await harness.open();
    const count = 700;
    const spokes = Array.from({ length: count }, (_, place) => `s${place}`);
    const edges = spokes.map((id, place) => transfer(`t${String(place).padStart(4, '0')}`, 'hub', id, place >> 1));
    await graph.apply(batch(1, [node('hub'), ...spokes.map((id) => node(id))], edges));
    t.deepEqual(ids(await graph.neighbours(around('hub', { limit: 5 }), SYSTEM)), [
      't0698',
      't0699',
      't0696',
      't0697',
      't0694',
    ]);
    t.is((await graph.neighbours(around('hub', { limit: 1_000_000 }), SYSTEM)).length, count);
    await graph.close();
  });

  conforms('keys that begin alike do not mix, and an edge to itself is one neighbour', async (t, harness) => {
    const graph = await harness.open();
    await graph.apply(
      batch(
        1,
        ['a', 'a1', 'a:b'].map((id) => node(id)),
        [transfer('t1', 'a', 'a1', 1), transfer('t2', 'a1', 'a:b', 2), transfer('t3', 'a', 'a', 3)],
      ),
    );
    t.deepEqual(ids(await graph.neighbours(around('a'), SYSTEM)), ['t3', 't1']);
    t.deepEqual(ids(await graph.neighbours(around('a', { direction: 'in' }), SYSTEM)), ['t3']);
    t.deepEqual(ids(await graph.neighbours(around('a1'), SYSTEM)), ['t2', 't1']);
    await graph.close();
  });
}

function seeing(conforms: Conforms): void {
  conforms('nothing is returned that the viewer may not see: node, edge, other end or start', async (t, harness) => {
    const graph = await harness.open();
    await graph.apply(
      batch(
        1,
        [node('a'), node('b'), node('c'), node('s', { marking: SECRET })],
        [
          transfer('open', 'a', 'b', 1),
          transfer('secret', 'a', 'b', 2, { marking: SECRET }),
          transfer('end', 'a', 's', 3),
          transfer('back', 's', 'a', 4),
          transfer('on', 'b', 'c', 5),
          transfer('home', 'c', 'a', 6),
        ],
      ),
    );
    t.is(await graph.node(account('s'), EVER, ANALYST), undefined);
    t.deepEqual(ids(await graph.neighbours(around('a'), ANALYST)), ['home', 'open']);
    t.deepEqual(ids(await graph.neighbours(around('a', { limit: 1, direction: 'out' }), ANALYST)), ['open']);
    t.deepEqual(await graph.neighbours(around('s'), ANALYST), []);
    const window = { fromMs: 0, toMs: 100, asOfMs: EVER };
    t.is((await graph.aggregate({ key: account('a'), direction: 'out', ...window }, ANALYST)).count, 1);
    t.is((await graph.aggregate({ key: account('s'), direction: 'out', ...window }, ANALYST)).count, 0);
    t.is((await graph.aggregate({ key: account('a'), direction: 'out', ...window }, SYSTEM)).count, 3);
    t.deepEqual(routes(await graph.paths(between('a', 'a'), ANALYST)), ['open on home']);
    t.deepEqual(routes(await graph.paths(between('a', 'a'), SYSTEM)), ['end back', 'open on home', 'secret on home']);
    t.deepEqual(await graph.paths(between('a', 's'), ANALYST), []);
    await graph.close();
  });

  conforms('nothing is returned that became known later, not by an edge and not by its ends', async (t, harness) => {
    const graph = await harness.open();
    await graph.apply(
      batch(
        1,
        [node('a', { knownAtMs: 5 }), node('b'), node('late', { knownAtMs: 50 })],
        [
          transfer('t1', 'a', 'b', 10),
          transfer('reported late', 'a', 'b', 11, { knownAtMs: 40 }),
          transfer('to late', 'a', 'late', 12),
          transfer('t2', 'b', 'a', 13),
        ],
      ),
    );
    const seen = async (asOfMs: number): Promise<string[]> =>
      ids(await graph.neighbours(around('a', { asOfMs, direction: 'out' }), SYSTEM));
    t.deepEqual(await seen(4), []);
    t.deepEqual(await seen(12), ['t1']);
    t.deepEqual(await seen(40), ['reported late', 't1']);
    t.deepEqual(await seen(50), ['to late', 'reported late', 't1']);
    const aggregate = { key: account('a'), direction: 'out', fromMs: 0, toMs: 100 } as const;
    t.is((await graph.aggregate({ ...aggregate, asOfMs: 39 }, SYSTEM)).count, 1);
    t.deepEqual(routes(await graph.paths(between('a', 'a', { asOfMs: 39 }), SYSTEM)), ['t1 t2']);
    t.deepEqual(routes(await graph.paths(between('a', 'a', { asOfMs: 12 }), SYSTEM)), []);
    await graph.close();
  });

  conforms('an edge to a node that was never put is not seen', async (t, harness) => {
    const graph = await harness.open();
    await graph.apply(batch(1, [node('a')], [transfer('t1', 'a', 'nobody', 1)]));
    t.deepEqual(await graph.neighbours(around('a'), SYSTEM), []);
    t.deepEqual(await graph.neighbours(around('nobody'), SYSTEM), []);
    await graph.apply(batch(2, [node('nobody')]));
    t.deepEqual(ids(await graph.neighbours(around('a'), SYSTEM)), ['t1']);
    await graph.close();
  });
}

function paths(conforms: Conforms): void {
  const withEdges = async (harness: GraphHarness, edges: readonly GraphEdge[]): Promise<GraphStore> => {
    const graph = await harness.open();
    const keys = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
    await graph.apply(
      batch(
        1,
        keys.map((key) => node(key.replace('account:one:', ''))),
        edges,
      ),
    );
    return graph;
  };

  conforms('paths are simple and never go back in time', async (t, harness) => {
    const graph = await withEdges(harness, [
      transfer('ab', 'a', 'b', 1),
      transfer('ab9', 'a', 'b', 9),
      transfer('bc', 'b', 'c', 2),
      transfer('cb', 'c', 'b', 3),
      transfer('cd', 'c', 'd', 2),
      transfer('bd', 'b', 'd', 4),
      transfer('da', 'd', 'a', 5),
      transfer('aa', 'a', 'a', 1),
    ]);
    t.deepEqual(routes(await graph.paths(between('a', 'd'), SYSTEM)), ['ab bc cd', 'ab bd']);
    t.deepEqual(routes(await graph.paths(between('a', 'd', { maximumDepth: 2 }), SYSTEM)), ['ab bd']);
    t.deepEqual(routes(await graph.paths(between('a', 'd', { maximumDepth: 1 }), SYSTEM)), []);
    t.deepEqual(routes(await graph.paths(between('d', 'c'), SYSTEM)), []);
    t.deepEqual(routes(await graph.paths(between('a', 'd', { fromMs: 2 }), SYSTEM)), []);
    t.deepEqual(routes(await graph.paths(between('a', 'd', { toMs: 4 }), SYSTEM)), ['ab bc cd']);
    t.deepEqual(routes(await graph.paths(between('a', 'd', { kinds: ['owns'] }), SYSTEM)), []);
    t.is((await graph.paths(between('a', 'd', { limit: 1 }), SYSTEM)).length, 1);
    await graph.close();
  });

  conforms('from a node to itself are the cycles, of two edges and more', async (t, harness) => {
    const graph = await withEdges(harness, [
      transfer('aa', 'a', 'a', 1),
      transfer('ab', 'a', 'b', 1),
      transfer('ba', 'b', 'a', 1),
      transfer('bc', 'b', 'c', 2),
      transfer('cd', 'c', 'd', 3),
      transfer('da', 'd', 'a', 4),
      transfer('early', 'd', 'a', 2),
    ]);
    t.deepEqual(routes(await graph.paths(between('a', 'a'), SYSTEM)), ['ab ba', 'ab bc cd da']);
    t.deepEqual(routes(await graph.paths(between('a', 'a', { maximumDepth: 3 }), SYSTEM)), ['ab ba']);
    await graph.close();
  });

  conforms('a hub is not walked through, though it may be the target', async (t, harness) => {
    const spokes = Array.from({ length: 10 }, (_, place) => `s${place}`);
    const graph = await withEdges(harness, [
      transfer('in', 'a', 'hub', 1),
      ...spokes.map((id) => transfer(`out ${id}`, 'hub', id, 2)),
      ...spokes.map((id) => transfer(`back ${id}`, id, 'target', 3)),
      transfer('side', 'a', 's0', 2),
    ]);
    t.deepEqual(routes(await graph.paths(between('a', 'target', { hubDegree: 9 }), SYSTEM)), ['side back s0']);
    t.is((await graph.paths(between('a', 'target', { hubDegree: 10 }), SYSTEM)).length, 11);
    t.deepEqual(routes(await graph.paths(between('a', 'hub', { hubDegree: 9 }), SYSTEM)), ['in']);
    t.deepEqual(await graph.paths(between('hub', 'target', { hubDegree: 9 }), SYSTEM), []);
    await graph.close();
  });
}

function aggregates(conforms: Conforms): void {
  conforms('transfers of a window are counted and added up without losing a digit', async (t, harness) => {
    const graph = await harness.open();
    const large = 9_007_199_254_740_993n;
    await graph.apply(
      batch(
        1,
        ['a', 'b', 'c'].map((id) => node(id)),
        [
          transfer('t1', 'a', 'b', 10, { amountMinor: large }),
          transfer('t2', 'a', 'b', 20, { amountMinor: large }),
          transfer('t3', 'a', 'c', 30, { amountMinor: 1n }),
          transfer('t4', 'b', 'a', 20, { amountMinor: 4n }),
          tie('owns', 'a', 'c', { occurredAtMs: 20 }),
        ],
      ),
    );
    const ask = (more: Partial<AggregateQuery>) =>
      graph.aggregate({ key: account('a'), direction: 'out', fromMs: 0, toMs: 100, asOfMs: EVER, ...more }, SYSTEM);
    t.deepEqual(await ask({}), {
      count: 3,
      amountMinor: 2n * large + 1n,
      maximumAmountMinor: large,
      counterparties: 2,
    });
    t.deepEqual(await ask({ direction: 'in' }), {
      count: 1,
      amountMinor: 4n,
      maximumAmountMinor: 4n,
      counterparties: 1,
    });
    t.is((await ask({ fromMs: 10, toMs: 30 })).count, 2);
    t.deepEqual(await ask({ fromMs: 31 }), {
      count: 0,
      amountMinor: 0n,
      maximumAmountMinor: 0n,
      counterparties: 0,
    });
    await graph.close();
  });
}

function refusals(conforms: Conforms): void {
  conforms(
    'elements that do not follow the ontology are refused with their field, and nothing is written',
    async (t, harness) => {
      const graph = await harness.open();
      const wrong: readonly (readonly [field: string, nodes: object[], edges: object[]])[] = [
        ['node.kind', [{ ...node('a'), kind: 'ship' }], []],
        ['node.key', [{ ...node('a'), key: '' }], []],
        ['node.key', [{ ...node('a'), key: 'a\u0000b' }], []],
        ['node.key', [{ ...node('a'), key: '\ud800' }], []],
        ['node.key', [{ ...node('a'), key: 'x'.repeat(LIMITS.graphKeyBytes + 1) }], []],
        ['node.knownAtMs', [node('a', { knownAtMs: Number.NaN })], []],
        ['node.properties', [{ ...node('a'), properties: { n: 1 } }], []],
        ['node.properties', [node('a', { properties: { n: 'x'.repeat(LIMITS.graphTextBytes + 1) } })], []],
        ['node.provenance.source', [node('a', { provenance: provenance('', '') })], []],
        ['node.provenance.confidence', [node('a', { provenance: { ...provenance('x', ''), confidence: 1.5 } })], []],
        ['node.provenance.version', [node('a', { provenance: { ...provenance('x', ''), version: -1 } })], []],
        ['node.marking', [{ ...node('a'), marking: { ...SECRET, tlp: 'WHITE' } }], []],
        ['edge.kind', [], [{ ...transfer('t', 'a', 'b', 1), kind: 'likes' }]],
        ['edge.edgeId', [], [transfer('', 'a', 'b', 1)]],
        ['edge.occurredAtMs', [], [transfer('t', 'a', 'b', 0.5)]],
        ['edge.amountMinor', [], [transfer('t', 'a', 'b', 1, { amountMinor: null })]],
        ['edge.amountMinor', [], [transfer('t', 'a', 'b', 1, { amountMinor: 2n ** 63n })]],
        ['edge.amountMinor', [], [tie('owns', 'a', 'b', { amountMinor: 1n })]],
        ['edge.currency', [], [transfer('t', 'a', 'b', 1, { currency: null })]],
        ['sequence', [], []],
      ];
      for (const [field, nodes, edges] of wrong) {
        const sequence = field === 'sequence' ? 0 : 1;
        const all = { sequence, nodes: [node('ok'), ...nodes], edges } as Parameters<GraphStore['apply']>[0];
        t.is(await refusedWith(t, graph.apply(all), 'GRAPH_ELEMENT'), field);
      }
      t.is(await graph.node(account('ok'), EVER, SYSTEM), undefined);
      t.is(await graph.appliedSequence(), 0);
      await graph.close();
    },
  );

  conforms('queries outside their bounds are refused', async (t, harness) => {
    const graph = await harness.open();
    await graph.apply(batch(1, [node('a')]));
    t.is(await refusedWith(t, graph.neighbours(around('a', { limit: 0 }), SYSTEM), 'GRAPH_QUERY'), 'limit');
    for (const maximumDepth of [0, LIMITS.graphPathDepth + 1, 1.5])
      t.is(
        await refusedWith(t, graph.paths(between('a', 'a', { maximumDepth }), SYSTEM), 'GRAPH_QUERY'),
        'maximumDepth',
      );
    t.is(await refusedWith(t, graph.paths(between('a', 'a', { hubDegree: 0 }), SYSTEM), 'GRAPH_QUERY'), 'hubDegree');
    await graph.close();
  });
}
