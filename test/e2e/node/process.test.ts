import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { AgencyNode } from '../../tools/federation/agency-node.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { runCommand } from '../../tools/programs.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { ALERT_IDS, writeSmallAgency } from './small-agency.ts';

async function workplace(t: ExecutionContext): Promise<{ workspace: Workspace; node: AgencyNode }> {
  const workspace = Workspace.create();
  t.teardown(() => workspace.close());
  return { workspace, node: await AgencyNode.init(workspace, 'alpha') };
}

async function answer(
  url: string,
): Promise<{ status: number; type: string | null; policy: string | null; body: string }> {
  const response = await fetch(url);
  const { headers, status } = response;
  const body = await response.text();
  return { status, type: headers.get('content-type'), policy: headers.get('content-security-policy'), body };
}

test('S0-02 a started node serves its interface over HTTP under /api/v1, to those who hold a key', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const address = String(node.program.addresses['api']);
  t.like(await node.rest.call('GET', '/api/v1/status'), { status: 200 });
  t.like(await answer(`${address}/api/v1/status`), { status: 401 });
  t.like(await answer(`${address}/status`), { status: 404 });
  t.like(await node.rest.call('GET', '/api/v1/nothing'), { status: 404 });
});

test('S0-12 (start) the environment of the guide says where the interface listens', async (t) => {
  const { workspace, node } = await workplace(t);
  const program = await workspace.start('node', node.home, [], {
    API_HOST: '127.0.0.1',
    API_PORT: '0',
    API_DEBUG: 'false',
  });
  t.regex(String(program.addresses['api']), /^http:\/\/127\.0\.0\.1:\d+$/);
  t.is(await program.stop(), 0);
  const debug = await runCommand('node', ['start', '--home', node.home], { API_DEBUG: 'true' });
  t.deepEqual([debug.code, debug.stdout], [1, '']);
  t.regex(debug.stderr, /api\.debug: expected false/);
});

test('S0-15 a weak or absent secret stops the start, and no key reads above the ceiling of the node', async (t) => {
  const { workspace, node } = await workplace(t);
  for (const environment of [{ JWT_SECRET: 'secret' }, { ENCRYPTION_KEY: 'x'.repeat(64) }]) {
    const { code, stderr } = await runCommand('node', ['start', '--home', node.home], environment);
    t.is(code, 1);
    t.regex(stderr, /^production profile: access\.\w+: expected .*\[CONFIG_SECRET_WEAK\]\n$/);
  }
  const config = join(node.home, 'config.yaml');
  const whole = readFileSync(config, 'utf8');
  writeFileSync(config, whole.replace(/^ *jwt_secret_file:.*\n/m, ''));
  const absent = await runCommand('node', ['start', '--home', node.home]);
  t.is(absent.code, 1);
  t.regex(absent.stderr, /^settings: access\.jwt_secret: expected text .*\[CONFIG_MISSING\]\n$/);
  writeFileSync(config, whole);
  const low = { CLASSIFICATION_LEVEL: 'UNCLASSIFIED' };
  const folder = writeSmallAgency(workspace.path('data'));
  await node.json(['import', folder]);
  await workspace.start('node', node.home, [], low);
  const hidden = await node.json<{ items: unknown[] }>(['apikey', 'list']);
  t.truthy(hidden);
  const shown = await runCommand('node', ['alert', 'show', ALERT_IDS[0], '--home', node.home]);
  t.deepEqual([shown.code, shown.stdout], [1, '']);
  t.regex(shown.stderr, /API_NOT_FOUND/);
  t.is(await node.text(['decisions', 'export']), '');
  const submitted = await runCommand('node', ['import', folder, '--home', node.home]);
  t.is(submitted.code, 1);
  t.regex(submitted.stderr, /ACCESS_CEILING/);
});

test('S4-12 liveness and readiness answer without a key, and readiness does not need a language model', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const address = String(node.program.addresses['api']);
  const alive = await answer(`${address}/health`);
  t.is(alive.status, 200);
  const ready = await answer(`${address}/ready`);
  t.is(ready.status, 200);
  t.like(JSON.parse(ready.body), { status: 'ready', checks: { database: 'ok', llm: 'degraded' } });
});

