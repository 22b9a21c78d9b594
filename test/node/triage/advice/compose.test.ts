import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readSettings } from '../../../../config/load.ts';
import { NODE_TABLE } from '../../../../config/settings/node-table.ts';
import type { Exchange } from '../../../../node/triage/models/exchange.ts';
import { recordingExchange } from '../../../../node/triage/models/recordings.ts';
import { adviserWith, decidedWith, NOW_MS, type Told } from './advised.ts';
import { replyText, serveModel } from './model-server.ts';

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'recordings-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("S4-14 the reference guide's own settings are taken as they stand, and what is wrong with them is told", (t) => {
  const { problems, settings } = readSettings(NODE_TABLE, {
    flags: { 'node.agency': 'alpha' },
    environment: {
      JWT_SECRET: 'a',
      ENCRYPTION_KEY: 'b',
      ANTHROPIC_API_KEY: 'sk-ant-xxx',
      OPENAI_API_KEY: 'sk-xxx',
      SUPERVISOR_MODEL: 'claude-sonnet-4-5-20250929',
      DATA_ENRICHMENT_MODEL: 'claude-haiku-4-5-20250929',
      RISK_SCORING_MODEL: 'claude-sonnet-4-5-20250929',
      CONTEXT_BUILDER_MODEL: 'claude-sonnet-4-5-20250929',
      DECISION_MAKER_MODEL: 'claude-opus-4-5-20251101',
      EXTERNAL_DATA_API_KEY: 'xxx',
      EXTERNAL_DATA_API_URL: 'https://api.example.com/v1',
    },
    file: null,
    readFile: () => ({ text: '', worldReadable: false }),
  });
  t.deepEqual(problems, []);
  const told: Told[] = [];
  const { adviser, warnings } = adviserWith(settings.adviser, { told });
  t.deepEqual(warnings, [
    'supervisor model claude-sonnet-4-5-20250929: retires on 2026-11-30',
    'data_enrichment model claude-haiku-4-5-20250929: unknown model; did you mean claude-haiku-4-5-20251001?',
    'risk_scoring model claude-sonnet-4-5-20250929: retires on 2026-11-30',
    'context_builder model claude-sonnet-4-5-20250929: retires on 2026-11-30',
  ]);
  t.deepEqual(
    told.map(({ facts, level }) => [level, facts['warning']]),
    warnings.map((warning) => ['warn', warning]),
  );
  t.like(adviser.status(), { driver: 'anthropic', state: 'ok' });
});

test('S4-14 from its last day on a model is retired', (t) => {
  const model = { anthropicApiKey: 'key', decisionMakerModel: 'claude-sonnet-4-5-20250929' };
  const clock = { nowMs: () => Date.parse('2026-11-30T00:00:00Z') };
  t.deepEqual(adviserWith(model, { clock }).warnings, [
    'decision_maker model claude-sonnet-4-5-20250929: retired on 2026-11-30',
  ]);
  t.deepEqual(adviserWith({ anthropicApiKey: 'key', decisionMakerModel: 'claude-opus-5-5' }).warnings, []);
});

test('S0-14 without a key the local driver works, whatever models are named', (t) => {
  const { adviser, warnings } = adviserWith({ contextBuilderModel: 'claude-opus-5-5' });
  t.is(adviser.status().driver, 'local');
  t.deepEqual(warnings, ['models are named and no key is set: the local driver writes alone']);
});

test('S0-22 a server of our own names its models as it likes, and without any name the local driver works', (t) => {
  const own = { driver: 'openai-compatible', openaiBaseUrl: 'http://127.0.0.1:1/v1' } as const;
  t.deepEqual(adviserWith({ ...own, supervisorModel: 'llama-of-ours' }).warnings, []);
  const { adviser, warnings } = adviserWith(own);
  t.is(adviser.status().driver, 'local');
  t.deepEqual(warnings, ['no model is named: the local driver writes alone']);
});

for (const protocol of ['anthropic', 'openai-compatible'] as const) {
  test(`S0-14 (${protocol}) answers are recorded without headers or keys, and replayed to the byte without a server`, async (t) => {
    const folder = folderOf(t);
    const server = await serveModel(t, (call) => ({ text: replyText(call, { disposition: 'ESCALATE_L3' }) }));
    const key = 'a-key-that-must-not-be-kept';
    const settings =
      protocol === 'anthropic'
        ? { anthropicApiKey: key, anthropicBaseUrl: server.anthropicUrl }
        : { openaiApiKey: key, openaiBaseUrl: server.openaiUrl, supervisorModel: 'ours' };
    const live = await decidedWith(adviserWith({ ...settings, modelCacheDir: folder }).adviser);
    const again = await decidedWith(
      adviserWith({ ...settings, modelCacheDir: folder }, { seed: 'other marks' }).adviser,
    );
    t.is(server.calls.length, 1);
    t.is(JSON.stringify(again.decision), JSON.stringify(live.decision));
    const files = readdirSync(folder);
    t.is(files.length, 1);
    t.regex(files[0] ?? '', /^[0-9a-f]{64}\.json$/);
    const path = join(folder, files[0] ?? '');
    t.is(statSync(path).mode & 0o077, 0);
    t.false(readFileSync(path, 'utf8').includes(key));
    t.deepEqual(Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object).sort(), ['body', 'path', 'status']);

    const replaying = { ...settings, driver: 'replay', modelCacheDir: folder } as const;
    const one = await decidedWith(adviserWith(replaying, { seed: 'one' }).adviser);
    const other = await decidedWith(adviserWith(replaying, { seed: 'other' }).adviser);
    t.is(server.calls.length, 1);
    t.is(one.decision.advice?.driver, 'replay');
    t.is(one.decision.disposition, 'ESCALATE_L3');
    t.is(JSON.stringify(other.decision), JSON.stringify(one.decision));
    t.is(JSON.stringify(other.audit), JSON.stringify(one.audit));
  });
}

test('S0-14 a driver that is chosen without its key leaves the work to the local one, and says so', (t) => {
  const { adviser, warnings } = adviserWith({ driver: 'anthropic' });
  t.is(adviser.status().driver, 'local');
  t.deepEqual(warnings, ['adviser.anthropic_api_key is not set: the local driver writes alone']);
});

test('S0-14 answers beyond the number that a folder holds are not kept', async (t) => {
  const folder = folderOf(t);
  let calls = 0;
  const live: Exchange = async () => ({ status: 200, body: (calls += 1) });
  const exchange = recordingExchange(folder, live, 2);
  const signal = new AbortController().signal;
  for (const body of ['a', 'b', 'c', 'a', 'c']) await exchange({ path: '/x', body, headers: {} }, signal);
  t.is(readdirSync(folder).length, 2);
  t.is(calls, 4);
});

test('S0-14 (replay) a question that nobody recorded is a failure, never a call', async (t) => {
  const { adviser } = adviserWith({ driver: 'replay', modelCacheDir: folderOf(t) });
  const { decision } = await decidedWith(adviser);
  t.is(decision.advice?.calls[0]?.code, 'ADVISER_NOT_RECORDED');
  t.false(decision.emergency);
});

test('S0-14 (replay) without a folder there is nothing to replay', (t) => {
  const { adviser, warnings } = adviserWith({ driver: 'replay' }, { clock: { nowMs: () => NOW_MS } });
  t.is(adviser.status().driver, 'local');
  t.deepEqual(warnings, ['adviser.model_cache_dir is not set: the local driver writes alone']);
});
