import { globSync } from 'node:fs';

/** Test suites by name. `fast` is what `npm test` runs; the others need time or servers and run by their own command. */
export const SUITES = {
  fast: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'test/services/**', 'test/bench/**'],
    timeout: '60s',
    // 0: as many files at a time as there are processors.
    concurrency: 0,
  },
  // Each file runs up to six programs and measures some of them: one after the other.
  e2e: { include: ['test/e2e/**/*.test.ts'], exclude: [], timeout: '300s', concurrency: 1 },
} as const;
export type SuiteName = keyof typeof SUITES;

/** Files of a suite in a stable order; with filters, those whose path contains one of them. */
export function suiteFiles(name: SuiteName, filters: readonly string[]): string[] {
  const { include, exclude } = SUITES[name];
  return globSync([...include], { exclude: [...exclude] })
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
}
