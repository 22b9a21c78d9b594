import test, { type ExecutionContext } from 'ava';
import { Budgets } from '../../../node/sharing/budget.ts';
import type { SummariesDeps } from '../../../node/sharing/summaries.ts';
import { countCells, releaseCells, Summaries } from '../../../node/sharing/summaries.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { asId, type PeerIdText } from '../../../proto/domain/ids.ts';
import { decodeSummary } from '../../../proto/codec/payload.ts';
import type { Policy } from '../../../proto/domain/policy.ts';
import { MemoryLedgerStore, openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { FederationSim } from './federation-sim.ts';
import { caseRows, codeOf } from './sim/samples.ts';
import { SIM_SYSTEM } from './sim/sim-node.ts';

const DOMAIN = { typologies: ['fan', 'other'], jurisdictions: ['XX'], channels: ['wire', 'rest'] } as const;
const WINDOW = { startMs: 0, endMs: Date.UTC(2026, 5, 1) };
/** At this epsilon noise other than 0 has a chance of one in four million. */
const NO_NOISE = 16;

function policyWith(change: Partial<Policy['summaries']>): Policy {
  return { ...TEST_POLICY, summaries: { ...TEST_POLICY.summaries, ...change } };
}

type Scene = {
  readonly budgets: Budgets;
  readonly published: Uint8Array[];
  readonly summaries: Summaries;
  readonly drawn: () => number;
};

function scene(t: ExecutionContext, ledger = openMemoryLedger()): Scene {
  const budgets = new Budgets(ledger, SIM_SYSTEM);
  const published: Uint8Array[] = [];
  const none = new Uint8Array(0);
  const publisher: SummariesDeps['publisher'] = {
    async publish({ payload }) {
      published.push(payload);
      const envelope = { authorPeerId: asId<PeerIdText>('author'), header: none, signature: none, salt: none, payload };
      return { envelope, headerHash: none };
    },
  };
  const random = seededRandom(t.title);
  let drawn = 0;
  const counted = (length: number): Uint8Array => {
    drawn += 1;
    return random(length);
  };
  const summaries = new Summaries({
    budgets,
    publisher,
    random: counted,
    agencyId: 'agency-0',
    domain: DOMAIN,
    rows: async () => caseRows(20),
  });
  return { budgets, published, summaries, drawn: () => drawn };
}

test('each customer counts at most as often as the cap, over all cells', (t) => {
  const rows = [
    ...caseRows(3, { customerId: 'one' }),
    ...caseRows(2, { customerId: 'two', outcome: 'suspicious' }),
    ...caseRows(1, { customerId: 'two', channel: 'cash' }),
    ...caseRows(1, { customerId: 'three', typology: 'unheard of' }),
  ];
  const count = (cap: number): Readonly<Record<string, number>> =>
    Object.fromEntries(
      countCells(rows, DOMAIN, cap)
        .filter((cell) => cell.count > 0)
        .map((cell) => [`${cell.typology} ${cell.channel} ${cell.outcome}`, cell.count]),
    );
  t.deepEqual(count(1), { 'fan wire open': 1, 'fan wire suspicious': 1, 'other wire open': 1 });
  t.deepEqual(count(2), { 'fan wire open': 2, 'fan wire suspicious': 2, 'other wire open': 1 });
  t.deepEqual(count(9), { 'fan wire open': 3, 'fan wire suspicious': 2, 'fan rest open': 1, 'other wire open': 1 });
  t.is(countCells([], DOMAIN, 1).length, 12, 'every cell of the domain is counted, so that none tells by its absence');
});

test('cells under the minimum are left out by their noised count, and none is negative', (t) => {
  const cells = countCells(caseRows(7), DOMAIN, 1);
  const noise = (...values: readonly number[]): (() => number) => {
    const queue = [...values];
    return () => queue.shift() ?? -9;
  };
  t.deepEqual(
    releaseCells(cells, 5, noise(-2)).map(({ count }) => count),
    [5],
  );
  t.deepEqual(releaseCells(cells, 5, noise(-3)), []);
  t.deepEqual(
    releaseCells(cells, 0, noise(0, 3, -1)).map(({ count }) => count),
    [7, 3],
  );
});

test('a summary says what it was made with, and counts as it should', async (t) => {
  const { published, summaries } = scene(t);
  const policy = policyWith({ epsilon: NO_NOISE, budgetPerYear: 100 });
  await summaries.publish(WINDOW, 1, policy, 'synthetic');
  const [payload = new Uint8Array(0)] = published;
  t.deepEqual(decodeSummary(payload, payload.length), {
    windowStartMs: WINDOW.startMs,
    windowEndMs: WINDOW.endMs,
    epsilon: NO_NOISE,
    capPerCustomer: 1,
    minimumCell: 5,
    cells: [{ typology: 'fan', jurisdiction: 'XX', channel: 'wire', outcome: 'open', count: 20 }],
  });
});

test('the budget is debited before any noise is drawn, and a spent one draws none and sends nothing', async (t) => {
  const store = new MemoryLedgerStore();
  const policy = policyWith({ epsilon: 1, budgetPerYear: 3 });
  for (let window = 0; window < 3; window += 1) {
    const { drawn, summaries } = scene(t, openMemoryLedger({ store }));
    await summaries.publish(WINDOW, window + 1, policy, 'synthetic');
    t.true(drawn() > 0);
  }
  const { budgets, drawn, published, summaries } = scene(t, openMemoryLedger({ store }));
  t.is(await codeOf(() => summaries.publish(WINDOW, 4, policy, 'synthetic')), 'SHARING_BUDGET');
  t.is(drawn(), 0);
  t.deepEqual(published, []);
  t.is(await budgets.spent({ family: 'summary', subject: 'agency-0', period: '2026' }), 3, 'it survived each restart');
  const nextYear = { startMs: WINDOW.endMs, endMs: Date.UTC(2027, 0, 2) };
  t.is(
    await codeOf(() => summaries.publish(nextYear, 5, policy, 'synthetic')),
    'none',
    'and begins anew with the year',
  );
});

test('a disk that fails at the debit draws nothing and sends nothing', async (t) => {
  const ledger = openMemoryLedger();
  const failing = { ...readsOf(ledger), commit: () => Promise.reject(new Error('disk')) };
  const { drawn, published, summaries } = scene(t, failing);
  await t.throwsAsync(summaries.publish(WINDOW, 1, policyWith({}), 'synthetic'), { message: 'disk' });
  t.is(drawn(), 0);
  t.deepEqual(published, []);
});

function readsOf(ledger: Ledger): Omit<Ledger, 'commit'> {
  return {
    get: (space, key, viewer) => ledger.get(space, key, viewer),
    list: (space, range, viewer) => ledger.list(space, range, viewer),
    commits: (from) => ledger.commits(from),
    head: () => ledger.head(),
    lastWritten: (space) => ledger.lastWritten(space),
    writable: () => ledger.writable(),
    verify: () => ledger.verify(),
    close: () => ledger.close(),
  };
}

test('a summary reaches every member and the coordinator', async (t) => {
  const sim = await FederationSim.start(t.title, {
    policy: { summaries: { ...TEST_POLICY.summaries, epsilon: NO_NOISE, budgetPerYear: 100 } },
  });
  await sim.round();
  sim.node(0).knowledge.rows.push(...caseRows(20));
  await sim.closeWindows();
  for (const node of [sim.node(1), sim.node(2)]) {
    const kept = await Array.fromAsync(node.sharing.summariesReceived.list(SIM_SYSTEM));
    const own = kept.filter(({ agencyId }) => agencyId === 'agency-0');
    t.deepEqual(
      own.map(({ cells, epoch }) => [epoch, cells[0]?.count]),
      [[1, 20]],
    );
  }
  t.is(sim.coordinator.objects('summary').length, 3);
});
