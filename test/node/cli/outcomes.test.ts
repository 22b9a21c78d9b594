import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ALERT_IDS, writeSmallAgency } from '../../e2e/node/small-agency.ts';
import { initialised } from './fixture.ts';

test('outcomes are imported from JSON lines, refused one by one, replaced by later ones and listed', async (t) => {
  const { at, folder, json } = await initialised(t);
  await at(['import', writeSmallAgency(join(folder, 'data'))]);
  const [first, second] = ALERT_IDS;
  const file = join(folder, 'outcomes.jsonl');
  const line = (alertId: string, outcome: string, note?: string): string =>
    `${JSON.stringify({ alert_id: alertId, outcome, ...(note === undefined ? {} : { note }) })}\n`;
  writeFileSync(
    file,
    line(first, 'FALSE_POSITIVE', 'looked at') + line('unheard-of', 'TRUE_POSITIVE') + line(first, 'TRUE_POSITIVE'),
  );
  t.deepEqual(await at(['outcomes', 'import', file]), {
    code: 1,
    out: '2 entered, 1 refused\nunheard-of API_NOT_FOUND\n',
    err: '',
  });
  writeFileSync(file, line(second, 'FALSE_POSITIVE'));
  t.is((await at(['outcomes', 'import', file])).code, 0);
  const listed = (await json(['outcomes', 'list'])) as { alert_id: string; outcome: string; ordinal: number }[];
  const byId = new Map(listed.map(({ alert_id, ordinal, outcome }) => [alert_id, [outcome, ordinal]]));
  t.deepEqual([byId.size, byId.get(first), byId.get(second)], [2, ['TRUE_POSITIVE', 2], ['FALSE_POSITIVE', 1]]);
  writeFileSync(file, line(first, 'MAYBE'));
  const wrong = await at(['outcomes', 'import', file]);
  t.is(wrong.code, 1);
  t.regex(wrong.err, /outcomes\.jsonl:1 is no outcome/);
});
