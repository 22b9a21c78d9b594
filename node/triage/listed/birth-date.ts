/**
 * How a customer's date of birth stands to a list's: the same; day and month swapped; the same as far as the list says;
 * off by about a year, which may be a slip or another person; another; or not both known.
 */
export type DateAgreement = 'same' | 'swapped' | 'partial' | 'near' | 'other' | 'unknown';

const FULL = /^(\d{4})-(\d{2})-(\d{2})$/;
const PARTIAL = /^(\d{4})(?:-(\d{2}))?$/;
/** Lists write the first of January where they know the year alone. */
const PLACEHOLDER = '01-01';
const ORDER: readonly DateAgreement[] = ['same', 'swapped', 'partial', 'near', 'unknown', 'other'];

/** Compares a customer's date (YYYY-MM-DD) with those of a list entry (YYYY-MM-DD, YYYY-MM or YYYY); the best counts. */
export function compareBirthDates(customer: string | null, listed: readonly string[]): DateAgreement {
  if (customer === null || listed.length === 0) return 'unknown';
  const agreements = listed.map((date) => compareOne(customer, date));
  return ORDER.find((agreement) => agreements.includes(agreement)) ?? 'unknown';
}

function compareOne(customer: string, listed: string): DateAgreement {
  const [, year = '', month = '', day = ''] = FULL.exec(customer) ?? [];
  if (year === '') return 'unknown';
  const full = FULL.exec(listed);
  if (full === null) return compareToPartial(year, month, listed);
  const [, listedYear = '', listedMonth = '', listedDay = ''] = full;
  if (customer === listed) return 'same';
  if (year === listedYear && month === listedDay && day === listedMonth) return 'swapped';
  if (year === listedYear && `${listedMonth}-${listedDay}` === PLACEHOLDER) return 'partial';
  return Math.abs(Number(year) - Number(listedYear)) <= 1 ? 'near' : 'other';
}

function compareToPartial(year: string, month: string, listed: string): DateAgreement {
  const partial = PARTIAL.exec(listed);
  if (partial === null) return 'unknown';
  const [, listedYear = '', listedMonth] = partial;
  if (year === listedYear && (listedMonth === undefined || listedMonth === month)) return 'partial';
  return Math.abs(Number(year) - Number(listedYear)) <= 1 ? 'near' : 'other';
}
