import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { errorReference, errorRows } from '../tools/error-tables.ts';

test('every public error code stands in one table and in the reference', async (t) => {
  const rows = await errorRows();
  t.true(rows.length > 30);
  t.is(new Set(rows.map(({ code }) => code)).size, rows.length, 'a code stands in two tables');
  t.is(readFileSync('docs/reference/errors.md', 'utf8'), errorReference(rows), 'run `npm run docs`');
});

test('every code that the product throws stands in a table', async (t) => {
  const known = new Set((await errorRows()).map(({ code }) => code));
  const files = execFileSync(
    'git',
    [
      'ls-files',
      '--cached',
      '--others',
      '--exclude-standard',
      'node/*.ts',
      'coordinator/*.ts',
      'crypto/*.ts',
      'config/*.ts',
      'proto/*.ts',
    ],
    { encoding: 'utf8' },
  )
    .split('\n')
    .filter(Boolean);
  const thrown = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(/\b(?:new ConcordatError|[a-z]+Refusal|refusal)\(\s*'([A-Z][A-Z0-9_]+)'/g),
    ].map((match) => `${match[1]}`),
  );
  t.true(thrown.length > 30);
  t.deepEqual([...new Set(thrown)].filter((code) => !known.has(code)).sort(), []);
});
