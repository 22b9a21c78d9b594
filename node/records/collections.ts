import type { Account, CashMovement, Customer, ListEntry, Transfer } from '../../proto/domain/records.ts';
import { defineCollection } from '../ledger/collection.ts';
import type { ListVersion } from './lists/list-version.ts';
import { LIST_MARKING, RECORD_MARKING } from './marking.ts';

export const CUSTOMERS = defineCollection<Customer>({
  space: 'customer',
  keyOf: (customer) => customer.customerId,
  markingOf: () => RECORD_MARKING,
});

export const ACCOUNTS = defineCollection<Account>({
  space: 'account',
  keyOf: (account) => account.accountId,
  markingOf: () => RECORD_MARKING,
});

export const TRANSFERS = defineCollection<Transfer>({
  space: 'transfer',
  keyOf: (transfer) => transfer.transferId,
  markingOf: () => RECORD_MARKING,
});

/** Key `<account>/<bookedAt>/<cash id>`: the movements of one account stand together, in time. */
export const CASH_MOVEMENTS = defineCollection<CashMovement>({
  space: 'cash',
  keyOf: (movement) => `${movement.accountId}/${movement.bookedAt}/${movement.cashId}`,
  markingOf: () => RECORD_MARKING,
});

/** Key `<list>/<version>/<entry>`. */
export const LIST_ENTRIES = defineCollection<ListEntry>({
  space: 'listEntry',
  keyOf: (entry) => `${entry.listName}/${entry.listVersion}/${entry.entryId}`,
  markingOf: () => LIST_MARKING,
});

/** Key `<list>/<version>`. A version is there once all of its entries are. */
export const LIST_VERSIONS = defineCollection<ListVersion>({
  space: 'list',
  keyOf: (version) => `${version.listName}/${version.listVersion}`,
  markingOf: () => LIST_MARKING,
});
