import type { Alert } from '../../../proto/domain/alert.ts';
import { DAY_MS } from '../features/account-view.ts';

/** How far the facts can be trusted, each 0 to 1. */
export type DataQuality = {
  readonly completeness: number;
  readonly freshness: number;
  readonly reliability: number;
  readonly missingCriticalFields: readonly string[];
  /** Codes of sources that gave nothing because they failed; absent when none did. */
  readonly warnings?: readonly string[];
};

export type QualityFacts = {
  readonly customerKnown: boolean;
  /** Date of birth in the agency's records; null where they have none. */
  readonly recordedDateOfBirth: string | null;
  /** Transfers that the alert names and the records confirm. */
  readonly confirmedTransfers: number;
};

/** Facts are fresh for a week and stale after a quarter. Chosen. */
const FRESH_MS = 7 * DAY_MS;
const STALE_MS = 90 * DAY_MS;
const STALE_FRESHNESS = 0.5;
const UNKNOWN_CUSTOMER_RELIABILITY = 0.5;
const CONTRADICTED_RELIABILITY = 0.7;

/** Judges the facts of an alert against what its type needs. */
export function dataQuality(alert: Alert, facts: QualityFacts): DataQuality {
  const fields = neededFields(alert);
  const missing = fields.filter(({ present }) => !present);
  return {
    completeness: (fields.length - missing.length) / fields.length,
    freshness: freshness(alert),
    reliability: reliability(alert, facts),
    missingCriticalFields: missing.filter(({ critical }) => critical).map(({ name }) => name),
  };
}

/** One number of the three, for confidence: their mean. */
export function overallQuality({ completeness, freshness, reliability }: DataQuality): number {
  return (completeness + freshness + reliability) / 3;
}

type Field = { readonly name: string; readonly present: boolean; readonly critical: boolean };

function neededFields(alert: Alert): readonly Field[] {
  const { customer, matches } = alert;
  const person: readonly Field[] = [
    field('customer.name', customer.name !== '', true),
    field('customer.date_of_birth', customer.dateOfBirth !== null, false),
    field(
      'customer.country',
      customer.addresses.some(({ country }) => country !== null),
      false,
    ),
    field('customer.nationality', customer.nationality !== null, false),
    field('customer.industry', customer.industry !== null, false),
  ];
  switch (alert.alertType) {
    case 'SANCTIONS':
    case 'PEP':
    case 'ADVERSE_MEDIA':
      return [
        ...person,
        field('matches', matches.length > 0, true),
        field('matches.list_id', matches.length > 0 && matches.every(({ listId }) => listId !== null), false),
      ];
    case 'TRANSACTION':
      return [
        ...person,
        field('account', alert.account !== null, true),
        field('transactions', alert.transactions !== null, true),
        field('transactions.ids', (alert.transactions?.transactionIds.length ?? 0) > 0, false),
      ];
    case 'KYC_ONGOING':
      return [...person, field('account', alert.account !== null, false)];
  }
}

function field(name: string, present: boolean, critical: boolean): Field {
  return { name, present, critical };
}

/** By how long before the alert the last of its transfers lies; alerts without transfers are about now. */
function freshness({ raisedAtMs, transactions }: Alert): number {
  if (transactions === null) return 1;
  const ageMs = raisedAtMs - (Date.parse(transactions.windowEnd) + DAY_MS);
  const share = Math.min(1, Math.max(0, (ageMs - FRESH_MS) / (STALE_MS - FRESH_MS)));
  return 1 - share * (1 - STALE_FRESHNESS);
}

/** Lower where the customer is unknown, the date of birth differs from the records, or transfers are not in them. */
function reliability(alert: Alert, facts: QualityFacts): number {
  const { dateOfBirth } = alert.customer;
  const contradicted =
    dateOfBirth !== null && facts.recordedDateOfBirth !== null && dateOfBirth !== facts.recordedDateOfBirth;
  const named = new Set(alert.transactions?.transactionIds).size;
  const confirmed = named === 0 ? 1 : facts.confirmedTransfers / named;
  const customer = facts.customerKnown ? 1 : UNKNOWN_CUSTOMER_RELIABILITY;
  return customer * (contradicted ? CONTRADICTED_RELIABILITY : 1) * (0.5 + 0.5 * confirmed);
}
