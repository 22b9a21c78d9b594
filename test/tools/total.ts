// Closes a run of several suites: the sum of what ava counted in each of their last runs. Exit 1 when any test failed,
// when none passed, or when a suite that was asked for has no report.
import { existsSync, readFileSync } from 'node:fs';
import type { TestOutcome } from './test-outcome.ts';

const counts = { passed: 0, failed: 0, skipped: 0 };
let missing = false;
for (const suite of process.argv.slice(2)) {
  const file = `.reports/${suite}.json`;
  if (!existsSync(file)) {
    console.log(`suite ${suite} has no report`);
    missing = true;
    continue;
  }
  const { outcomes } = JSON.parse(readFileSync(file, 'utf8')) as { readonly outcomes: readonly TestOutcome[] };
  for (const { outcome } of outcomes) counts[outcome] += 1;
}
const { failed, passed, skipped } = counts;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = missing || failed > 0 || passed === 0 ? 1 : 0;
