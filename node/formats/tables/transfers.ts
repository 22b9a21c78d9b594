import type { Transfer } from '../../../proto/domain/records.ts';
import type { Table } from './table.ts';

/** Transfers with at least one end at the agency. */
export const TRANSFERS: Table<Transfer> = {
  required: [
    'tx_id',
    'booked_at',
    'amount_minor',
    'currency',
    'from_account',
    'from_agency',
    'to_account',
    'to_agency',
  ],
  optional: ['channel', 'reference'],
  read: (row) => ({
    transferId: row.identifier('tx_id'),
    ...row.booked('booked_at'),
    amountMinor: row.amount('amount_minor'),
    currency: row.currency('currency'),
    fromAccount: row.identifier('from_account'),
    fromAgency: row.agency('from_agency'),
    toAccount: row.identifier('to_account'),
    toAgency: row.agency('to_agency'),
    channel: row.optional('channel') ?? '',
    reference: row.optional('reference') ?? '',
  }),
};
