import { globSync } from 'node:fs';

/** Test suites by name. `fast` is what `npm test` runs; the others need time or servers and run by their own command. */
export const SUITES = {
  fast: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/services/**', 'test/bench/**'],
    timeout: '60s',
  },
  e2e: { include: ['test/e2e/**/*.test.ts'], exclude: [], timeout: '180s' },
} as const;
export type SuiteName = keyof typeof SUITES;

/** Files of a suite in a stable order; with filters, those whose path contains one of them. */
export function suiteFiles(name: SuiteName, filters: readonly string[]): string[] {
  const { include, exclude } = SUITES[name];
  return globSync([...include], { exclude: [...exclude] })
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}
