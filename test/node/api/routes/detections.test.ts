import { setTimeout as sleep } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { SILENT_LOG } from '../../../../config/runtime/log.ts';
import { SWEEP_TYPOLOGIES } from '../../../../config/typologies/sweep.ts';
import { type DetectionRouteDeps, detectionRoutes } from '../../../../node/api/routes/detections.ts';
import { DetectionDesk } from '../../../../node/triage/detectors/detection-desk.ts';
import { DetectionWatch } from '../../../../node/triage/detectors/detection-watch.ts';
import type { NewTransfers, TransferSource } from '../../../../node/triage/detectors/transfer-source.ts';
import type { Marking, Viewer } from '../../../../proto/domain/marking.ts';
import { transfer } from '../../../tools/typologies/planted-stream.ts';
import { fakeTransfers, type MarkedTransfer } from '../../triage/detectors/fake-transfers.ts';
import { apiFixture, type ApiFixture, countedRandom } from '../fixture.ts';

const NO_RUNS: DetectionRouteDeps['detections'] = {
  begin: () => {
    throw new Error('not here');
  },
  wait: async () => undefined,
};
const LOW_VIEWER: Viewer = {
  name: 'p',
  agency: 'alpha',
  role: 'analyst',
  clearance: 'RESTRICTED',
  compartments: [],
  groups: [],
};

type Run = { readonly run_id: string; readonly state: string; readonly hits: readonly { typology: string }[] };
type Page = { items: { typology: string; path: { transfer_id: string }[] }[]; next_cursor: string | null };

