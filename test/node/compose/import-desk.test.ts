import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { ImportOrderFile } from '../../../node/api/import-order.ts';
import { openBusinessClock } from '../../../node/compose/business-clock.ts';
import { NodeImportDesk, type ImportDeskDeps } from '../../../node/compose/import-desk.ts';
import { Uploads } from '../../../node/compose/uploads.ts';
import { listVersionsAsOf } from '../../../node/records/lists/versions.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { FakeAlertDesk, wireAlert } from '../api/fake-alert-desk.ts';
import { countedRandom, SYSTEM } from '../api/fixture.ts';

const NOW_MS = Date.parse('2030-01-01T00:00:00Z');
const clock = { nowMs: () => NOW_MS };

const ACCOUNTS = 'account_id,customer_id,opened,kind,opening_balance,declared_monthly_income\n';
const TRANSFERS =
  'tx_id,booked_at,amount_minor,currency,from_account,from_agency,to_account,to_agency,channel,reference\n';

function transfer(id: string, day: string): string {
  return `${id},${day},100,EUR,a-1,alpha,b-1,beta,ONLINE,\n`;
}

async function importDesk(t: ExecutionContext, more: Partial<ImportDeskDeps> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'concordat-desk-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const ledger = openMemoryLedger({ clock });
  const uploads = await Uploads.open(directory, countedRandom('uploads'));
  const intake = new FakeAlertDesk();
  const businessClock = await openBusinessClock('replay', { ledger, clock, system: SYSTEM });
  const steps: string[] = [];
  const desk = new NodeImportDesk(
    { agency: 'alpha' },
    {
      ledger,
      uploads,
      intake,
      clock,
      businessClock,
      random: countedRandom('desk'),
      log: SILENT_LOG,
      catchUp: async () => void steps.push(`caught up before ${intake.held.size} alerts`),
      raiseListAlerts: async () => undefined,
      allDecided: async () => void steps.push('decided'),
      ...more,
    },
  );
  const upload = async (content: string | Buffer, gzip = false): Promise<string> =>
    (await desk.receive(Readable.from([Buffer.from(content)]), gzip)).uploadId;
  const run = async (files: readonly ImportOrderFile[], window: { from?: string; until?: string } = {}) => {
    const { importId } = desk.begin({ files: [...files], ...window }, 'Ada');
    return desk.wait(importId, 'done', LIMITS.importWaitMs);
  };
  return { desk, upload, run, intake, businessClock, steps, directory, ledger };
}

function lines(...alerts: readonly object[]): string {
  return alerts.map((alert) => `${JSON.stringify(alert)}\n`).join('');
}

test('records go in first, graph and screening catch up, then the alerts: each is reported, and the files are gone', async (t) => {
  const { upload, run, steps, intake, directory } = await importDesk(t);
  const job = await run([
    { kind: 'alerts', upload_id: await upload(lines(wireAlert('x-1'))) },
    { kind: 'accounts', upload_id: await upload(gzipSync(`${ACCOUNTS}a-1,c-1,2020-01-01,CURRENT,1,1\n`), true) },
  ]);
  t.is(job?.state, 'done');
  t.deepEqual(
    job?.reports.map(({ kind, read, kept }) => [kind, read, kept]),
    [
      ['accounts', 1, 1],
      ['alerts', 1, 1],
    ],
  );
  t.deepEqual(steps, ['caught up before 0 alerts', 'decided']);
  t.is(intake.held.size, 1);
  t.deepEqual(readdirSync(directory), []);
});

test('M-10 (import) each bad line is refused with place and field, the same alert again is none, another under its id a conflict', async (t) => {
  const { upload, run, intake } = await importDesk(t);
  const content =
    lines(
      wireAlert('x-1'),
      wireAlert('x-1'),
      wireAlert('x-1', { priority: 'HIGH' }),
      wireAlert('x-2', { priority: 'low' }),
    ) + `{"alert_id": \n${lines(wireAlert('x-3', { unheard_of: 1 }))}`;
  const job = await run([{ kind: 'alerts', upload_id: await upload(content) }]);
  t.like(job?.reports[0], { read: 6, kept: 3, written: 2, refused: 3, unknownFields: 1 });
  t.deepEqual(job?.reports[0]?.faults, [
    { place: 3, field: 'alert_id', code: 'conflict' },
    { place: 4, field: 'priority', code: 'choice' },
    { place: 5, field: '$', code: 'json' },
  ]);
  t.deepEqual([...intake.held.keys()], ['x-1', 'x-3']);
});

