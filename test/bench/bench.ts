// `npm run bench [area ...]`: figures beside their anchors, measured in one run. `--write` keeps the table in
// docs/reference/bench.md with machine and date.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, resolve } from 'node:path';
import type { BenchRow } from './bench-row.ts';

const AREAS = globSync('test/bench/*.bench.ts')
  .sort()
  .map((file) => ({ area: basename(file, '.bench.ts'), file }));
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const write = process.argv.includes('--write');

const unknown = asked.filter((area) => !AREAS.some((known) => known.area === area));
if (unknown.length > 0) {
  console.error(`unknown area ${unknown.join(', ')}: ${AREAS.map(({ area }) => area).join(', ')}`);
  process.exit(2);
}

const rows: BenchRow[] = [];
for (const { area, file } of AREAS) {
  if (asked.length > 0 && !asked.includes(area)) continue;
  const bench = (await import(resolve(file))) as { readonly run: () => Promise<readonly BenchRow[]> };
  for (const row of await bench.run()) {
    rows.push(row);
    console.log(line(row));
  }
}
if (write) writeTable();

function ratio(row: BenchRow): string {
  return row.anchor === null ? '' : `${(row.value / row.anchor.value).toFixed(2)} x`;
}

function line(row: BenchRow): string {
  const target = row.target === null ? '' : ` (wanted ${row.target})`;
  const anchor = row.anchor === null ? '' : `  ${ratio(row)} ${row.anchor.what}: ${format(row.anchor.value)}`;
  return `${row.what.padEnd(48)} ${format(row.value).padStart(10)} ${row.unit}${target}${anchor}`;
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2);
}

/** Areas that were not measured this time keep their rows. */
function writeTable(): void {
  const file = 'docs/reference/bench.md';
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  const head = [
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --write`: figure and anchor are of one run on one machine.',
    '',
    '| figure | measured | wanted | anchor | ratio | machine |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  const kept = readOld(file).filter((old) => !rows.some((row) => old.startsWith(`| ${row.what} |`)));
  const fresh = rows.map(
    (row) =>
      `| ${row.what} | ${format(row.value)} ${row.unit} | ${row.target ?? ''} | ${row.anchor === null ? '' : `${row.anchor.what}: ${format(row.anchor.value)}`} | ${ratio(row)} | ${machine} |`,
  );
  writeFileSync(file, `${[...head, ...[...kept, ...fresh].sort()].join('\n')}\n`);
}

function readOld(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((text) => /^\| (?!figure|---)/.test(text));
  } catch {
    return [];
  }
}
