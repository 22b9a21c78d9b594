// Runs one suite with ava, keeps its report in .reports/<suite>.json and closes with ava's own count.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Parser } from 'tap-parser';
import { SUITES, type SuiteName, suiteFiles } from './suites.ts';
import type { TestOutcome } from './test-outcome.ts';

const [suite = 'fast', ...filters] = process.argv.slice(2);
if (!(suite in SUITES)) {
  console.error(`unknown suite ${suite}: ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}
const name = suite as SuiteName;
const files = suiteFiles(name, filters);
if (files.length === 0) {
  console.error(`no test file in suite ${name} matches ${filters.join(' ')}`);
  process.exit(2);
}

mkdirSync('.reports', { recursive: true });
const timings = `.reports/${name}.timings.jsonl`;
rmSync(timings, { force: true });
const { concurrency, timeout } = SUITES[name];
const atOnce = concurrency === 0 ? [] : ['--concurrency', String(concurrency)];
const ava = spawn(
  process.execPath,
  ['node_modules/ava/entrypoints/cli.js', '--tap', '--timeout', timeout, ...atOnce, ...files],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, CONCORDAT_TEST_TIMINGS: timings },
  },
);

const outcomes: TestOutcome[] = [];
let closed = { pass: 0, fail: 0, skip: 0 };
const parser = new Parser();
parser.on('assert', (result) => {
  // ava puts folders and file in front of a title, each behind a mark that no title of ours holds.
  const places = result.name.split(' › ');
  const title = places.at(-1) ?? '';
  const file = places.slice(0, -1).join('/');
  const skipped = result.skip !== undefined && result.skip !== false;
  const outcome = skipped || result.todo ? 'skipped' : result.ok ? 'passed' : 'failed';
  outcomes.push({ file, title, outcome, reason: typeof result.skip === 'string' ? result.skip : '' });
  if (outcome === 'failed') console.log(`FAILED ${result.name}\n${JSON.stringify(result.diag ?? {}, null, 2)}`);
});
parser.on('comment', (comment) => process.stdout.write(comment));
parser.on('complete', (results) => {
  closed = { pass: results.pass - results.skip - results.todo, fail: results.fail, skip: results.skip + results.todo };
});
ava.stdout.pipe(parser);

ava.on('close', (code) => {
  writeFileSync(
    `.reports/${name}.json`,
    `${JSON.stringify({ suite: name, complete: filters.length === 0, outcomes }, null, 1)}\n`,
  );
  printSlowest();
  for (const { title, reason } of outcomes.filter(({ outcome }) => outcome === 'skipped'))
    console.log(`SKIPPED ${title} ${reason}`);
  const skippedInCi = process.env['CI'] === 'true' && closed.skip > 0;
  if (skippedInCi) console.log('a skipped test is a failure in CI');
  console.log(`${closed.pass} passed, ${closed.fail} failed${closed.skip > 0 ? `, ${closed.skip} skipped` : ''}`);
  process.exitCode = code !== 0 || closed.fail > 0 || closed.pass === 0 || skippedInCi ? 1 : 0;
});

function printSlowest(): void {
  if (!existsSync(timings)) return;
  const rows = readFileSync(timings, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; ms: number });
  for (const { file, ms } of rows.sort((a, b) => b.ms - a.ms).slice(0, 10)) {
    console.log(`${(ms / 1000).toFixed(1).padStart(7)} s  ${file.replace(`${process.cwd()}/`, '')}`);
  }
}
