/** Of the table below; stands in each decision. */
export const JURISDICTION_VERSION = 'fatf-2025-10';

/**
 * Countries by ISO 3166-1 alpha-2 code, with points on the scale of the geographic component (0 to 100, chosen).
 * As of 24 October 2025; the FATF revises both lists in February, June and October, and later revisions are not in here.
 * Source: FATF, High-Risk Jurisdictions subject to a Call for Action, and Jurisdictions under Increased Monitoring, both
 * of that day: 3 and 20 of them, after Burkina Faso, Mozambique, Nigeria and South Africa had left the second. Compared
 * with reprints by firms that report on the lists, not with the FATF's own page.
 */
export const JURISDICTION_POINTS: ReadonlyMap<string, number> = new Map([
  ...['IR', 'KP', 'MM'].map((country) => [country, 100] as const),
  ...['AO', 'BG', 'BO', 'CD', 'CI', 'CM', 'DZ', 'HT', 'KE', 'LA'].map((country) => [country, 60] as const),
  ...['LB', 'MC', 'NA', 'NP', 'SS', 'SY', 'VE', 'VG', 'VN', 'YE'].map((country) => [country, 60] as const),
]);
