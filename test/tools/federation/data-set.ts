import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

export type SetAgency = {
  readonly agencyId: string;
  readonly name: string;
  readonly jurisdiction: string;
  /** Its own view of the world: customers, accounts, transfers, cash, alerts. */
  readonly folder: string;
};

/** A stretch of data time; null: from the beginning, to the end. Days, the second one left for later. */
export type DataWindow = { readonly from: string | null; readonly until: string | null };

/** A data set of the layout of data/federation3. */
export type DataSet = {
  readonly directory: string;
  readonly name: string;
  readonly agencies: readonly SetAgency[];
  readonly watchlists: string;
};

export type Row = Readonly<Record<string, string>>;

/** @throws naming what is missing */
export function openDataSet(directory: string): DataSet {
  const list = join(directory, 'agencies.csv');
  if (!existsSync(list)) throw new Error(`${directory} is no data set: agencies.csv is not there`);
  const agencies = readTable(list).map((row) => ({
    agencyId: row['agency_id'] ?? '',
    name: row['name'] ?? '',
    jurisdiction: row['jurisdiction'] ?? '',
    folder: join(directory, 'agencies', row['agency_id'] ?? ''),
  }));
  for (const { folder } of agencies) if (!existsSync(folder)) throw new Error(`${folder} is not there`);
  const name = directory.split('/').findLast((part) => part !== '') ?? directory;
  return { directory, name, agencies, watchlists: join(directory, 'watchlists') };
}

/** Rows of a CSV file with a header, gzip or not. */
export function readTable(path: string): readonly Row[] {
  return parse(readText(path), { columns: true, bom: true, skip_empty_lines: true });
}

/** Objects of a file of JSON lines. */
export function readJsonLines<Item>(path: string): readonly Item[] {
  return readText(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Item);
}

/** The file of an agency's folder that has this name, gzip or not. */
export function fileOf(folder: string, name: string): string {
  const found = readdirSync(folder).find((file) => file === name || file === `${name}.gz`);
  if (found === undefined) throw new Error(`${join(folder, name)} is not there`);
  return join(folder, found);
}

/** Splits the time range of a set's transfers into so many equal parts, at days. */
export function windowsOf(set: DataSet, count: number): readonly DataWindow[] {
  const days = set.agencies.flatMap(({ folder }) => {
    const booked = readTable(fileOf(folder, 'transfers.csv')).map((row) => (row['booked_at'] ?? '').slice(0, 10));
    return [least(booked), most(booked)];
  });
  const firstMs = Date.parse(least(days));
  const spanMs = Date.parse(most(days)) + DAY_MS - firstMs;
  const borders = Array.from({ length: count - 1 }, (_none, place) =>
    new Date(firstMs + Math.round(((place + 1) * spanMs) / count / DAY_MS) * DAY_MS).toISOString().slice(0, 10),
  );
  return [null, ...borders].map((from, place) => ({ from, until: borders[place] ?? null }));
}

const DAY_MS = 86_400_000;

function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function least(texts: readonly string[]): string {
  return texts.reduce((one, other) => (other < one ? other : one));
}

function most(texts: readonly string[]): string {
  return texts.reduce((one, other) => (other > one ? other : one));
}
