import { createWriteStream, mkdirSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { join } from 'node:path';
import type { Truth } from '../demo/truth.ts';
import { type DataSet, fileOf, readJsonLines, readTable, type Row } from '../tools/federation/data-set.ts';
import { csvLine } from '../tools/federation/pooled-view.ts';

/** A stretch of data time from one day to another, the second left for the next. */
export type Week = { readonly from: string; readonly until: string };

/** Weeks of a set, cut so that its second half begins with one of them. */
export type Weeks = {
  readonly weeks: readonly Week[];
  /** Day on which the second half begins. */
  readonly split: string;
};

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** Cuts a set at the day of the first alert of its second half, and from there into weeks both ways. */
export function weeksOf(set: DataSet, truth: Truth): Weeks {
  const days: string[] = [];
  let split = '9999-12-31';
  for (const { agencyId, folder } of set.agencies) {
    for (const row of readTable(fileOf(folder, 'transfers.csv'))) days.push((row['booked_at'] ?? '').slice(0, 10));
    for (const { alert_id: alertId, raised_at: raisedAt } of readJsonLines<AlertLine>(fileOf(folder, 'alerts.jsonl'))) {
      days.push(raisedAt.slice(0, 10));
      if (truth.alerts.get(`${agencyId}/${alertId}`)?.half === '2' && raisedAt < split) split = raisedAt.slice(0, 10);
    }
  }
  const first = days.reduce((one, other) => (other < one ? other : one));
  const last = days.reduce((one, other) => (other > one ? other : one));
  const borders = [split];
  while ((borders[0] ?? '') > first) borders.unshift(dayAfter(borders[0] ?? '', -WEEK_DAYS));
  while ((borders.at(-1) ?? '') <= last) borders.push(dayAfter(borders.at(-1) ?? '', WEEK_DAYS));
  const weeks = borders.slice(1).map((until, place) => ({ from: borders[place] ?? '', until }));
  return { weeks, split };
}

/**
 * Writes an agency's view apart by weeks, so that each is read once and not all of it every week. Customers and accounts
 * come with the first.
 * @returns the folder of each week
 */
export async function splitByWeeks(folder: string, weeks: readonly Week[], target: string): Promise<readonly string[]> {
  const folders = weeks.map((_week, place) => join(target, String(place + 1)));
  for (const path of folders) mkdirSync(path, { recursive: true });
  const weekOf = (time: string): number => weeks.findIndex(({ until }) => time.slice(0, 10) < until);
  for (const name of ['customers', 'accounts'])
    await writeTable(join(folders[0] ?? '', `${name}.csv`), readTable(fileOf(folder, `${name}.csv`)));
  for (const name of ['transfers', 'cash']) {
    const rows = readTable(fileOf(folder, `${name}.csv`));
    const byWeek = Map.groupBy(rows, (row) => weekOf(row['booked_at'] ?? ''));
    for (const [place, path] of folders.entries())
      await writeTable(join(path, `${name}.csv`), byWeek.get(place) ?? [], Object.keys(rows[0] ?? {}));
  }
  const alerts = Map.groupBy(readJsonLines<AlertLine>(fileOf(folder, 'alerts.jsonl')), ({ raised_at: raisedAt }) =>
    weekOf(raisedAt),
  );
  for (const [place, path] of folders.entries())
    await writeLines(
      join(path, 'alerts.jsonl'),
      (alerts.get(place) ?? []).map((alert) => JSON.stringify(alert)),
    );
  return folders;
}

type AlertLine = { readonly alert_id: string; readonly raised_at: string };

function writeTable(
  path: string,
  rows: readonly Row[],
  names: readonly string[] = Object.keys(rows[0] ?? {}),
): Promise<void> {
  return writeLines(path, [csvLine(names), ...rows.map((row) => csvLine(names.map((name) => row[name] ?? '')))]);
}

async function writeLines(path: string, lines: readonly string[]): Promise<void> {
  const file = createWriteStream(path);
  for (const line of lines) file.write(`${line}\n`);
  file.end();
  await finished(file);
}

function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}
