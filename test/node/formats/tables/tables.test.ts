import test from 'ava';
import type { RecordFault } from '../../../../node/formats/faults.ts';
import { ACCOUNTS } from '../../../../node/formats/tables/accounts.ts';
import { CASH } from '../../../../node/formats/tables/cash.ts';
import { CUSTOMERS } from '../../../../node/formats/tables/customers.ts';
import { readTable, type Table } from '../../../../node/formats/tables/table.ts';
import { TRANSFERS } from '../../../../node/formats/tables/transfers.ts';
import { WATCHLIST } from '../../../../node/formats/tables/watchlist.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';
import { bytesOf } from '../bytes.ts';

async function read<T>(
  text: string,
  table: Table<T>,
): Promise<{ records: T[]; faults: RecordFault[]; unknownColumns: number }> {
  const all = { records: [] as T[], faults: [] as RecordFault[], unknownColumns: 0 };
  for await (const block of readTable(bytesOf(text, 1_000), table)) {
    all.records.push(...block.records);
    all.faults.push(...block.faults);
    all.unknownColumns = block.unknownColumns;
  }
  return all;
}

const TRANSFER_HEADER =
  'tx_id,booked_at,amount_minor,currency,from_account,from_agency,to_account,to_agency,channel,reference';

test('a transfer keeps its ids as texts and its amount exact', async (t) => {
  const row = 'a1,2023-01-01,900719925474099312,EUR,445875107326437146,one,NB-1,two,BRANCH,rent\u202e';
  const { records, faults } = await read(`${TRANSFER_HEADER}\n${row}\n`, TRANSFERS);
  t.deepEqual(faults, []);
  const [transfer] = records;
  t.is(transfer?.amountMinor, 900_719_925_474_099_312n);
  t.is(String(transfer?.fromAccount), '445875107326437146');
  t.is(transfer?.knownAtMs, Date.UTC(2023, 0, 2));
  t.is(transfer?.reference, 'rent');
});

test('E-01 (CSV tables) each bad row is named with its line and column, and the rest is kept', async (t) => {
  const good = '2023-01-01,10,EUR,A,one,B,two,X,';
  const rows = [
    `a1,${good}`,
    `,${good}`,
    `a3,2023-02-30,10,EUR,A,one,B,two,X,`,
    `a4,2023-01-01,-10,EUR,A,one,B,two,X,`,
    `a5,2023-01-01,1.5,EUR,A,one,B,two,X,`,
    `a6,2023-01-01,NaN,EUR,A,one,B,two,X,`,
    `a7,2023-01-01,10,euro,A,one,B,two,X,`,
    `a8,2023-01-01,10,EUR,A/B,one,B,two,X,`,
    `a9,2023-01-01,10,EUR,A,One!,B,two,X,`,
    `a10,2023-01-01,9999999999999999999,EUR,A,one,B,two,X,`,
    `a11,2023-01-01,10,EUR,A,one,B`,
    `a12,${good}`,
  ];
  const { records, faults } = await read(`${TRANSFER_HEADER}\n${rows.join('\n')}\n`, TRANSFERS);
  t.deepEqual(
    records.map((record) => String(record.transferId)),
    ['a1', 'a12'],
  );
  t.deepEqual(
    [...faults].sort((one, other) => one.place - other.place),
    [
      { place: 3, field: 'tx_id', code: 'missing' },
      { place: 4, field: 'booked_at', code: 'date' },
      { place: 5, field: 'amount_minor', code: 'range' },
      { place: 6, field: 'amount_minor', code: 'format' },
      { place: 7, field: 'amount_minor', code: 'format' },
      { place: 8, field: 'currency', code: 'format' },
      { place: 9, field: 'from_account', code: 'format' },
      { place: 10, field: 'from_agency', code: 'format' },
      { place: 11, field: 'amount_minor', code: 'format' },
      { place: 12, field: '$', code: 'columns' },
    ],
  );
});

test('unknown columns are dropped and counted, in any order of columns', async (t) => {
  const { records, unknownColumns } = await read(
    'note,name,customer_id,x,entity_type\n?,Anna,C1,?,INDIVIDUAL\n',
    CUSTOMERS,
  );
  t.is(unknownColumns, 2);
  t.is(records[0]?.name, 'Anna');
  t.is(records[0]?.dateOfBirth, null);
});

test('a table without a column that it must have is refused with the column named', async (t) => {
  const error = await t.throwsAsync(read('account_id,opened\nA1,2020-01-01\n', ACCOUNTS));
  t.true(isRefusal(error, 'TABLE_HEADER') && error.detail['field'] === 'customer_id');
  const empty = await t.throwsAsync(read('', ACCOUNTS));
  t.true(isRefusal(empty, 'TABLE_HEADER'));
});

test('an account may be overdrawn, a movement of cash may not be below zero', async (t) => {
  const accounts = await read('account_id,customer_id,opening_balance\nA1,C1,-500\n', ACCOUNTS);
  t.is(accounts.records[0]?.openingBalanceMinor, -500n);
  const header = 'booked_at,account_id,direction,kind,amount_minor,currency';
  const cash = await read(`${header}\n2023-01-01,A1,in,SALARY,-1,EUR\n2023-01-01,A1,up,SALARY,1,EUR\n`, CASH);
  t.deepEqual(
    cash.faults.map((fault) => fault.field),
    ['amount_minor', 'direction'],
  );
});

test('an entry of a watchlist splits its lists and keeps dates as they are', async (t) => {
  const header = 'list_id,name,aliases,dob,country,program,entity_type';
  const row = 'P-1,Anna Beispiel,Anne Beispiel; А. Пример;,1960;1961-02,DE;AT,MAYOR,INDIVIDUAL';
  const { records } = await read(`${header}\n${row}\n`, WATCHLIST);
  t.deepEqual(records[0]?.aliases, ['Anne Beispiel', 'А. Пример']);
  t.deepEqual(records[0]?.datesOfBirth, ['1960', '1961-02']);
  t.deepEqual(records[0]?.countries, ['DE', 'AT']);
});
