import type { Alert } from '../../../proto/domain/alert.ts';
import { DAY_MS } from './account-view.ts';
import type { CaseFacts } from './own-features.ts';

const YEAR_MS = 365.25 * DAY_MS;

/** What an alert says besides the transfers that the graph knows. */
export function caseFacts(alert: Alert): CaseFacts {
  return {
    business: alert.customer.entityType === 'BUSINESS',
    accountAgeYears: yearsSince(alert.account?.opened ?? null, alert.raisedAtMs),
    alertTransferIds: new Set(alert.transactions?.transactionIds),
    alertCounterparties: alert.transactions?.counterpartyCount ?? 0,
    isReview: alert.alertType === 'KYC_ONGOING',
  };
}

/** Years from a day (YYYY-MM-DD) to a moment; null where the day is unknown or later. */
export function yearsSince(day: string | null, atMs: number): number | null {
  const years = day === null ? Number.NaN : (atMs - Date.parse(day)) / YEAR_MS;
  return years >= 0 ? years : null;
}
