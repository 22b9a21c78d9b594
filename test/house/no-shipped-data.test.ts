import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import test from 'ava';

/** What would tie the product to the sets that it is tried on: another set of the same layout must serve as well. */
const SHIPPED = [
  /northbank|harbourbank|islecredit|alpenkasse|lumiere/i,
  /\b(?:NB|HB|IC|AK|LU)-[AC]-\d/,
  /\b(?:PEP|ADV|OFAC)-\d{2,}/,
  /\bfederation[35]\b|\bmesh[35]-/,
  /\btruth\//,
  /\b2023-0[1-4]-\d\d/,
  /\bR[1-8]_(?:VELOCITY|REPEATED|FAN|PASS|LARGE|DORMANT|NEW)/,
] as const;

function breachesIn(file: string, text: string): string[] {
  return SHIPPED.flatMap((pattern) => {
    const found = pattern.exec(text)?.[0];
    return found === undefined ? [] : [`${file}: ${found}`];
  });
}

test('no part of the product names an agency, id, date or file of the shipped sets', (t) => {
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'node', 'coordinator', 'crypto', 'config', 'proto'],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter(Boolean);
  t.true(files.length > 50);
  t.deepEqual(
    files.flatMap((file) => breachesIn(file, readFileSync(file, 'utf8'))),
    [],
  );
});

for (const text of [
  "'northbank'",
  'NB-C-101824502',
  'data/truth/alerts.csv',
  '2023-01-15',
  'R3_FAN_IN',
  'OFAC-25693',
  'federation5',
]) {
  test(`a seeded mention is found: ${text}`, (t) => {
    t.is(breachesIn('seeded.ts', text).length, 1);
  });
}
