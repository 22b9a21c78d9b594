import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { recordError } from './errors.ts';
import { readCsv } from '../formats/csv.ts';
import { ACCOUNTS } from '../formats/tables/accounts.ts';
import { CASH } from '../formats/tables/cash.ts';
import { CUSTOMERS } from '../formats/tables/customers.ts';
import { hasColumnsOf, type Table } from '../formats/tables/table.ts';
import { TRANSFERS } from '../formats/tables/transfers.ts';
import { WATCHLIST } from '../formats/tables/watchlist.ts';
import { listIdentity } from './lists/list-name.ts';
import { type AlertFile, type ImportFile, type ImportPlan, type OfacEdition, RECORD_KINDS } from './plan.ts';
import { openFile } from './source.ts';

/** Tables by their columns, the ones with more of them first: a header of one may hold those of another. */
const TABLES: readonly (readonly [ImportFile['kind'], Table<unknown>])[] = [
  ['transfers', TRANSFERS],
  ['cash', CASH],
  ['customers', CUSTOMERS],
  ['watchlist', WATCHLIST],
  ['accounts', ACCOUNTS],
];
/** OFAC's own file names; these files have no header to go by. */
const OFAC_NAMES = {
  entries: 'sdn.csv',
  aliases: 'alt.csv',
  addresses: 'add.csv',
  comments: 'sdn_comments.csv',
} as const;
const FOLDER_ALERTS = 'alerts.jsonl';

/**
 * Says what files and folders hold: CSV tables by their columns, OFAC's list by the names of its files, alerts as
 * JSON lines. Of a folder's JSON lines only `alerts.jsonl` is taken; others must be named. Folders are not descended.
 * @throws IMPORT_SOURCE when a path is absent, IMPORT_KIND when a file that was named is of no known kind
 */
export async function planPaths(paths: readonly string[]): Promise<ImportPlan> {
  const plans: ImportPlan[] = [];
  for (const path of paths) plans.push(await ((await isFolder(path)) ? planFolder(path) : planFile(path)));
  return inOrder(plans);
}

/** As planPaths, of one folder: one agency's view, a folder of watchlists or an edition of OFAC's list. */
export async function planFolder(folder: string): Promise<ImportPlan> {
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((item) => item.isFile())
    .map((item) => item.name);
  const isOfac = names.includes(OFAC_NAMES.entries);
  const ofacNames: readonly string[] = isOfac ? Object.values(OFAC_NAMES) : [];
  const plans: ImportPlan[] = isOfac ? [planOf(ofacEdition(folder, names))] : [];
  for (const name of names.filter((item) => !ofacNames.includes(item)).sort()) {
    const path = join(folder, name);
    const known = name.endsWith('.jsonl') ? alertsOfFolder(path) : await csvFile(path);
    plans.push(known === undefined ? { files: [], alerts: [], unknown: [path] } : planOf(known));
  }
  return inOrder(plans);
}

async function planFile(path: string): Promise<ImportPlan> {
  if (basename(path) === OFAC_NAMES.entries) {
    return planOf(ofacEdition(dirname(path), await readdir(dirname(path))));
  }
  const known = /\.jsonl(\.gz)?$/.test(path) ? ({ kind: 'alerts', path } as const) : await csvFile(path);
  if (known !== undefined) return planOf(known);
  throw recordError('IMPORT_KIND', { detail: { file: basename(path) } });
}

function alertsOfFolder(path: string): AlertFile | undefined {
  return basename(path) === FOLDER_ALERTS ? { kind: 'alerts', path } : undefined;
}

async function csvFile(path: string): Promise<ImportFile | undefined> {
  if (!/\.csv(\.gz)?$/.test(path)) return undefined;
  const header = await readHeader(path);
  const kind = TABLES.find(([, table]) => hasColumnsOf(header, table))?.[0];
  if (kind === 'watchlist') return { kind, path, ...listIdentity(basename(path)) };
  const recordKind = RECORD_KINDS.find((known) => known === kind);
  return recordKind === undefined ? undefined : { kind: recordKind, path };
}

async function readHeader(path: string): Promise<readonly string[]> {
  for await (const block of readCsv(openFile(path).bytes)) {
    const [first] = block.records;
    if (first !== undefined) return first.cells;
  }
  return [];
}

function ofacEdition(folder: string, names: readonly string[]): OfacEdition {
  const part = (key: 'aliases' | 'addresses' | 'comments'): Partial<OfacEdition> =>
    names.includes(OFAC_NAMES[key]) ? { [key]: join(folder, OFAC_NAMES[key]) } : {};
  const { listVersion } = listIdentity(`sdn-${basename(folder)}`);
  const identity = { listName: 'OFAC_SDN', listKind: 'SANCTIONS', listVersion } as const;
  const details = { ...part('aliases'), ...part('addresses'), ...part('comments') };
  return { kind: 'ofac', path: join(folder, OFAC_NAMES.entries), ...identity, ...details };
}

function planOf(file: ImportFile | AlertFile): ImportPlan {
  if (file.kind === 'alerts') return { files: [], alerts: [file], unknown: [] };
  return { files: [file], alerts: [], unknown: [] };
}

function inOrder(plans: readonly ImportPlan[]): ImportPlan {
  const order: readonly string[] = [...RECORD_KINDS, 'watchlist', 'ofac'];
  const files = plans.flatMap((plan) => plan.files);
  return {
    files: files.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind)),
    alerts: plans.flatMap((plan) => plan.alerts),
    unknown: plans.flatMap((plan) => plan.unknown),
  };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw recordError('IMPORT_SOURCE', { detail: { file: basename(path) }, cause });
  }
}
