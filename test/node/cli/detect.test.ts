import { join } from 'node:path';
import test from 'ava';
import { writeSmallAgency } from '../../e2e/node/small-agency.ts';
import { initialised } from './fixture.ts';

test('M-06 (command line) detectors run over what was imported and show the path of each hit', async (t) => {
  const { at, folder, json } = await initialised(t);
  await at(['import', writeSmallAgency(join(folder, 'data'))]);
  const { out } = await at(['detect', 'run']);
  t.regex(out, /^3 transfers looked at$/m);
  t.regex(out, /^pass_through \d\.\d\d, 2019-03-01 to 2019-03-02$/m);
  t.regex(out, /^ {2}2019-03-02 {2}t-2 {2}account:alpha:a-1 {2}account:beta:b-2 +89000 EUR$/m);
  t.like(await json(['detect', 'run', '--typology', 'cycle']), { state: 'done', hits: [], items: [] });
  t.like(await json(['detect', 'run', '--from', '2019-03-10']), { transfers: 1, items: [] });
  t.is((await at(['detect', 'run', '--from', 'yesterday'])).code, 2);
});

test('M-06 (streaming) a node that watches new transfers lists what it finds in them', async (t) => {
  const { at, folder, json } = await initialised(t);
  await at(['import', writeSmallAgency(join(folder, 'data'))]);
  t.like(await json(['detect', 'hits']), { watching: false, items: [] });
  t.regex((await at(['detect', 'hits'])).out, /not watched/);
  const { out } = await at(['detect', 'hits', '--account', 'account:beta:b-2'], {
    CONCORDAT_TRIAGE_WATCH_TRANSFERS: 'true',
  });
  t.regex(out, /^pass_through \d\.\d\d, 2019-03-01 to 2019-03-02$/m);
});
