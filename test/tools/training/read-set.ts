import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { readAlertLines } from '../../../node/formats/alerts/lines.ts';
import { readCsv } from '../../../node/formats/csv.ts';
import type { ByteSource } from '../../../node/formats/lines.ts';
import { ACCOUNTS } from '../../../node/formats/tables/accounts.ts';
import { CUSTOMERS } from '../../../node/formats/tables/customers.ts';
import { readTable, type Table } from '../../../node/formats/tables/table.ts';
import { TRANSFERS } from '../../../node/formats/tables/transfers.ts';
import type { Neighbour } from '../../../node/graph/graph-store.ts';
import { accountKey } from '../../../node/triage/account-ref.ts';
import { LOOKBACK_MS } from '../../../node/triage/features/account-view.ts';
import type { TransferReader } from '../../../node/triage/features/transfer-reader.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Transfer } from '../../../proto/domain/records.ts';

/** An account as the scorer needs it. */
export type SetAccount = { readonly accountId: string; readonly opened: string | null; readonly business: boolean };

/** One agency of a data set, as it alone sees the world. */
export type SetAgency = {
  readonly agency: string;
  readonly alerts: readonly Alert[];
  readonly accounts: readonly SetAccount[];
  readonly transfers: TransferReader;
};

/** What an alert turned out to be, by `<agency>/<alert id>`. */
export type SetTruth = ReadonlyMap<string, { readonly positive: boolean; readonly half: string }>;

/** Reads the agencies of a data set of the layout of data/federation3. */
export async function readSet(directory: string): Promise<readonly SetAgency[]> {
  const agencies: SetAgency[] = [];
  for (const { agency_id: agency = '' } of await readRows(join(directory, 'agencies.csv'))) {
    const own = (file: string): string => join(directory, 'agencies', agency, file);
    const customers = new Map(
      (await readRecords(own('customers.csv'), CUSTOMERS)).map((customer) => [customer.customerId, customer]),
    );
    const accounts = (await readRecords(own('accounts.csv'), ACCOUNTS)).map(({ accountId, customerId, opened }) => {
      return { accountId, opened, business: customers.get(customerId)?.entityType === 'BUSINESS' };
    });
    const alerts: Alert[] = [];
    for await (const line of readAlertLines(open(own('alerts.jsonl')), Number.MAX_SAFE_INTEGER)) {
      if (line.kind === 'alert') alerts.push(line.alert);
    }
    const transfers = memoryTransfers(await readRecords(own('transfers.csv.gz'), TRANSFERS));
    agencies.push({ agency, alerts, accounts, transfers });
  }
  return agencies;
}

/** Reads what the alerts of a data set turned out to be. */
export async function readTruth(directory: string): Promise<SetTruth> {
  const rows = await readRows(join(directory, 'truth', 'alerts.csv'));
  return new Map(
    rows.map((row) => [
      `${row['agency']}/${row['alert_id']}`,
      { positive: row['is_true'] === '1', half: row['half'] ?? '' },
    ]),
  );
}

/** Transfers in memory, behind the port that triage reads them through. */
function memoryTransfers(transfers: readonly Transfer[]): TransferReader {
  const byAccount = new Map<EntityKey, Neighbour[]>();
  const add = (key: EntityKey, neighbour: Neighbour): void => {
    const known = byAccount.get(key);
    if (known === undefined) byAccount.set(key, [neighbour]);
    else known.push(neighbour);
  };
  for (const transfer of transfers) {
    const from = accountKey({ agency: transfer.fromAgency, accountId: transfer.fromAccount });
    const to = accountKey({ agency: transfer.toAgency, accountId: transfer.toAccount });
    const edge: Neighbour['edge'] = {
      edgeId: transfer.transferId,
      kind: 'transfer',
      from,
      to,
      occurredAtMs: transfer.bookedAtMs,
      knownAtMs: transfer.knownAtMs,
      amountMinor: transfer.amountMinor,
      currency: transfer.currency,
      properties: {},
      provenance: {
        source: 'transfers',
        sourceId: transfer.transferId,
        ingestedAtMs: transfer.knownAtMs,
        confidence: 1,
        version: 0,
      },
      marking: { tlp: 'RED', classification: 'RESTRICTED', compartments: [], groups: [] },
    };
    add(from, { edge, other: to, direction: 'out' });
    add(to, { edge, other: from, direction: 'in' });
  }
  return {
    transfersOf: async (key, endMs, asOfMs) =>
      (byAccount.get(key) ?? []).filter(
        ({ edge }) => edge.knownAtMs <= asOfMs && edge.occurredAtMs < endMs && edge.occurredAtMs >= endMs - LOOKBACK_MS,
      ),
  };
}

async function readRecords<T>(path: string, table: Table<T>): Promise<readonly T[]> {
  const records: T[] = [];
  for await (const block of readTable(open(path), table)) records.push(...block.records);
  return records;
}

async function readRows(path: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const rows: (readonly string[])[] = [];
  for await (const block of readCsv(open(path))) rows.push(...block.records.map(({ cells }) => cells));
  const [header = [], ...rest] = rows;
  return rest.map((cells) => Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ''])));
}

function open(path: string): ByteSource {
  const file = createReadStream(path);
  return path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
}

/** The account that an alert is about, undefined for alerts about a customer. */
export function accountOf(agency: string, alert: Alert): EntityKey | undefined {
  return alert.account === null ? undefined : accountKey({ agency, accountId: alert.account.accountId });
}
