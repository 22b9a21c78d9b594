import { connect } from 'node:net';
import test from 'ava';
import * as z from 'zod';
import { LIMITS } from '../../../config/settings/limits.ts';
import { PERSON_ROLES } from '../../../node/api/access/person.ts';
import { ROUTE_ROLES } from '../../../node/api/access/route-roles.ts';
import { type Answer, type ApiRoute, BYTE_STREAM, route } from '../../../node/api/route.ts';
import { ledgerError } from '../../../node/ledger/errors.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { apiFixture, type FixtureOptions } from './fixture.ts';

const OK = { 200: z.unknown() };

/** A route for every row of the role table, each answering with its own name. */
function everyRoute(): readonly ApiRoute[] {
  return Object.keys(ROUTE_ROLES).map((name) => {
    const [method, path] = name.split(' ') as [ApiRoute['method'], string];
    const handle = async (): Promise<Answer> => ({ status: 200, body: name });
    const facts = { method, path, summary: 'Echo.', answers: OK, handle };
    return name === 'POST /api/v1/uploads' ? route({ ...facts, body: BYTE_STREAM }) : route(facts);
  });
}

/** One route under the name of a real one, so that the role table knows it. */
function one(handle: () => Promise<unknown>, more: object = {}): FixtureOptions['routes'] {
  return () => [
    route({
      method: 'POST',
      path: '/api/v1/alerts',
      summary: 'Test.',
      answers: OK,
      body: z.strictObject({
        number: z.int().optional(),
        inner: z.strictObject({ list: z.array(z.string()) }).optional(),
      }),
      ...more,
      handle: async () => ({ status: 200, body: (await handle()) ?? {} }),
    }),
  ];
}

const POST = { method: 'POST', url: '/api/v1/alerts' } as const;

test('every role on every route: the table says who may, and nobody else', async (t) => {
  const { app, clock, key } = await apiFixture({ routes: everyRoute });
  let judged = 0;
  for (const [name, access] of Object.entries(ROUTE_ROLES)) {
    const [method, path] = name.split(' ') as ['GET', string];
    const url = path.replace(/:\w+/, 'x');
    for (const role of PERSON_ROLES) {
      const headers = { authorization: `Bearer ${await key(role)}` };
      const { statusCode } = await app.inject({ method, url, headers });
      t.is(statusCode, access === 'public' || access.includes(role) ? 200 : 403, `${role} ${name}`);
      judged += 1;
    }
    // Nobody may try so many routes at once.
    clock.advance(1_000);
    t.is((await app.inject({ method, url })).statusCode, access === 'public' ? 200 : 401, `nobody ${name}`);
  }
  t.is(judged, Object.keys(ROUTE_ROLES).length * PERSON_ROLES.length);
});

test('a route that the role table does not name keeps the interface from starting', async (t) => {
  const routes = () => [
    route({
      method: 'GET',
      path: '/api/v1/unlisted',
      summary: 'Test.',
      answers: OK,
      handle: async () => ({ status: 200, body: 1 }),
    }),
  ];
  await t.throwsAsync(apiFixture({ routes }), { message: /role table/ });
});

test('missing, malformed, unknown, wrong, expired and revoked keys look alike', async (t) => {
  const { app, key, keyBook, clock } = await apiFixture({ routes: everyRoute });
  const live = await key('admin');
  const revoked = await keyBook.create(
    { person: 'R', role: 'analyst', clearance: 'SECRET', compartments: [], groups: [], lifeDays: 30 },
    'test',
  );
  await keyBook.revoke(revoked.key.keyId, 'test');
  const last = live.at(-1) === 'A' ? 'Q' : 'A';
  const headers = [
    undefined,
    '',
    'Bearer',
    'Basic YTpi',
    'Bearer x',
    `Bearer concordat_0123456789abcdef_${'A'.repeat(43)}`,
    `Bearer ${live.slice(0, -2)}${last}${live.slice(-1)}`,
    `Bearer ${revoked.text}`,
    `Bearer ${live} ${live}`,
  ];
  const answers = new Set<string>();
  for (const authorization of headers) {
    const given = authorization === undefined ? {} : { headers: { authorization } };
    const { statusCode, body } = await app.inject({ url: '/api/v1/status', ...given });
    answers.add(`${statusCode} ${body}`);
  }
  t.is((await app.inject({ url: '/api/v1/status', headers: { authorization: `Bearer ${live}` } })).statusCode, 200);
  clock.advance(31 * 86_400_000);
  const expired = await app.inject({ url: '/api/v1/status', headers: { authorization: `Bearer ${live}` } });
  answers.add(`${expired.statusCode} ${expired.body}`);
  t.is(answers.size, 1);
  t.like(expired.json(), { status: 'error', code: 'API_UNAUTHENTICATED' });
});