test('S4-33 /health says {status, timestamp, version}; /ready says what the database, the cache and the model are', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const address = String(node.program.addresses['api']);
  const health = JSON.parse((await answer(`${address}/health`)).body) as Record<string, string>;
  t.deepEqual(Object.keys(health).sort(), ['status', 'timestamp', 'version']);
  t.is(health['status'], 'healthy');
  t.true(Math.abs(Date.parse(health['timestamp'] ?? '') - Date.now()) < 60_000);
  const { checks } = JSON.parse((await answer(`${address}/ready`)).body) as { checks: Record<string, string> };
  t.deepEqual(Object.keys(checks).sort(), ['cache', 'database', 'graph', 'llm']);
});

test('S4-18 metrics are served on their own port, in the text form of Prometheus, at the level asked for', async (t) => {
  const { workspace, node } = await workplace(t);
  const program = await workspace.start('node', node.home, [], { PROMETHEUS_PORT: '0', LOG_LEVEL: 'DEBUG' });
  const [api, metrics] = [String(program.addresses['api']), String(program.addresses['metrics'])];
  t.not(api, metrics);
  await answer(`${api}/api/v1/status`);
  const { status, type, body } = await answer(`${metrics}/metrics`);
  t.is(status, 200);
  t.regex(String(type), /^text\/plain; version=0\.0\.4/);
  t.regex(body, /^concordat_api_errors_total\{code="API_UNAUTHENTICATED"\} 1$/m);
  t.regex(body, /^concordat_build_info\{version="[^"]+"\} 1$/m);
  for (const line of body.split('\n').filter((one) => one.startsWith('# TYPE'))) t.regex(line, /^# TYPE concordat_/);
  t.is((await answer(`${api}/metrics`)).status, 404);
  t.is((await answer(`${metrics}/api/v1/status`)).status, 404);
  t.true(program.log().includes('"level":"debug"'));
});

test('S0-51 (start) OpenAPI and its page are served at /api/v1/docs under a strict policy', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const address = String(node.program.addresses['api']);
  const page = await answer(`${address}/api/v1/docs`);
  t.is(page.status, 200);
  t.notRegex(page.policy ?? 'unsafe', /unsafe/);
  const document = JSON.parse((await answer(`${address}/api/v1/docs/json`)).body) as { openapi: string };
  t.regex(document.openapi, /^3\.1\./);
});

test('a second start in the same home is refused, and a start after a kill is not', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const second = await runCommand('node', ['start', '--home', node.home]);
  t.is(second.code, 1);
  t.regex(second.stderr, new RegExp(`a node runs in .*: it is process ${node.program.pid}`));
  await node.program.kill();
  t.true(existsSync(join(node.home, 'run.json')));
  await node.start();
  t.like(await node.rest.call('GET', '/api/v1/status'), { status: 200 });
  t.is(await node.program.stop(), 0);
  t.false(existsSync(join(node.home, 'run.json')));
});

test('at SIGTERM a call in work is answered, a new one is not taken, and the process ends with 0', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const { hostname, port } = new URL(String(node.program.addresses['api']));
  const key = readFileSync(join(node.home, 'keys/operator.key'), 'utf8').trim();
  // A call whose body is still on its way when the signal comes.
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': '22' };
  const call = request({ hostname, port, method: 'POST', path: '/api/v1/alerts', headers });
  const answered = new Promise<number>((resolve, reject) => {
    call.on('response', (response) => resolve(response.statusCode ?? 0));
    call.on('error', reject);
  });
  call.write('{"alerts": ');
  const metrics = String(node.program.addresses['metrics']);
  await waitUntil('the call in work', async () =>
    (await answer(`${metrics}/metrics`)).body.includes('concordat_api_requests_in_flight 1'),
  );
  const stopped = node.program.stop();
  await waitUntil('no new connection', () => isRefused(hostname, Number(port)));
  call.end('[{"a": 1}]}');
  t.is(await answered, 200);
  t.is(await stopped, 0);
});

test('a second signal ends a node that is waiting for a call', async (t) => {
  const { node } = await workplace(t);
  await node.start();
  const { hostname, port } = new URL(String(node.program.addresses['api']));
  const key = readFileSync(join(node.home, 'keys/operator.key'), 'utf8').trim();
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST /api/v1/alerts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
  );
  const metrics = String(node.program.addresses['metrics']);
  await waitUntil('the call in work', async () =>
    (await answer(`${metrics}/metrics`)).body.includes('concordat_api_requests_in_flight 1'),
  );
  process.kill(node.program.pid, 'SIGTERM');
  await waitUntil('stopping', () => node.program.log().includes('"msg":"stopping"'));
  process.kill(node.program.pid, 'SIGTERM');
  t.is(await node.program.ended, 1);
});

function isRefused(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}
