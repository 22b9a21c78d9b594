// `npm run acceptance`: every acceptance id with its tests and their outcomes in the last runs, and the ids without any.
import { existsSync, readFileSync } from 'node:fs';
import { sharedPath } from './shared.ts';
import { SUITES } from './suites.ts';
import type { TestOutcome } from './test-outcome.ts';

type Report = { readonly suite: string; readonly complete: boolean; readonly outcomes: readonly TestOutcome[] };
type Row = {
  readonly id: string;
  readonly status: 'met' | 'partly' | 'failed' | 'none';
  readonly tests: readonly TestOutcome[];
};

const ID = /^(S0-\d\d|S4-\d\d|[FLUMCER]-\d\d)\b( \()?/;

/** A row is met by a passed test whose title begins with the id and no bracket, partly met by tests of parts. */
export function rowOf(id: string, outcomes: readonly TestOutcome[]): Row {
  const tests = outcomes.filter(({ title }) => ID.exec(title)?.[1] === id);
  const whole = tests.filter(({ title }) => ID.exec(title)?.[2] === undefined);
  if (tests.some(({ outcome }) => outcome === 'failed')) return { id, status: 'failed', tests };
  if (whole.some(({ outcome }) => outcome === 'passed')) return { id, status: 'met', tests };
  return { id, status: tests.some(({ outcome }) => outcome === 'passed') ? 'partly' : 'none', tests };
}

function reports(): readonly Report[] {
  return Object.keys(SUITES)
    .map((suite) => `.reports/${suite}.json`)
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
}

function wantedIds(outcomes: readonly TestOutcome[]): readonly string[] {
  const list = sharedPath('ACCEPTANCE.md');
  const named = outcomes.flatMap(({ title }) => ID.exec(title)?.[1] ?? []);
  const listed =
    list === undefined
      ? []
      : [...readFileSync(list, 'utf8').matchAll(/^\| ((?:S0|S4|[FLUMCER])-\d\d) \|/gm)].map((match) => match[1] ?? '');
  return [...new Set([...listed, ...named])];
}

if (import.meta.main) {
  const found = reports();
  const outcomes = found.flatMap((report) => report.outcomes);
  const rows = wantedIds(outcomes).map((id) => rowOf(id, outcomes));
  const summary = process.argv.includes('--summary');
  for (const row of rows) {
    if (row.status === 'none' || summary) continue;
    console.log(`${row.id.padEnd(6)} ${row.status}`);
    for (const { title, outcome } of row.tests) console.log(`       ${outcome.padEnd(7)} ${title}`);
  }
  const ids = (status: Row['status']): string =>
    rows
      .filter((row) => row.status === status)
      .map(({ id }) => id)
      .join(' ');
  for (const { suite, complete } of found)
    if (!complete) console.log(`suite ${suite}: its last run was of a part only`);
  console.log(
    `met: ${ids('met')}\npartly met: ${ids('partly')}\nfailed: ${ids('failed')}\nwithout a test: ${ids('none')}`,
  );
}
