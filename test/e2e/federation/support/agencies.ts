/** Made-up agencies, as many as a test needs. */
export const ALPHA = { agencyId: 'alpha', name: 'Alpha Bank', jurisdiction: 'DE' } as const;
export const BRAVO = { agencyId: 'bravo', name: 'Bravo Bank', jurisdiction: 'NL' } as const;
export const CHARLIE = { agencyId: 'charlie', name: 'Charlie Bank', jurisdiction: 'IE' } as const;
export const DELTA = { agencyId: 'delta', name: 'Delta Bank', jurisdiction: 'AT' } as const;
export const ECHO = { agencyId: 'echo', name: 'Echo Bank', jurisdiction: 'LU' } as const;

/** The first so many. */
export function someAgencies(
  count: 2 | 3 | 4 | 5,
): readonly { agencyId: string; name: string; jurisdiction: string }[] {
  return [ALPHA, BRAVO, CHARLIE, DELTA, ECHO].slice(0, count);
}
