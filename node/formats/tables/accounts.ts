import type { Account } from '../../../proto/domain/records.ts';
import type { Table } from './table.ts';

/** Accounts of an agency's customers, amounts in minor units. */
export const ACCOUNTS: Table<Account> = {
  required: ['account_id', 'customer_id'],
  optional: ['opened', 'kind', 'opening_balance', 'declared_monthly_income'],
  read: (row) => ({
    accountId: row.identifier('account_id'),
    customerId: row.identifier('customer_id'),
    opened: row.day('opened'),
    kind: row.optional('kind'),
    openingBalanceMinor: row.balance('opening_balance'),
    declaredMonthlyIncomeMinor: row.balance('declared_monthly_income'),
  }),
};
