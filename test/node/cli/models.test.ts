import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ALERT_IDS, writeSmallAgency } from '../../e2e/node/small-agency.ts';
import { initialised } from './fixture.ts';

test('M-08 (command line) a model is made, approved by a second person, exported and rolled back', async (t) => {
  const { at, folder, json } = await initialised(t);
  await at(['import', writeSmallAgency(join(folder, 'data'))]);
  const file = join(folder, 'outcomes.jsonl');
  writeFileSync(
    file,
    ALERT_IDS.map((id) => `${JSON.stringify({ alert_id: id, outcome: 'TRUE_POSITIVE' })}\n`).join(''),
  );
  await at(['outcomes', 'import', file]);
  const refused = await at(['model', 'train']);
  t.is(refused.code, 1);
  t.regex(refused.err, /^train ended: true_positives \d+, false_positives 0, least 8 \[TRIAGE_MODEL_ROWS\]/);

  t.is((await at(['model', 'rescale', 'reference/1', '--clear-below', '0.02'])).out, 'alpha/1 is a candidate\n');
  t.regex((await at(['model', 'approve', 'alpha/1', '--uncompared'])).err, /TRIAGE_MODEL_PERSON/);
  const { api_key: second } = (await json(['apikey', 'create', '--person', 'Bob', '--role', 'admin'])) as {
    api_key: string;
  };
  const environment = { CONCORDAT_API_KEY: second };
  t.regex((await at(['model', 'approve', 'alpha/1'], environment)).err, /TRIAGE_MODEL_UNCOMPARED/);
  t.regex((await at(['model', 'approve', 'alpha/1', '--uncompared'], environment)).out, /^alpha\/1 is in force$/m);
  t.regex((await at(['model', 'show', 'alpha/1'])).out, /^approved by Bob, in force from /m);

  const artefact = join(folder, 'model.json');
  t.regex((await at(['model', 'export', 'alpha/1', '--out', artefact])).out, /^signed by 12D3KooW/);
  t.regex((await at(['model', 'import', artefact])).err, /TRIAGE_MODEL_EXISTS/);
  t.is((await at(['model', 'rollback'])).out, 'reference/1 is in force\n');
  t.regex((await at(['model', 'rollback'])).err, /TRIAGE_MODEL_FIRST/);
  t.regex((await at(['model', 'show', 'nonsense'])).err, /names no model/);
});

test('M-09 (command line) a replay under equal settings differs in nothing, under others it says in what', async (t) => {
  const { at, folder, json } = await initialised(t);
  await at(['import', writeSmallAgency(join(folder, 'data'))]);
  t.regex(
    (await at(['decisions', 'replay'])).out,
    /^2 alerts decided again: 0 with another disposition, 0 with another score/,
  );
  const report = await json(['decisions', 'replay', '--risk-high', '0', '--risk-severe', '0']);
  t.like(report, { alerts: 2, rescored: 0 });
  t.true((report as { moved: number }).moved > 0);
  t.regex((await at(['decisions', 'replay', '--model', 'alpha/9'])).err, /TRIAGE_MODEL_UNKNOWN/);
  t.is((await at(['decisions', 'replay', '--risk-high', '101'])).code, 2);
});
