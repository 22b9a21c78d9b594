import test from 'ava';
import { Health } from '../../../../config/runtime/health.ts';
import { healthRoutes } from '../../../../node/api/routes/health.ts';
import { apiFixture, type ApiFixture } from '../fixture.ts';

function fixture(): Promise<ApiFixture> {
  return apiFixture({ routes: ({ health, clock }) => healthRoutes({ health, clock, version: '1.2.3' }) });
}

test('S4-33 (shape) /health says {status, timestamp, version} and nothing else, without a key', async (t) => {
  const { app } = await fixture();
  const answer = await app.inject({ url: '/health' });
  t.is(answer.statusCode, 200);
  t.deepEqual(answer.json(), { status: 'healthy', timestamp: '2030-01-01T00:00:00.000Z', version: '1.2.3' });
});

test('S4-33 (shape) /ready says {status, checks}, and 503 with the detail when one has failed', async (t) => {
  const { app, health } = await fixture();
  health.add('database', () => ({ state: 'ok' }));
  health.add('cache', () => ({ state: 'ok' }));
  health.add('llm', () => ({ state: 'degraded', reason: 'local' }));
  const ready = await app.inject({ url: '/ready' });
  t.is(ready.statusCode, 200);
  t.deepEqual(ready.json(), {
    status: 'ready',
    checks: { database: 'ok', cache: 'ok', llm: 'degraded' },
    detail: { llm: 'local' },
  });
  health.add('database', () => ({ state: 'failed', reason: 'LEDGER_READ_ONLY' }));
  const not = await app.inject({ url: '/ready' });
  t.is(not.statusCode, 503);
  t.deepEqual(not.json(), {
    status: 'not_ready',
    checks: { database: 'failed', cache: 'ok', llm: 'degraded' },
    detail: { database: 'LEDGER_READ_ONLY', llm: 'local' },
  });
});

test('S4-12 (llm) liveness does not depend on any check, readiness not on the language model', async (t) => {
  const { app, health } = await fixture();
  health.add('llm', () => ({ state: 'degraded', reason: 'unreachable' }));
  t.is((await app.inject({ url: '/ready' })).statusCode, 200);
  health.add('database', () => ({ state: 'failed' }));
  t.is((await app.inject({ url: '/ready' })).statusCode, 503);
  t.is((await app.inject({ url: '/health' })).statusCode, 200);
});

test('a node that drains is alive and not ready', async (t) => {
  const { app, health } = await fixture();
  health.drain();
  t.is((await app.inject({ url: '/ready' })).statusCode, 503);
  t.is((await app.inject({ url: '/health' })).statusCode, 200);
});

test('a check that never answers does not hold readiness up', async (t) => {
  const health = new Health({ timeoutMs: 5 });
  health.add('database', () => new Promise(() => undefined));
  const { app } = await apiFixture({ routes: ({ clock }) => healthRoutes({ health, clock, version: '1' }) });
  t.like((await app.inject({ url: '/ready' })).json(), { status: 'not_ready', detail: { database: 'timeout' } });
});
