/** Of the table below; stands in each decision. */
export const JURISDICTION_VERSION = 'fatf-2025-10';

/**
 * Countries by ISO 3166-1 alpha-2 code, with points on the scale of the geographic component (0 to 100, chosen).
 * Source: FATF, High-Risk Jurisdictions subject to a Call for Action, and Jurisdictions under Increased Monitoring,
 * both of 24 October 2025. The FATF revises both three times a year.
 */
export const JURISDICTION_POINTS: ReadonlyMap<string, number> = new Map([
  ...['IR', 'KP', 'MM'].map((country) => [country, 100] as const),
  ...['AO', 'BG', 'BO', 'CD', 'CI', 'CM', 'DZ', 'HT', 'KE', 'LA'].map((country) => [country, 60] as const),
  ...['LB', 'MC', 'NA', 'NP', 'SS', 'SY', 'VE', 'VG', 'VN', 'YE'].map((country) => [country, 60] as const),
]);
