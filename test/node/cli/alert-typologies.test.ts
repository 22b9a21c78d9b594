import { join } from 'node:path';
import test from 'ava';
import type { z } from 'zod';
import type { CLASSIFICATION } from '../../../node/api/views/typology-view.ts';
import { ALERT_IDS, writeSmallAgency } from '../../e2e/node/small-agency.ts';
import { initialised } from './fixture.ts';

test('S0-03 (typologies) the command line says which typologies fit an alert, and knows no other alert', async (t) => {
  const { at, folder, json } = await initialised(t);
  t.is((await at(['import', writeSmallAgency(join(folder, 'data'))])).code, 0);
  const found = (await json(['alert', 'typologies', ALERT_IDS[0]])) as z.infer<typeof CLASSIFICATION>;
  t.is(found.model, 'typologies/1');
  t.true(found.typologies.length >= 7 && found.typologies.every(({ reasons }) => reasons.length > 0));
  const unknown = await at(['alert', 'typologies', 'unheard-of']);
  t.is(unknown.code, 1);
  t.regex(unknown.err, /TRIAGE_UNKNOWN/);
});
