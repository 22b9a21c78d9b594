import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgencyNode } from '../../../tools/federation/agency-node.ts';

/** An account of somebody, somewhere. */
export type StageAccount = { readonly agency: string; readonly account: string };

/**
 * A customer of an agency with one account, and an alert about it. What comes of the alert is certain: a listed person
 * whose date of birth and country agree is blocked, one whose both disagree is cleared.
 */
export type StageCustomer = {
  /** Distinguishes the customers of an agency; ids are made of it. */
  readonly number: number;
  readonly alert: 'suspicious' | 'cleared' | 'none';
  /** A name other than the customer's own, so that two agencies know one person. */
  readonly name?: string;
  /** Accounts that the alert's transfers went to. */
  readonly paid: readonly StageAccount[];
};

/** One act of a play: what each agency is fed before a window closes. Days go on from act to act. */
export type StageAct = { readonly day: string; readonly agency: string; readonly customers: readonly StageCustomer[] };

/** An account by its agency and customer number, as every act spells it. */
export function accountOf(agency: string, number: number): StageAccount {
  return { agency, account: `${agency}-account-${number}` };
}

export function alertIdOf(agency: string, number: number): string {
  return `${agency}-alert-${number}`;
}

/** Name of a customer; no part of it occurs anywhere else. */
export function nameOf(agency: string, number: number): string {
  return `${capital(agency)}ius Testworthy-${number}`;
}

/** Writes an act's files and feeds them. @returns when every alert is decided */
export async function feedAct(node: AgencyNode, folder: string, act: StageAct): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { agency, customers, day } = act;
  write(
    folder,
    'customers.csv',
    customers.map((customer) => customerRow(agency, customer)),
  );
  write(
    folder,
    'accounts.csv',
    customers.map(({ number }) => accountRow(agency, number)),
  );
  const transfers = customers.flatMap((customer) => transferRows(act, customer));
  if (transfers.length > 0) write(folder, 'transfers.csv', transfers);
  const alerts = customers.filter(({ alert }) => alert !== 'none').map((customer) => alertOf(act, customer));
  if (alerts.length > 0)
    writeFileSync(join(folder, 'alerts.jsonl'), alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
  const job = await node.json<{ readonly state: string }>(['import', folder]);
  if (job.state !== 'done') throw new Error(`act of ${agency} on ${day} ended as ${job.state}`);
}

const LISTED_DATE = '1970-02-03';
const OTHER_DATE = '1991-11-12';

function customerRow(agency: string, { name, number }: StageCustomer): Readonly<Record<string, string>> {
  return {
    customer_id: customerIdOf(agency, number),
    entity_type: 'INDIVIDUAL',
    name: name ?? nameOf(agency, number),
    date_of_birth: LISTED_DATE,
    country: 'DE',
    nationality: 'DE',
    phone: phoneOf(agency, number),
    industry: 'EMPLOYEE',
    onboarded: '2015-01-01',
  };
}

function accountRow(agency: string, number: number): Readonly<Record<string, string>> {
  return {
    account_id: accountOf(agency, number).account,
    customer_id: customerIdOf(agency, number),
    opened: '2015-01-01',
    kind: 'CURRENT',
    opening_balance: '100000',
    declared_monthly_income: '300000',
  };
}

function transferRows(
  { agency, day }: StageAct,
  { number, paid }: StageCustomer,
): readonly Readonly<Record<string, string>>[] {
  return paid.map((to, place) => ({
    tx_id: transferIdOf(agency, number, place),
    booked_at: day,
    amount_minor: String(10_000 + place),
    currency: 'EUR',
    from_account: accountOf(agency, number).account,
    from_agency: agency,
    to_account: to.account,
    to_agency: to.agency,
    channel: 'ONLINE',
    reference: '',
  }));
}

function alertOf({ agency, day }: StageAct, { alert, name, number, paid }: StageCustomer): unknown {
  const raisedAt = new Date(Date.parse(day) + 86_400_000 + 3_600_000).toISOString();
  const listed = alert === 'suspicious';
  return {
    alert_id: alertIdOf(agency, number),
    alert_type: 'SANCTIONS',
    priority: 'HIGH',
    customer_data: {
      customer_id: customerIdOf(agency, number),
      name: name ?? nameOf(agency, number),
      aliases: [],
      dob: LISTED_DATE,
      addresses: [{ street: 'Teststrasse 1', city: 'Teststadt', state: null, country: 'DE', postal_code: '10000' }],
      entity_type: 'INDIVIDUAL',
      nationality: 'DE',
      industry: 'EMPLOYEE',
    },
    screening_results: {
      match_details: [
        {
          source: 'TEST',
          match_type: 'EXACT',
          matched_name: name ?? nameOf(agency, number),
          match_score: listed ? 1 : 0.85,
          list_name: 'TEST_LIST',
          additional_info: {
            list_id: `TEST-${agency}-${number}`,
            list_dob: listed ? LISTED_DATE : OTHER_DATE,
            list_country: listed ? 'DE' : 'BR',
            program: 'TEST',
          },
        },
      ],
      data_sources: ['TEST_LIST'],
      screening_timestamp: raisedAt,
    },
    regulatory_context: {
      jurisdiction: 'DE',
      applicable_regulations: ['GwG'],
      institution_type: 'BANK',
      risk_appetite: 'LOW',
    },
    transaction_data: transactionsOf(agency, number, paid, day),
    account_data: {
      account_id: accountOf(agency, number).account,
      opened: '2015-01-01',
      kind: 'CURRENT',
      opening_balance_minor: 100_000,
      declared_monthly_income_minor: 300_000,
    },
    raised_at: raisedAt,
    metadata: { source_system: 'STAGE' },
  };
}

function transactionsOf(agency: string, number: number, paid: readonly StageAccount[], day: string): unknown {
  if (paid.length === 0) return null;
  const amounts = paid.map((_to, place) => 10_000 + place);
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return {
    rule_id: 'STAGE',
    rules_hit: ['STAGE'],
    window_start: day,
    window_end: day,
    currency: 'EUR',
    amount_minor: total,
    max_amount_minor: Math.max(...amounts),
    in_minor: 0,
    out_minor: total,
    transaction_count: paid.length,
    counterparty_count: paid.length,
    other_agency_count: new Set(paid.map((to) => to.agency)).size,
    transaction_ids: paid.map((_to, place) => transferIdOf(agency, number, place)),
  };
}

function customerIdOf(agency: string, number: number): string {
  return `${agency}-customer-${number}`;
}

export function phoneOf(agency: string, number: number): string {
  return `+49 555 ${agency.charCodeAt(0)}${String(number).padStart(6, '0')}`;
}

function transferIdOf(agency: string, number: number, place: number): string {
  return `${agency}-transfer-${number}-${place}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function write(folder: string, name: string, rows: readonly Readonly<Record<string, string>>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => row[column]).join(','));
  writeFileSync(join(folder, name), `${[columns.join(','), ...lines].join('\n')}\n`);
}
