import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { ACCOUNTS, CASH_MOVEMENTS, CUSTOMERS, TRANSFERS } from '../../../node/records/collections.ts';
import { importFile, type ImportOptions } from '../../../node/records/import.ts';
import type { RecordKind } from '../../../node/records/plan.ts';
import type { ImportReport } from '../../../node/records/report.ts';
import { systemViewer } from '../../../node/records/viewer.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { folderWith } from './home.ts';
import { ACCOUNTS_CSV, CASH_CSV, CUSTOMERS_CSV, TRANSFERS_CSV } from './samples.ts';

const VIEWER = systemViewer('test', 'one');
const CLOCK = { nowMs: () => Date.UTC(2023, 5, 1) };
const FILES = {
  'customers.csv': CUSTOMERS_CSV,
  'accounts.csv': ACCOUNTS_CSV,
  'transfers.csv.gz': TRANSFERS_CSV,
  'cash.csv.gz': CASH_CSV,
};

type Importer = {
  ledger: Ledger;
  folder: string;
  run: (kind: RecordKind, name: string, options?: Partial<ImportOptions>) => Promise<ImportReport>;
};

async function importer(t: ExecutionContext, files: Readonly<Record<string, string>> = FILES): Promise<Importer> {
  const folder = await folderWith(t, files);
  const ledger = openMemoryLedger({ clock: CLOCK });
  const deps = { ledger, clock: CLOCK, agency: 'one' };
  const defaults = { actor: 'operator', nowMs: Date.UTC(2023, 0, 1) };
  return {
    ledger,
    folder,
    run: (kind, name, options) => importFile(deps, { kind, path: join(folder, name) }, { ...defaults, ...options }),
  };
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

async function auditOf(ledger: Ledger): Promise<AuditEntry[]> {
  return (await all(ledger.commits(1))).flatMap((commit) => commit.audit);
}

test('each table ends up in its collection, packed or not', async (t) => {
  const { ledger, run } = await importer(t);
  for (const [kind, name] of [
    ['customers', 'customers.csv'],
    ['accounts', 'accounts.csv'],
    ['transfers', 'transfers.csv.gz'],
    ['cash', 'cash.csv.gz'],
  ] as const) {
    const report = await run(kind, name);
    t.is(report.kept, report.written, kind);
    t.is(report.refused, 0, kind);
  }
  t.is((await CUSTOMERS.get(ledger, 'C-1', VIEWER))?.aliases[1], 'А. Пример');
  t.is((await ACCOUNTS.get(ledger, 'A-2', VIEWER))?.openingBalanceMinor, -1n);
  t.is(String((await TRANSFERS.get(ledger, 't2', VIEWER))?.toAccount), '445875107326437146');
  t.is((await all(CASH_MOVEMENTS.list(ledger, { prefix: 'A-1/' }, VIEWER))).length, 3);
});

test('two equal movements of cash on one day are two, and stay two when they are imported again', async (t) => {
  const { ledger, run } = await importer(t);
  await run('cash', 'cash.csv.gz');
  const again = await run('cash', 'cash.csv.gz');
  t.is(again.kept, 3);
  t.is(again.written, 0);
  t.is((await all(CASH_MOVEMENTS.list(ledger, {}, VIEWER))).length, 3);
});

test('importing again writes only what differs', async (t) => {
  const { ledger, folder, run } = await importer(t);
  await run('customers', 'customers.csv');
  const head = ledger.head().sequence;
  const same = await run('customers', 'customers.csv');
  t.is(same.written, 0);
  t.is(ledger.head().sequence, head + 2, 'only the two audit entries');
  await writeFile(join(folder, 'customers.csv'), CUSTOMERS_CSV.replace('Anna Beispiel', 'Anna Muster'));
  t.is((await run('customers', 'customers.csv')).written, 1);
  t.is((await CUSTOMERS.get(ledger, 'C-1', VIEWER))?.name, 'Anna Muster');
});

test('of two rows with one id the last counts, also when it is as before', async (t) => {
  const { ledger, folder, run } = await importer(t);
  await run('accounts', 'accounts.csv');
  const [, first = ''] = ACCOUNTS_CSV.split('\n');
  await writeFile(join(folder, 'accounts.csv'), `${ACCOUNTS_CSV}${first.replace('CURRENT', 'SAVINGS')}\n${first}\n`);
  await run('accounts', 'accounts.csv');
  t.is((await ACCOUNTS.get(ledger, 'A-1', VIEWER))?.kind, 'CURRENT');
});

test('windows of booking time take each row once', async (t) => {
  const { ledger, run } = await importer(t);
  const boundaryMs = Date.UTC(2023, 0, 3);
  const first = await run('transfers', 'transfers.csv.gz', { window: { untilMs: boundaryMs } });
  t.deepEqual([first.read, first.kept, first.outsideWindow], [4, 2, 2]);
  t.is(await TRANSFERS.get(ledger, 't3', VIEWER), undefined);
  const second = await run('transfers', 'transfers.csv.gz', { window: { fromMs: boundaryMs } });
  t.deepEqual([second.kept, second.outsideWindow], [2, 2]);
  t.is((await all(TRANSFERS.list(ledger, {}, VIEWER))).length, 4);
});

test('bad rows are reported with place and field, and the rest is kept', async (t) => {
  const { ledger, run } = await importer(t, { 'accounts.csv': `${ACCOUNTS_CSV}A-3,,,,,\nA-4,C-1,2020-02-30,,,\n` });
  const report = await run('accounts', 'accounts.csv');
  t.deepEqual(report.faults, [
    { place: 4, field: 'customer_id', code: 'missing' },
    { place: 5, field: 'opened', code: 'date' },
  ]);
  t.deepEqual([report.read, report.kept, report.refused], [4, 2, 2]);
  t.is((await all(ACCOUNTS.list(ledger, {}, VIEWER))).length, 2);
});

test('all faults are counted and the first of them listed', async (t) => {
  const bad = ',C-1,,,,\n'.repeat(LIMITS.importReportedFaults + 5);
  const { run } = await importer(t, { 'accounts.csv': `${ACCOUNTS_CSV}${bad}` });
  const report = await run('accounts', 'accounts.csv');
  t.is(report.refused, LIMITS.importReportedFaults + 5);
  t.is(report.faults.length, LIMITS.importReportedFaults);
});

test('rows are committed in batches, between two audit entries that hold the hash of the file', async (t) => {
  const rows = Array.from({ length: LIMITS.importBatchRows * 2 + 1 }, (_, index) => `K-${index},C-1,,,,\n`).join('');
  const { ledger, run } = await importer(t, { 'accounts.csv': `${ACCOUNTS_CSV.split('\n')[0]}\n${rows}` });
  await run('accounts', 'accounts.csv');
  const commits = await all(ledger.commits(1));
  t.deepEqual(
    commits.map((commit) => commit.writes.length),
    [0, LIMITS.importBatchRows, LIMITS.importBatchRows, 1, 0],
  );
  const [begin, end] = await auditOf(ledger);
  t.is(begin?.action, 'import.begin');
  t.like(end, { action: 'import.end', actor: 'operator', object: 'import:accounts', outcome: 'done', code: null });
  t.regex(end?.inputHash ?? '', /^[0-9a-f]{64}$/);
});

test('a file without a column, absent or damaged is refused, and the audit says so', async (t) => {
  const { ledger, folder, run } = await importer(t, { 'accounts.csv': 'account_id\nA-1\n' });
  await writeFile(join(folder, 'damaged.csv.gz'), 'not packed');
  const header = await t.throwsAsync(run('accounts', 'accounts.csv'));
  t.true(isRefusal(header, 'TABLE_HEADER'));
  for (const name of ['absent.csv', 'absent.csv.gz', 'damaged.csv.gz']) {
    const error = await t.throwsAsync(run('accounts', name), undefined, name);
    t.true(isRefusal(error, 'IMPORT_SOURCE'), name);
  }
  const ends = (await auditOf(ledger)).filter((entry) => entry.action === 'import.end');
  t.deepEqual(
    ends.map((entry) => [entry.outcome, entry.code]),
    [
      ['refused', 'TABLE_HEADER'],
      ['refused', 'IMPORT_SOURCE'],
      ['refused', 'IMPORT_SOURCE'],
      ['refused', 'IMPORT_SOURCE'],
    ],
  );
});
