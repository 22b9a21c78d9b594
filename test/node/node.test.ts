import { readFileSync } from 'node:fs';
import type { LightMyRequestResponse } from 'fastify';
import test, { type ExecutionContext } from 'ava';
import { systemClock } from '../../config/runtime/clock.ts';
import { SILENT_LOG } from '../../config/runtime/log.ts';
import { systemRandom } from '../../config/runtime/random.ts';
import { homeAt } from '../../node/compose/home.ts';
import { loadNodeSettings } from '../../node/compose/settings.ts';
import { openLevelGraph } from '../../node/graph/level/level-graph.ts';
import { createNode, type Node } from '../../node/node.ts';
import { waitUntil } from '../tools/wait-until.ts';
import { wireAlert } from './api/fake-alert-desk.ts';
import { initialised } from './cli/fixture.ts';

type Composed = {
  readonly node: Node;
  readonly home: ReturnType<typeof homeAt>;
  readonly call: (method: 'GET' | 'POST', url: string, payload?: object) => Promise<LightMyRequestResponse>;
};

/** A node over a home of this test's own, listening nowhere. */
async function composed(t: ExecutionContext, root?: string): Promise<Composed> {
  const home = homeAt(root ?? (await initialised(t)).home);
  const settings = loadNodeSettings(home, { flags: {}, environment: {} });
  const node = await createNode(settings, {
    home,
    clock: systemClock,
    random: systemRandom,
    log: SILENT_LOG,
    docs: false,
  });
  t.teardown(() => node.stop());
  const authorization = `Bearer ${readFileSync(home.operatorKey, 'utf8').trim()}`;
  const call: Composed['call'] = (method, url, payload) =>
    node.app.inject({ method, url, headers: { authorization }, ...(payload === undefined ? {} : { payload }) });
  return { node, home, call };
}

const ALERT = wireAlert('x-1', { raised_at: '2020-01-01T00:00:00Z' });

async function upload(call: Composed['call'], node: Node, home: Composed['home'], text: string): Promise<string> {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/api/v1/uploads',
    headers: {
      authorization: `Bearer ${readFileSync(home.operatorKey, 'utf8').trim()}`,
      'content-type': 'application/octet-stream',
    },
    payload: Buffer.from(text),
  });
  return answer.json<{ upload_id: string }>().upload_id;
}

test('a posted alert is decided, and what was taken before a stop is there after it', async (t) => {
  const { call, home, node } = await composed(t);
  t.is((await call('POST', '/api/v1/alerts', ALERT)).statusCode, 202);
  t.true(await node.stop());
  const again = await composed(t, home.root);
  t.is((await again.call('POST', '/api/v1/alerts', ALERT)).statusCode, 200);
  const decisions = async (): Promise<readonly unknown[]> =>
    (await again.call('GET', '/api/v1/alerts/x-1/decisions')).json<{ items: unknown[] }>().items;
  await waitUntil('the decision', async () => (await decisions()).length > 0);
  t.is((await decisions()).length, 1);
});

test('a graph that is ahead of its ledger is built anew', async (t) => {
  const { call, home, node } = await composed(t);
  const accounts =
    'account_id,customer_id,opened,kind,opening_balance,declared_monthly_income\na-1,c-1,2020-01-01,CURRENT,1,1\n';
  const files = [{ kind: 'accounts', upload_id: await upload(call, node, home, accounts) }];
  const { import_id } = (await call('POST', '/api/v1/imports', { files })).json<{ import_id: string }>();
  t.like((await call('GET', `/api/v1/imports/${import_id}?wait_ms=10000`)).json(), { state: 'done' });
  await node.stop();

  const graph = await openLevelGraph({ directory: home.graph, log: SILENT_LOG });
  await graph.apply({ sequence: 1_000_000, nodes: [], edges: [] });
  await graph.close();

  const again = await composed(t, home.root);
  const status = (await again.call('GET', '/api/v1/status')).json<{
    ledger: { sequence: number };
    graph: { applied_sequence: number };
  }>();
  t.true(status.graph.applied_sequence > 0);
  t.true(status.graph.applied_sequence <= status.ledger.sequence);
});

test('a wrong encryption key stops the composition, and leaves the home free for the next', async (t) => {
  const { at } = await initialised(t);
  const environment = { ENCRYPTION_KEY: 'another-key-of-thirty-two-characters-0123' };
  const { code, err } = await at(['status'], environment);
  t.is(code, 1);
  t.regex(err, /KEYS_LOCKED/);
  t.is((await at(['status'])).code, 0);
});

test('two nodes cannot share a home', async (t) => {
  const { home } = await composed(t);
  const settings = loadNodeSettings(home, { flags: {}, environment: {} });
  const deps = { home, clock: systemClock, random: systemRandom, log: SILENT_LOG, docs: false };
  t.like(await t.throwsAsync(createNode(settings, deps)), { code: 'LEDGER_LOCKED' });
});

test('the metrics of a node bear one prefix, have help, and count what it did', async (t) => {
  const { call, node } = await composed(t);
  await call('POST', '/api/v1/alerts', ALERT);
  const addresses = await node.listen();
  const text = await (await fetch(`${addresses.metrics}/metrics`)).text();
  const named = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  t.true(named.every((line) => line.startsWith('concordat_')));
  const helped = new Set([...text.matchAll(/^# HELP (\w+) \S/gm)].map(([, name]) => name));
  for (const [, name] of text.matchAll(/^# TYPE (\w+) /gm)) t.true(helped.has(name), name);
  t.regex(text, /^concordat_api_requests_total\{route="POST \/api\/v1\/alerts",status="2xx"\} 1$/m);
  t.regex(text, /^concordat_ledger_writable 1$/m);
});
