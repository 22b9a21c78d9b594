import type { CashMovement } from '../../../proto/domain/records.ts';
import type { Table } from './table.ts';

/** A cash or own-account movement as the file has it: without an id, which the importer gives it. */
export type CashRow = Omit<CashMovement, 'cashId'>;

export const CASH: Table<CashRow> = {
  required: ['booked_at', 'account_id', 'direction', 'kind', 'amount_minor', 'currency'],
  optional: [],
  read: (row) => ({
    ...row.booked('booked_at'),
    accountId: row.identifier('account_id'),
    direction: row.choice('direction', ['in', 'out']),
    kind: row.text('kind'),
    amountMinor: row.amount('amount_minor'),
    currency: row.currency('currency'),
  }),
};