test('a window takes the rows and alerts of its days, leaves the others, and the replay’s clock follows what was fed', async (t) => {
  const { upload, run, businessClock } = await importDesk(t);
  const files = async (): Promise<readonly ImportOrderFile[]> => [
    {
      kind: 'transfers',
      upload_id: await upload(`${TRANSFERS}${transfer('t-1', '2029-01-05')}${transfer('t-2', '2029-01-20')}`),
    },
    {
      kind: 'alerts',
      upload_id: await upload(
        lines(
          wireAlert('x-1', { raised_at: '2029-01-06T10:00:00Z' }),
          wireAlert('x-2', { raised_at: '2029-01-15T00:00:00Z' }),
        ),
      ),
    },
  ];
  const first = await run(await files(), { until: '2029-01-15' });
  t.deepEqual(
    first?.reports.map(({ kept, outsideWindow }) => [kept, outsideWindow]),
    [
      [1, 1],
      [1, 1],
    ],
  );
  t.is(new Date(businessClock.nowMs()).toISOString(), '2029-01-06T10:00:00.000Z');
  const second = await run(await files(), { from: '2029-01-15' });
  t.deepEqual(
    second?.reports.map(({ kept, outsideWindow }) => [kept, outsideWindow]),
    [
      [1, 1],
      [1, 1],
    ],
  );
  t.is(new Date(businessClock.nowMs()).toISOString().slice(0, 10), '2029-01-21');
});

test('in a replay, lists are in force from before the rows that came with them', async (t) => {
  const { upload, run, ledger, businessClock } = await importDesk(t);
  const list = { list_name: 'PEP', list_kind: 'PEP', list_version: '1' } as const;
  await run([
    { kind: 'transfers', upload_id: await upload(`${TRANSFERS}${transfer('t-1', '2029-01-05')}`) },
    { kind: 'watchlist', upload_id: await upload('list_id,name,aliases,dob,country,program\nL-1,A,,,FR,P\n'), ...list },
  ]);
  t.true(businessClock.nowMs() > 0);
  t.deepEqual([...(await listVersionsAsOf(ledger, 0, SYSTEM)).keys()], ['PEP']);
});

test('an order that names an upload that is not there is refused before anything is done', async (t) => {
  const { desk, steps } = await importDesk(t);
  const files = [{ kind: 'alerts' as const, upload_id: '0'.repeat(32) }];
  t.like(
    t.throws(() => desk.begin({ files }, 'Ada')),
    {
      code: 'API_INVALID',
      detail: { field: 'files[0].upload_id' },
    },
  );
  t.deepEqual(steps, []);
});

test('a file that is not what the order says fails with code and field; what was stored before stays', async (t) => {
  const { upload, run } = await importDesk(t);
  const job = await run([
    { kind: 'accounts', upload_id: await upload(`${ACCOUNTS}a-1,c-1,2020-01-01,CURRENT,1,1\n`) },
    { kind: 'transfers', upload_id: await upload('a,b\n1,2\n') },
  ]);
  t.like(job, { state: 'failed', code: 'TABLE_HEADER' });
  t.truthy(job?.field);
  t.is(job?.reports.length, 1);
});

test('damaged compression fails the import and nothing else', async (t) => {
  const { upload, run } = await importDesk(t);
  const packed = gzipSync(`${ACCOUNTS}a-1,c-1,2020-01-01,CURRENT,1,1\n`);
  const job = await run([{ kind: 'accounts', upload_id: await upload(packed.subarray(0, 20), true) }]);
  t.like(job, { state: 'failed', code: 'IMPORT_SOURCE' });
});

test('a fault of the node is an internal error without its text', async (t) => {
  const { upload, run } = await importDesk(t, { catchUp: () => Promise.reject(new Error('disk /dev/sda1')) });
  const job = await run([{ kind: 'accounts', upload_id: await upload(ACCOUNTS) }]);
  t.like(job, { state: 'failed', code: 'API_INTERNAL' });
  t.false(JSON.stringify(job).includes('sda1'));
});

test('orders wait their turn, up to a number; a wait that ends early says how far it is', async (t) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { desk, upload } = await importDesk(t, { allDecided: () => held });
  const order = async () => ({ files: [{ kind: 'accounts' as const, upload_id: await upload(ACCOUNTS) }] });
  const { importId } = desk.begin(await order(), 'Ada');
  t.like(await desk.wait(importId, 'stored', LIMITS.importWaitMs), { state: 'stored' });
  t.like(await desk.wait(importId, 'done', 5), { state: 'stored' });
  for (let waiting = 0; waiting < LIMITS.imports; waiting += 1) desk.begin(await order(), 'Ada');
  const over = await order();
  t.like(
    t.throws(() => desk.begin(over, 'Ada')),
    { code: 'API_BUSY' },
  );
  release();
  t.like(await desk.wait(importId, 'done', LIMITS.importWaitMs), { state: 'done' });
  await desk.stop();
  t.like(
    t.throws(() => desk.begin(over, 'Ada')),
    { code: 'API_BUSY' },
  );
});

test('a node that stops keeps nobody waiting and does not wait for the decisions', async (t) => {
  const { desk, upload } = await importDesk(t, { allDecided: () => new Promise(() => undefined) });
  const order = async () => ({ files: [{ kind: 'accounts' as const, upload_id: await upload(ACCOUNTS) }] });
  const [first, second] = [desk.begin(await order(), 'Ada'), desk.begin(await order(), 'Ada')];
  await desk.wait(first.importId, 'stored', LIMITS.importWaitMs);
  const waiting = desk.wait(first.importId, 'done', LIMITS.importWaitMs);
  await desk.stop();
  t.like(await waiting, { state: 'stored' });
  t.like(await desk.wait(second.importId, 'done', 0), { state: 'failed', code: 'API_BUSY' });
});
