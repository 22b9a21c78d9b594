import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ALERT_IDS, writeSmallAgency } from '../../e2e/node/small-agency.ts';
import { wireAlert } from '../api/fake-alert-desk.ts';
import { initialised } from './fixture.ts';

const PAST = { raised_at: '2020-01-01T00:00:00Z' };

test('a folder is imported in its order, what is wrong in it is named, and its alerts are decided', async (t) => {
  const { at, folder } = await initialised(t);
  const data = writeSmallAgency(join(folder, 'data'));
  const { code, out } = await at(['import', data]);
  t.is(code, 0);
  t.regex(out, /^transfers +4 +3 +3 +1 +0 +transfers\.csv\.gz$/m);
  t.regex(out, /^transfers\.csv\.gz:5: booked_at: date$/m);
  t.regex(out, /^alerts\.jsonl:3: \$: json$/m);
  const exported = await at(['decisions', 'export', '--source', join(data, 'alerts.jsonl')]);
  t.deepEqual(
    exported.out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { alert_id: string }).alert_id),
    [...ALERT_IDS],
  );
});

test('the export keeps the order of its source, and tells of alerts that have no decision here', async (t) => {
  const { at, folder } = await initialised(t);
  const data = writeSmallAgency(join(folder, 'data'));
  await at(['import', data]);
  const source = join(folder, 'source.jsonl');
  const lines = ['x-2', 'x-1', 'unheard-of'].map((id) => JSON.stringify(wireAlert(id, PAST)));
  writeFileSync(source, `${lines.join('\n')}\n`);
  const { code, out, err } = await at(['decisions', 'export', '--source', source]);
  t.is(code, 0);
  t.regex(out, /^\{"agency":"alpha","alert_id":"x-2".*\n\{"agency":"alpha","alert_id":"x-1".*\n$/);
  t.is(err, `1 alerts of ${source} have no decision here\n`);
});

test('an alert is submitted from a file and from standard input, one or many', async (t) => {
  const { at, run, folder, home } = await initialised(t);
  const file = join(folder, 'alert.json');
  writeFileSync(file, JSON.stringify(wireAlert('y-1', PAST), null, 2));
  t.deepEqual(await at(['alert', 'submit', file]), { code: 0, out: 'y-1 accepted\n', err: '' });
  const stdin = [wireAlert('y-1', PAST), wireAlert('y-2', PAST), wireAlert('y-3', { ...PAST, priority: 'low' })]
    .map((alert) => JSON.stringify(alert))
    .join('\n');
  const many = await run(['alert', 'submit', '-', '--home', home], { stdin });
  t.deepEqual([many.code, many.out], [1, 'y-1 known\ny-2 accepted\ny-3 refused ALERT_INVALID priority\n']);
  appendFileSync(file, 'x');
  const broken = await at(['alert', 'submit', file]);
  t.is(broken.code, 1);
  t.regex(broken.err, /alert\.json:1 is not JSON: one alert a line, or one JSON document \[CLI_FILE\]\n$/);
});

test('what is not there is told in one line', async (t) => {
  const { at, folder } = await initialised(t);
  for (const [words, told] of [
    [['alert', 'show', 'nobody'], /API_NOT_FOUND/],
    [['alert', 'submit', join(folder, 'none')], /^cannot read /],
    [['import', join(folder, 'none')], /IMPORT_SOURCE/],
    [['apikey', 'revoke', 'x'], /API_INVALID key_id/],
    [['decisions', 'export', '--source', join(folder, 'none')], /IMPORT_SOURCE/],
  ] as const) {
    const { code, err } = await at(words);
    t.is(code, 1, words.join(' '));
    t.regex(err, told);
    t.is(err.trimEnd().split('\n').length, 1);
  }
});

test('fsck proves a sound ledger, and names what is wrong with one that does not open', async (t) => {
  const { at, home } = await initialised(t);
  t.deepEqual(await at(['fsck']), { code: 0, out: 'ledger: 1 commits and all values verified\n', err: '' });
  rmSync(join(home, 'ledger', 'head'));
  const { code, out, err } = await at(['fsck']);
  t.is(code, 1);
  t.regex(out + err, /ledger/);
});
