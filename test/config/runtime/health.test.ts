import test from 'ava';
import { Health } from '../../../config/runtime/health.ts';

test('a degraded dependency is told of and does not keep the node from being ready', async (t) => {
  const health = new Health({ timeoutMs: 1_000 });
  health.add('database', () => ({ state: 'ok' }));
  health.add('llm', async () => ({ state: 'degraded', reason: 'local' }));
  t.deepEqual(await health.readiness(), {
    ready: true,
    checks: { database: 'ok', llm: 'degraded' },
    detail: { llm: 'local' },
  });
});

test('a check that fails, throws or does not answer fails readiness, with a reason that is no text of the fault', async (t) => {
  const health = new Health({ timeoutMs: 5 });
  health.add('refusing', () => ({ state: 'failed', reason: 'LEDGER_READ_ONLY' }));
  health.add('throwing', () => Promise.reject(new Error('password wrong')));
  health.add('silent', () => new Promise(() => undefined));
  t.deepEqual(await health.readiness(), {
    ready: false,
    checks: { refusing: 'failed', throwing: 'failed', silent: 'failed' },
    detail: { refusing: 'LEDGER_READ_ONLY', throwing: 'fault', silent: 'timeout' },
  });
});

test('a draining node is not ready though every check is ok', async (t) => {
  const health = new Health({ timeoutMs: 1_000 });
  health.add('database', () => ({ state: 'ok' }));
  health.drain();
  t.like(await health.readiness(), { ready: false, detail: { lifecycle: 'stopping' } });
});
