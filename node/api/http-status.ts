import { ConcordatError } from '../../proto/domain/errors.ts';

/**
 * Status of each refusal that a call may meet. A code that is not here is a refusal of the request as such (400).
 */
const STATUS: Readonly<Record<string, number>> = {
  API_UNAUTHENTICATED: 401,
  API_FORBIDDEN: 403,
  ACCESS_CEILING: 403,
  API_NOT_FOUND: 404,
  ACCESS_KEY_UNKNOWN: 404,
  API_TIMEOUT: 408,
  API_NOT_ENROLLED: 409,
  ALERT_CONFLICT: 409,
  ACCESS_KEY_LAST: 409,
  LIST_VERSION: 409,
  LIST_UNKNOWN: 404,
  SCREENING_DATASET: 404,
  WHITELIST_CUSTOMER: 404,
  WHITELIST_UNKNOWN: 404,
  WHITELIST_EXISTS: 409,
  WHITELIST_PERSON: 403,
  WHITELIST_ENTRY: 409,
  API_TOO_LARGE: 413,
  API_MEDIA_TYPE: 415,
  SHARING_UNKNOWN: 404,
  TRIAGE_UNKNOWN: 404,
  SHARING_SHADOW: 409,
  SHARING_CLOCK: 409,
  SHARING_DUPLICATE: 409,
  SHARING_EPOCH: 409,
  SHARING_QUOTA: 429,
  API_RATE: 429,
  API_INTERNAL: 500,
  API_BUSY: 503,
  API_AUDIT: 503,
  TRIAGE_BUSY: 503,
  TRIAGE_STOPPED: 503,
  SHARING_AWAY: 503,
  LEDGER_BUSY: 503,
  LEDGER_CLOSED: 503,
  LEDGER_WRITE_FAILED: 503,
  LEDGER_READ_ONLY: 507,
  LEDGER_CORRUPT: 500,
};

/** Seconds after which a caller that was turned away for load may try again. */
export const RETRY_AFTER_SECONDS = 1;

/** HTTP status of a refusal. */
export function httpStatusOf(refusal: ConcordatError): number {
  return STATUS[refusal.code] ?? 400;
}