function desk(source: TransferSource): Promise<ApiFixture> {
  const detections = new DetectionDesk({
    source,
    typologies: SWEEP_TYPOLOGIES,
    businessTime: { nowMs: () => Date.parse('2040-01-01T00:00:00Z') },
    random: countedRandom('detections'),
    log: SILENT_LOG,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  return apiFixture({ routes: () => detectionRoutes({ detections, watch: undefined }) });
}

const post = (payload: object) => ({ method: 'POST', url: '/api/v1/detections', payload }) as const;
const get = (path: string) => ({ method: 'GET', url: `/api/v1/detections/${path}` }) as const;

async function ran(t: ExecutionContext, { as }: ApiFixture, payload: object = {}): Promise<Run> {
  const begun = await as('analyst', post(payload));
  t.is(begun.statusCode, 202);
  return (await as('analyst', get(`${begun.json<Run>().run_id}?wait_ms=20000`))).json<Run>();
}

const ROUND: readonly MarkedTransfer[] = [
  transfer('r1', 'a', 'b', 1, 90_000),
  transfer('r2', 'b', 'c', 3, 85_000),
  transfer('r3', 'c', 'a', 5, 80_000),
  transfer('p1', 'x', 'y', 5, 70_000),
  transfer('p2', 'y', 'z', 6, 69_000),
];

test('M-06 (interface) a run lists its hits with their paths, by typology and account, page by page', async (t) => {
  const fixture = await desk(fakeTransfers(ROUND));
  const { as } = fixture;
  const run = await ran(t, fixture);
  t.is(run.state, 'done');
  t.true(run.hits.some(({ typology }) => typology === 'cycle'));
  const page = async (query: string): Promise<Page> =>
    (await as('read-only', get(`${run.run_id}/hits?${query}`))).json<Page>();
  const cycles = await page('typology=cycle');
  t.deepEqual(
    cycles.items.map(({ path }) => path.map((step) => step.transfer_id)),
    [['r1', 'r2', 'r3']],
  );
  t.true((await page('account=account:alpha:y')).items.every(({ typology }) => typology === 'pass_through'));
  const first = await page('limit=1');
  t.is(first.items.length, 1);
  const second = await page(`limit=500&cursor=${first.next_cursor}`);
  t.is(second.next_cursor, null);
  t.is(first.items.length + second.items.length, (await page('limit=500')).items.length);
});

test('M-06 (marking) transfers that a caller may not see make no hit, and a run of who sees more is not told', async (t) => {
  const marking: Marking = { tlp: 'RED', classification: 'SECRET', compartments: [], groups: [] };
  const rows = ROUND.map((row) => (row.edgeId === 'r2' ? { ...row, marking } : row));
  const { as, app, key } = await desk(fakeTransfers(rows));
  const low = await key('analyst', { clearance: 'RESTRICTED' });
  const high = await key('admin', { clearance: 'SECRET' });
  const call = async (apiKey: string, request: object) =>
    app.inject({ ...request, headers: { authorization: `Bearer ${apiKey}` } });
  const runBy = async (apiKey: string): Promise<Run> => {
    const begun = (await call(apiKey, post({}))).json<Run>();
    return (await call(apiKey, get(`${begun.run_id}?wait_ms=20000`))).json<Run>();
  };
  const seenByHigh = await runBy(high);
  const seenByLow = await runBy(low);
  t.true(seenByHigh.hits.some(({ typology }) => typology === 'cycle'));
  t.false(seenByLow.hits.some(({ typology }) => typology === 'cycle'));
  t.is((await call(low, get(seenByHigh.run_id))).statusCode, 404);
  t.is((await call(high, get(seenByLow.run_id))).statusCode, 200);
  t.is((await as('reporting', get(`${'0'.repeat(32)}/hits`))).statusCode, 404);
});

test('days and typologies narrow a run; what is no day, typology or cursor is refused', async (t) => {
  const fixture = await desk(fakeTransfers(ROUND));
  const { as } = fixture;
  const run = await ran(t, fixture, { from: '2031-01-06', to: '2031-01-07', typologies: ['pass_through'] });
  t.like(run, { transfers: 3, hits: [{ typology: 'pass_through' }] });
  for (const body of [{ from: '2031-02-30' }, { typologies: ['nonsense'] }, { more: 1 }])
    t.is((await as('analyst', post(body))).statusCode, 400);
  t.is((await as('analyst', get(`${run.run_id}/hits?cursor=bm9uZQ`))).statusCode, 400);
  t.is((await as('read-only', post({}))).statusCode, 403);
});

test('one run at a time, and a stop ends it', async (t) => {
  const stalled: TransferSource = {
    all: async function* all() {
      for (;;) {
        await sleep(1);
        yield transfer('one', 'a', 'b', 1);
      }
    },
  };
  const random = countedRandom('one');
  const detections = new DetectionDesk({
    source: stalled,
    typologies: SWEEP_TYPOLOGIES,
    businessTime: { nowMs: () => Infinity },
    random,
    log: SILENT_LOG,
    sleep: (durationMs, signal) => sleep(durationMs, undefined, { signal }),
  });
  const viewer = {
    name: 'p',
    agency: 'alpha',
    role: 'admin',
    clearance: 'SECRET',
    compartments: [],
    groups: [],
  } as const;
  const order = { fromMs: null, toMs: null, typologies: [] };
  const { runId } = detections.begin(order, viewer);
  t.throws(() => detections.begin(order, viewer), { code: 'TRIAGE_JOB_BUSY' });
  t.is((await detections.wait(runId, 5, viewer))?.state, 'running');
  await detections.stop();
  t.like(await detections.wait(runId, 0, viewer), { state: 'failed', code: 'TRIAGE_STOPPED' });
  t.throws(() => detections.begin(order, viewer), { code: 'TRIAGE_STOPPED' });
});

test('M-06 (streaming) what is found in new transfers is listed newest first, from a place that stays', async (t) => {
  const transfers = [...ROUND];
  const source: NewTransfers = {
    since: async function* since(after) {
      for (const [place, row] of transfers.entries())
        if (place >= after) yield { sequence: place + 1, transfers: [row] };
    },
  };
  const businessTime = { nowMs: () => Date.parse('2040-01-01T00:00:00Z') };
  const marking: Marking = { tlp: 'RED', classification: 'RESTRICTED', compartments: [], groups: [] };
  const watch = new DetectionWatch({ source, typologies: SWEEP_TYPOLOGIES, marking, businessTime });
  await watch.catchUp();
  const { as } = await apiFixture({ routes: () => detectionRoutes({ detections: NO_RUNS, watch }) });
  const page = async (query: string): Promise<Page & { watching: boolean }> =>
    (await as('analyst', { method: 'GET', url: `/api/v1/detections?${query}` })).json();
  const first = await page('limit=1');
  t.true(first.watching);
  t.is(first.items[0]?.typology, 'pass_through');
  transfers.push(transfer('n1', 'm', 'n', 20, 50_000), transfer('n2', 'n', 'o', 21, 49_000));
  await watch.catchUp();
  const rest = await page(`limit=100&cursor=${first.next_cursor}`);
  t.true(rest.items.some(({ typology }) => typology === 'cycle'));
  t.false(rest.items.some(({ path }) => path.some((step) => step.transfer_id === 'n1')));
  t.is((await page('limit=1')).items[0]?.path[0]?.transfer_id, 'n1');
  t.is((await page('account=account:alpha:o')).items.length, 1);
  t.deepEqual(watch.hits({ ...LOW_VIEWER, clearance: 'UNCLASSIFIED' }), []);
  t.true(watch.hits(LOW_VIEWER).length > 0);
  await watch.stop();
});

test('M-06 (streaming) a watch tells nothing that is not known yet', async (t) => {
  const source: NewTransfers = {
    since: async function* since(after) {
      if (after === 0) yield { sequence: 1, transfers: ROUND };
    },
  };
  let nowMs = (ROUND[2]?.knownAtMs ?? 0) - 1;
  const marking: Marking = { tlp: 'RED', classification: 'RESTRICTED', compartments: [], groups: [] };
  const businessTime = { nowMs: () => nowMs };
  const watch = new DetectionWatch({ source, typologies: SWEEP_TYPOLOGIES, marking, businessTime });
  await watch.catchUp();
  const cycles = (): number => watch.hits(LOW_VIEWER).filter(({ typology }) => typology === 'cycle').length;
  t.is(cycles(), 0);
  nowMs += 1;
  t.is(cycles(), 1);
});
