import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const CUSTOMERS = [
  'customer_id,entity_type,name,given_name,surname,aliases,date_of_birth,street,city,postal_code,country,nationality,national_id,phone,email,industry,onboarded',
  'c-1,INDIVIDUAL,Ada Quill,Ada,Quill,,1980-02-03,1 High Street,Town,1000,DE,DE,,,,EMPLOYEE,2020-01-01',
  'c-2,BUSINESS,Quill Trading GmbH,,,,2015-05-05,2 High Street,Town,1000,DE,,,,,RETAIL,2020-01-01',
];
const ACCOUNTS = [
  'account_id,customer_id,opened,kind,opening_balance,declared_monthly_income',
  'a-1,c-1,2020-01-01,CURRENT,100000,250000',
  'a-2,c-2,2020-01-01,BUSINESS_CURRENT,900000,',
];
const TRANSFERS = [
  'tx_id,booked_at,amount_minor,currency,from_account,from_agency,to_account,to_agency,channel,reference',
  't-1,2019-03-01,90000,EUR,b-1,beta,a-1,alpha,ONLINE,',
  't-2,2019-03-02,89000,EUR,a-1,alpha,b-2,beta,ONLINE,',
  't-3,2019-03-20,5000,EUR,a-2,alpha,a-1,alpha,ONLINE,wages',
  't-4,2019-03-40,1,EUR,a-2,alpha,a-1,alpha,ONLINE,no such day',
];
const CASH = ['booked_at,account_id,direction,kind,amount_minor,currency', '2019-03-03,a-1,in,DEPOSIT,2000,EUR'];
const LIST = ['list_id,name,aliases,dob,country,program', 'L-1,Somebody Else,,1950-01-01,FR,Minister'];

function alert(alertId: string, day: string): string {
  return JSON.stringify({
    alert_id: alertId,
    alert_type: 'TRANSACTION',
    priority: 'MEDIUM',
    customer_data: { customer_id: 'c-1', name: 'Ada Quill', dob: '1980-02-03', entity_type: 'INDIVIDUAL' },
    transaction_data: {
      rule_id: 'PASS_THROUGH',
      window_start: '2019-02-20',
      window_end: day,
      currency: 'EUR',
      amount_minor: 90_000,
      transaction_ids: ['t-1', 't-2'],
    },
    account_data: { account_id: 'a-1', opened: '2020-01-01' },
    raised_at: `${day}T12:00:00Z`,
  });
}

/** Ids of the alerts that are right, in the order of the file; the third line of it is not JSON. */
export const ALERT_IDS = ['x-1', 'x-2'] as const;
/** First day that is left for later when the first alert and its transfers are fed. */
export const BETWEEN = '2019-03-10';

/** Writes an agency of two customers in the layout that folders of agencies have. */
export function writeSmallAgency(directory: string): string {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, lines: readonly string[]): void => {
    const text = `${lines.join('\n')}\n`;
    writeFileSync(join(directory, name), name.endsWith('.gz') ? gzipSync(text) : text);
  };
  write('customers.csv', CUSTOMERS);
  write('accounts.csv', ACCOUNTS);
  write('transfers.csv.gz', TRANSFERS);
  write('cash.csv', CASH);
  write('pep-2019.csv', LIST);
  write('alerts.jsonl', [alert('x-1', '2019-03-04'), alert('x-2', '2019-03-21'), '{"alert_id":']);
  return directory;
}
