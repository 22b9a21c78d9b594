import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Truth } from '../demo/truth.ts';
import type { DataSet } from '../tools/federation/data-set.ts';
import { splitByWeeks, weeksOf } from './weeks.ts';

const ALERTS = [
  ['a-1', '2031-01-03T08:00:00Z', '1'],
  ['a-2', '2031-01-14T23:00:00Z', '1'],
  ['a-3', '2031-01-15T09:00:00Z', '2'],
  ['a-4', '2031-01-24T09:00:00Z', '2'],
] as const;
const BOOKED = ['2031-01-02', '2031-01-14', '2031-01-15', '2031-01-26'];

function smallSet(directory: string): { readonly data: DataSet; readonly truth: Truth } {
  const folder = join(directory, 'alpha');
  mkdirSync(folder, { recursive: true });
  const table = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  table('transfers.csv', ['tx_id,booked_at,reference', ...BOOKED.map((day, at) => `t${at},${day},"one, two"`)]);
  table('cash.csv', ['cash_id,booked_at', ...BOOKED.map((day, at) => `c${at},${day}`)]);
  table('customers.csv', ['customer_id', 'c1']);
  table('accounts.csv', ['account_id', 'x1']);
  table(
    'alerts.jsonl',
    ALERTS.map(([id, raised]) => JSON.stringify({ alert_id: id, raised_at: raised })),
  );
  const agency = { agencyId: 'alpha', name: 'Alpha', jurisdiction: 'NL', folder };
  const known = ALERTS.map(([id, , half]) => {
    const truth = { isTrue: false, reason: '', patternId: '', half, alertType: 'TRANSACTION' };
    return [`alpha/${id}`, truth] as const;
  });
  const truth = { alerts: new Map(known), launderers: new Set<string>(), accounts: 0, patterns: [], awkward: [] };
  return { data: { directory, name: 'small', agencies: [agency], watchlists: '' }, truth };
}

test('M-01 (weeks) a set is cut on the day of the first alert of its second half, and into weeks both ways', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'concordat-weeks-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const { data, truth } = smallSet(directory);
  const { split, weeks } = weeksOf(data, truth);
  t.is(split, '2031-01-15');
  t.deepEqual(
    weeks.map(({ from }) => from),
    ['2031-01-01', '2031-01-08', '2031-01-15', '2031-01-22'],
  );
  const folders = await splitByWeeks(join(directory, 'alpha'), weeks, join(directory, 'weeks'));
  const lines = (week: number, name: string): number =>
    readFileSync(join(folders[week] ?? '', name), 'utf8')
      .trim()
      .split('\n').length;
  t.deepEqual(
    [0, 1, 2, 3].map((week) => lines(week, 'transfers.csv') - 1),
    [1, 1, 1, 1],
  );
  t.regex(readFileSync(join(folders[2] ?? '', 'transfers.csv'), 'utf8'), /^t2,2031-01-15,"one, two"$/m);
  t.deepEqual(
    [0, 1, 2, 3].map((week) => readFileSync(join(folders[week] ?? '', 'alerts.jsonl'), 'utf8').match(/a-\d/g)),
    [['a-1'], ['a-2'], ['a-3'], ['a-4']],
  );
  t.is(lines(0, 'customers.csv'), 2);
});
