import test from 'ava';
import { ROUTE_ROLES } from '../../../node/api/access/route-roles.ts';
import { apiRoutes, type RouteDeps } from '../../../node/api/routes.ts';
import { StatusBoard } from '../../../node/api/status-board.ts';
import { Whitelist } from '../../../node/records/lists/whitelist.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { modelRegistry } from '../triage/models/registry.ts';
import { FakeAlertDesk } from './fake-alert-desk.ts';
import { apiFixture, type ApiFixture, SYSTEM } from './fixture.ts';

type OpenApi = { openapi: string; paths: Record<string, Record<string, { responses: object; security?: unknown }>> };

/** Every route of the product; what stands behind them is not called here. */
async function everyRoute(): Promise<ApiFixture> {
  const desk = new FakeAlertDesk();
  const models = await modelRegistry({ ledger: openMemoryLedger(), clock: { nowMs: () => 0 } });
  return apiFixture({
    docs: true,
    routes: ({ keyBook, ledger, health, clock }) => {
      const deps: RouteDeps = {
        health,
        clock,
        version: '1.2.3',
        intake: desk,
        reader: desk,
        outcomes: {
          enter: () => Promise.reject(new Error('not here')),
          of: async () => [],
          standing: async function* none() {},
        },
        models,
        learning: {
          begin: () => {
            throw new Error('not here');
          },
          wait: async () => undefined,
        },
        detections: {
          begin: () => {
            throw new Error('not here');
          },
          wait: async () => undefined,
        },
        watch: undefined,
        admitRecords: () => undefined,
        agency: 'alpha',
        importDesk: {
          receive: () => Promise.reject(new Error('not here')),
          begin: () => {
            throw new Error('not here');
          },
          wait: async () => undefined,
        },
        businessTime: clock,
        whitelist: new Whitelist({ ledger, system: SYSTEM, businessTime: clock, clock }),
        screening: {
          threshold: 1,
          lists: async () => [],
          screen: () => Promise.reject(new Error('not here')),
          screenCustomer: async () => undefined,
        },
        typologies: { classify: () => Promise.reject(new Error('not here')) },
        entityDesk: {
          entities: {
            resolve: () => Promise.reject(new Error('not here')),
            review: async () => [],
            decide: () => Promise.reject(new Error('not here')),
            unmerge: async () => [],
            show: () => Promise.reject(new Error('not here')),
          },
          links: () => Promise.reject(new Error('not here')),
          propensity: () => Promise.reject(new Error('not here')),
          export: async () => [],
        },
        statusBoard: new StatusBoard(),
        fsck: async () => ({ healthy: true, lines: [] }),
        ledger,
        ceiling: 'TOP_SECRET',
        system: SYSTEM,
        keyBook,
        keyLifeDays: 90,
        sharing: () => undefined,
      };
      return apiRoutes(deps);
    },
  });
}

test('S0-51 (routes) OpenAPI 3.1 holds exactly the routes of the role table', async (t) => {
  const { app } = await everyRoute();
  const document = (await app.inject({ url: '/api/v1/docs/json' })).json<OpenApi>();
  t.regex(document.openapi, /^3\.1\./);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  t.deepEqual(described.sort(), Object.keys(ROUTE_ROLES).sort());
});

test('every guarded route declares its key and its errors', async (t) => {
  const { app } = await everyRoute();
  const { paths } = (await app.inject({ url: '/api/v1/docs/json' })).json<OpenApi>();
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { security, responses }] of Object.entries(methods)) {
      const isPublic = ROUTE_ROLES[`${method.toUpperCase()} ${path}`] === 'public';
      t.is(security !== undefined, !isPublic, path);
      t.is('default' in responses, !isPublic, path);
    }
});

test('S0-51 (page) the page and all that it loads is served under a policy without inline script', async (t) => {
  const { app } = await everyRoute();
  const page = await app.inject({ url: '/api/v1/docs' });
  t.is(page.statusCode, 200);
  const policy = String(page.headers['content-security-policy']);
  t.regex(policy, /script-src 'self'(;|$)/);
  t.notRegex(policy, /unsafe/);
  t.notRegex(page.body, /<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=/);
  const loaded = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
  t.true(loaded.length >= 5);
  for (const url of loaded) {
    t.true(url.startsWith('/api/v1/docs/'), url);
    t.is((await app.inject({ url })).statusCode, 200, url);
  }
});

test('S0-02 (prefix) every route but the probes stands under /api/v1', (t) => {
  const outside = Object.keys(ROUTE_ROLES).filter((name) => !name.includes(' /api/v1/'));
  t.deepEqual(outside, ['GET /health', 'GET /ready']);
});