test('every call is one audit entry, refused ones too, with actor, action, object, outcome and hashes', async (t) => {
  const { app, as, audit } = await apiFixture({ routes: everyRoute });
  await as('analyst', { url: '/api/v1/status' });
  await as('read-only', { url: '/api/v1/audit' });
  await app.inject({ url: '/api/v1/status' });
  await as('analyst', { url: '/api/v1/nowhere' });
  await as('analyst', { ...POST, payload: '{"a":1}', headers: { 'content-type': 'application/json' } });
  const entries = await audit();
  t.deepEqual(
    entries.map(({ actor, action, outcome, code }) => [actor, action, outcome, code]),
    [
      ['Person of role analyst', 'GET /api/v1/status', 'done', null],
      ['Person of role read-only', 'GET /api/v1/audit', 'refused', 'API_FORBIDDEN'],
      ['anonymous', 'GET /api/v1/status', 'refused', 'API_UNAUTHENTICATED'],
      ['Person of role analyst', 'other', 'refused', 'API_NOT_FOUND'],
      ['Person of role analyst', 'POST /api/v1/alerts', 'done', null],
    ],
  );
  t.truthy(entries[0]?.outputHash);
  t.truthy(entries[4]?.inputHash);
});

test('health and readiness are not audited: they say nothing of anybody', async (t) => {
  const { app, audit } = await apiFixture({ routes: everyRoute });
  await app.inject({ url: '/health' });
  await app.inject({ url: '/ready' });
  t.deepEqual(await audit(), []);
});

