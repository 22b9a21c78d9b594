import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataSet, fileOf, readJsonLines, readTable, type Row } from './data-set.ts';

/** The agency as which one node holds what all agencies know. */
export const POOLED_AGENCY = 'pooled';

/**
 * Writes what one agency would see that was all agencies at once: every row once, and every account its own, since
 * between two customers of one house nothing is foreign.
 */
export function writePooledView(set: DataSet, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const tables = (name: string): readonly Row[] =>
    set.agencies.flatMap(({ folder: own }) => readTable(fileOf(own, `${name}.csv`)));
  writeTable(join(folder, 'customers.csv'), tables('customers'));
  writeTable(join(folder, 'accounts.csv'), tables('accounts'));
  writeTable(join(folder, 'cash.csv'), sortedBy('booked_at', tables('cash')));
  const transfers = new Map(tables('transfers').map((row) => [row['tx_id'] ?? '', row]));
  const own = [...transfers.values()].map((row) => ({
    ...row,
    from_agency: POOLED_AGENCY,
    to_agency: POOLED_AGENCY,
  }));
  writeTable(join(folder, 'transfers.csv'), sortedBy('booked_at', own));
  const alerts = set.agencies.flatMap(({ folder: own }) =>
    readJsonLines<{ readonly raised_at: string }>(fileOf(own, 'alerts.jsonl')),
  );
  const lines = alerts
    .sort((one, other) => one.raised_at.localeCompare(other.raised_at))
    .map((alert) => JSON.stringify(alert));
  writeFileSync(join(folder, 'alerts.jsonl'), `${lines.join('\n')}\n`);
}

function sortedBy(column: string, rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((one, other) => (one[column] ?? '').localeCompare(other[column] ?? ''));
}

function writeTable(path: string, rows: readonly Row[]): void {
  const names = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => csvLine(names.map((name) => row[name] ?? '')));
  writeFileSync(path, `${[csvLine(names), ...lines].join('\n')}\n`);
}

/** One line of a CSV file, without its end. */
export function csvLine(cells: readonly string[]): string {
  return cells.map(quoted).join(',');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
