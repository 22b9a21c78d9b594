import { join } from 'node:path';
import test from 'ava';
import { planFolder, planPaths } from '../../../node/records/plan-paths.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { folderWith } from './home.ts';
import { ACCOUNTS_CSV, CASH_CSV, CUSTOMERS_CSV, TRANSFERS_CSV } from './samples.ts';

const WATCHLIST_CSV = 'list_id,name,aliases,dob,country,program\n';

test("an agency's folder is planned in the order of dependence, with its alerts last", async (t) => {
  const folder = await folderWith(t, {
    'transfers.csv.gz': TRANSFERS_CSV,
    'cash.csv': CASH_CSV,
    'accounts.csv': ACCOUNTS_CSV,
    'customers.csv': CUSTOMERS_CSV,
    'alerts.jsonl': '',
    'alerts-other.jsonl': '',
    'notes.txt': '',
  });
  const plan = await planFolder(folder);
  t.deepEqual(
    plan.files.map((file) => file.kind),
    ['customers', 'accounts', 'transfers', 'cash'],
  );
  t.deepEqual(plan.alerts, [{ kind: 'alerts', path: join(folder, 'alerts.jsonl') }]);
  t.deepEqual(plan.unknown, [join(folder, 'alerts-other.jsonl'), join(folder, 'notes.txt')]);
});

test('tables are known by their columns, whatever they are called', async (t) => {
  const folder = await folderWith(t, {
    'export_17.csv': TRANSFERS_CSV,
    'list-2020.csv': WATCHLIST_CSV,
    'x.csv': 'a,b\n',
  });
  const plan = await planPaths([join(folder, 'list-2020.csv'), join(folder, 'export_17.csv')]);
  t.deepEqual(
    plan.files.map((file) => file.kind),
    ['transfers', 'watchlist'],
  );
  const error = await t.throwsAsync(planPaths([join(folder, 'x.csv')]));
  t.true(isRefusal(error, 'IMPORT_KIND'));
});

test("an edition of OFAC's list is one item with its files", async (t) => {
  const folder = await folderWith(t, { '2021/sdn.csv': '', '2021/alt.csv': '', '2021/add.csv': '' });
  const edition = {
    kind: 'ofac',
    path: join(folder, '2021/sdn.csv'),
    aliases: join(folder, '2021/alt.csv'),
    addresses: join(folder, '2021/add.csv'),
    listName: 'OFAC_SDN',
    listKind: 'SANCTIONS',
    listVersion: '2021',
  };
  t.deepEqual((await planPaths([join(folder, '2021')])).files, [edition]);
  t.deepEqual((await planPaths([join(folder, '2021/sdn.csv')])).files, [edition]);
});

test('alerts of any name are taken when they are named', async (t) => {
  const folder = await folderWith(t, { 'alerts-other.jsonl': '' });
  const path = join(folder, 'alerts-other.jsonl');
  t.deepEqual((await planPaths([path])).alerts, [{ kind: 'alerts', path }]);
});

test('an absent path is refused', async (t) => {
  const error = await t.throwsAsync(planPaths(['/nowhere/at/all']));
  t.true(isRefusal(error, 'IMPORT_SOURCE'));
});
