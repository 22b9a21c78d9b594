import type { Viewer } from '../../proto/domain/marking.ts';
import { ACCOUNTS as ACCOUNT_TABLE } from '../formats/tables/accounts.ts';
import { CASH as CASH_TABLE } from '../formats/tables/cash.ts';
import { CUSTOMERS as CUSTOMER_TABLE } from '../formats/tables/customers.ts';
import { readTable, type Table } from '../formats/tables/table.ts';
import { TRANSFERS as TRANSFER_TABLE } from '../formats/tables/transfers.ts';
import type { ByteSource } from '../formats/lines.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { BatchWriter } from './batch-writer.ts';
import { CashIdentifier } from './cash-ids.ts';
import { ACCOUNTS, CASH_MOVEMENTS, CUSTOMERS, TRANSFERS } from './collections.ts';
import type { RecordKind } from './plan.ts';
import type { ImportTally } from './report.ts';

/** On the time of booking, inclusive start and exclusive end: a replay feeds one window of data time after another. */
export type BookingWindow = { readonly fromMs?: number; readonly untilMs?: number };

type TableDeps = { readonly ledger: Ledger; readonly viewer: Viewer };

/** Imports a table of the agency's own records. Without time of booking (customers, accounts) a window is no filter. */
export async function importRecords(
  deps: TableDeps,
  kind: RecordKind,
  source: ByteSource,
  tally: ImportTally,
  window: BookingWindow,
): Promise<void> {
  switch (kind) {
    case 'customers':
      return importTable(new BatchWriter(deps, 'customer'), source, tally, CUSTOMER_TABLE, (row) => CUSTOMERS.put(row));
    case 'accounts':
      return importTable(new BatchWriter(deps, 'account'), source, tally, ACCOUNT_TABLE, (row) => ACCOUNTS.put(row));
    case 'transfers':
      return importTable(new BatchWriter(deps, 'transfer'), source, tally, TRANSFER_TABLE, (row) => {
        if (!isWithin(row.bookedAtMs, window)) return undefined;
        tally.feed(row.knownAtMs);
        return TRANSFERS.put(row);
      });
    case 'cash': {
      const identifier = new CashIdentifier();
      return importTable(new BatchWriter(deps, 'cash'), source, tally, CASH_TABLE, (row) => {
        if (!isWithin(row.bookedAtMs, window)) return undefined;
        tally.feed(row.knownAtMs);
        return CASH_MOVEMENTS.put(identifier.identify(row));
      });
    }
  }
}

async function importTable<T>(
  writer: BatchWriter,
  source: ByteSource,
  tally: ImportTally,
  table: Table<T>,
  toWrite: (record: T) => LedgerWrite | undefined,
): Promise<void> {
  for await (const block of readTable(source, table)) {
    tally.refuse(block.faults);
    tally.unknownFields = block.unknownColumns;
    for (const record of block.records) {
      const write = toWrite(record);
      if (write === undefined) {
        tally.outsideWindow += 1;
        continue;
      }
      tally.kept += 1;
      await writer.put(write);
    }
  }
  await writer.flush();
  tally.written = writer.written;
}

function isWithin(bookedAtMs: number, { fromMs, untilMs }: BookingWindow): boolean {
  return (fromMs === undefined || bookedAtMs >= fromMs) && (untilMs === undefined || bookedAtMs < untilMs);
}