test('no audit, no service: a read whose entry cannot be kept is not answered', async (t) => {
  const ledger = openMemoryLedger();
  let broken = false;
  const failing = new Proxy(ledger, {
    get: (target, name: keyof typeof ledger) => {
      if (name === 'commit' && broken) return () => Promise.reject(ledgerError('LEDGER_READ_ONLY'));
      const value = target[name];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const { as, key } = await apiFixture({ routes: everyRoute, ledger: failing });
  await key('analyst');
  broken = true;
  const answer = await as('analyst', { url: '/api/v1/alerts' });
  t.is(answer.statusCode, 503);
  t.like(answer.json(), { status: 'error', code: 'API_AUDIT' });
  t.false(answer.body.includes('GET /api/v1/alerts'));
});

test('refusals of callers without a key are entered up to a rate, then counted and entered together', async (t) => {
  const { app, as, audit, clock } = await apiFixture({ routes: everyRoute });
  const flood = LIMITS.apiRefusalsBurst + 40;
  const statuses: number[] = [];
  for (let call = 0; call < flood; call += 1) statuses.push((await app.inject({ url: '/api/v1/status' })).statusCode);
  t.is(statuses.filter((status) => status === 401).length, LIMITS.apiRefusalsBurst);
  t.is(statuses.filter((status) => status === 429).length, 40);
  await as('analyst', { url: '/api/v1/status' });
  const entries = await audit();
  t.is(entries.length, LIMITS.apiRefusalsBurst + 2);
  t.is(entries.at(-1)?.object, 'count:40');
  clock.advance(1_000);
  t.is((await app.inject({ url: '/api/v1/status' })).statusCode, 401);
});

test('a key that calls beyond its rate is told when to come back, others are served', async (t) => {
  const { as } = await apiFixture({ routes: everyRoute });
  let refused = 0;
  for (let call = 0; call < LIMITS.apiCallsBurst + 5; call += 1) {
    const { statusCode, headers } = await as('analyst', { url: '/api/v1/status' });
    if (statusCode === 429) refused += headers['retry-after'] === '1' ? 1 : 0;
  }
  t.is(refused, 5);
  t.is((await as('admin', { url: '/api/v1/status' })).statusCode, 200);
});

test('calls in work have a bound, and a place is free again when one ends', async (t) => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { as } = await apiFixture({ routes: one(() => held) });
  const call = { ...POST, payload: {} };
  const working = Array.from({ length: LIMITS.requestsInFlight }, () => as('analyst', call));
  let over = await as('admin', call);
  t.is(over.statusCode, 503);
  t.like(over.json(), { code: 'API_BUSY' });
  release();
  t.true((await Promise.all(working)).every(({ statusCode }) => statusCode === 200));
  over = await as('admin', call);
  t.is(over.statusCode, 200);
});

for (const [what, payload, field] of [
  ['a wrong type', { number: 'x' }, 'number'],
  ['an unknown field', { numbr: 1 }, 'numbr'],
  ['a field deep inside', { inner: { list: ['a', 1] } }, 'inner.list[1]'],
  ['a missing field deep inside', { inner: {} }, 'inner.list'],
  ['an unknown field deep inside', { inner: { list: [], more: 1 } }, 'inner.more'],
  ['a list for an object', [], '$'],
] as const) {
  test(`${what} is answered 400 and named`, async (t) => {
    const { as } = await apiFixture({ routes: one(async () => undefined) });
    const answer = await as('analyst', { ...POST, payload });
    t.is(answer.statusCode, 400);
    t.like(answer.json(), { status: 'error', code: 'API_INVALID', field });
  });
}

for (const [what, payload] of [
  ['half of a JSON text', '{"number": 1'],
  ['NaN', '{"number": NaN}'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['a key that reaches the prototype', '{"__proto__": {"admin": true}}'],
] as const) {
  test(`${what} is answered 400`, async (t) => {
    const { as } = await apiFixture({ routes: one(async () => undefined) });
    const answer = await as('analyst', { ...POST, payload, headers: { 'content-type': 'application/json' } });
    t.is(answer.statusCode, 400);
    t.like(answer.json(), { code: 'API_INVALID', field: '$' });
  });
}

test('another media type is answered 415, a body beyond the limit 413', async (t) => {
  const { as } = await apiFixture({ routes: one(async () => undefined) });
  const xml = await as('analyst', { ...POST, payload: '<a/>', headers: { 'content-type': 'application/xml' } });
  t.is(xml.statusCode, 415);
  const large = await as('analyst', {
    ...POST,
    payload: `{"number": 1${' '.repeat(LIMITS.requestBodyBytes)}}`,
    headers: { 'content-type': 'application/json' },
  });
  t.is(large.statusCode, 413);
  t.like(large.json(), { code: 'API_TOO_LARGE' });
});

test('the text of a fault stays in the log, and is found there by the request id', async (t) => {
  const lines: Record<string, unknown>[] = [];
  const keep = (facts: Readonly<Record<string, unknown>>): void => void lines.push(facts);
  const log = { debug() {}, info() {}, warn() {}, error: keep };
  const { as } = await apiFixture({ routes: one(() => Promise.reject(new Error('disk /dev/sda1'))), log });
  const answer = await as('analyst', { ...POST, payload: {} });
  t.is(answer.statusCode, 500);
  t.like(answer.json(), { code: 'API_INTERNAL' });
  t.false(answer.body.includes('sda1'));
  t.like(lines[0], { request_id: answer.headers['x-request-id'], error: 'disk /dev/sda1' });
});

test('with debug answers, which production refuses, the text of a fault is answered', async (t) => {
  const { as } = await apiFixture({ routes: one(() => Promise.reject(new Error('disk full'))), debug: true });
  t.is((await as('analyst', { ...POST, payload: {} })).json<{ message: string }>().message, 'disk full');
});

test('a refusal of the ledger is answered with its own code and status', async (t) => {
  const refusal = new ConcordatError('LEDGER_READ_ONLY', 'full');
  const { as } = await apiFixture({ routes: one(() => Promise.reject(refusal)) });
  const answer = await as('analyst', { ...POST, payload: {} });
  t.is(answer.statusCode, 507);
  t.like(answer.json(), { code: 'LEDGER_READ_ONLY' });
});

test('calls and errors are counted by route and code; an address in no table counts as other', async (t) => {
  const { as, metrics } = await apiFixture({ routes: everyRoute });
  await as('analyst', { url: '/api/v1/status' });
  await as('analyst', { url: '/api/v1/nowhere-123' });
  const text = await metrics.text();
  t.regex(text, /concordat_api_requests_total\{route="GET \/api\/v1\/status",status="2xx"\} 1/);
  t.regex(text, /concordat_api_requests_total\{route="other",status="4xx"\} 1/);
  t.regex(text, /concordat_api_errors_total\{code="API_NOT_FOUND"\} 1/);
  t.false(text.includes('nowhere-123'));
});

test('a caller that goes away in the middle of its body is entered in the audit trail, and its place is free', async (t) => {
  const { app, key, audit, metrics } = await apiFixture({ routes: one(async () => undefined) });
  t.teardown(() => app.close());
  const address = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const authorization = `authorization: Bearer ${await key('analyst')}`;
  const socket = connect(Number(address.port), '127.0.0.1');
  socket.write(`POST /api/v1/alerts HTTP/1.1\r\nhost: x\r\n${authorization}\r\ncontent-type: application/json\r\n`);
  socket.write('content-length: 100\r\n\r\n{"number"');
  while (!/concordat_api_requests_in_flight 1/.test(await metrics.text())) await new Promise(setImmediate);
  socket.destroy();
  while ((await audit()).length === 0) await new Promise(setImmediate);
  t.like((await audit())[0], { actor: 'Person of role analyst', outcome: 'failed', code: 'API_ABORTED' });
  while (!/concordat_api_requests_in_flight 0/.test(await metrics.text())) await new Promise(setImmediate);
});
