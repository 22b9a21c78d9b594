import test from 'ava';
import { keyRoutes } from '../../../../node/api/routes/keys.ts';
import { statusRoutes } from '../../../../node/api/routes/status.ts';
import { StatusBoard } from '../../../../node/api/status-board.ts';
import type { Classification } from '../../../../proto/domain/marking.ts';
import { apiFixture, type ApiFixture } from '../fixture.ts';

type Created = { key_id: string; api_key: string; expires_at: string; clearance: string };

function fixture(ceiling: Classification = 'SECRET'): Promise<ApiFixture> {
  return apiFixture({
    ceiling,
    routes: ({ keyBook }) => [
      ...keyRoutes({ keyBook, ceiling, keyLifeDays: 90 }),
      ...statusRoutes({ statusBoard: new StatusBoard(), fsck: async () => ({ healthy: true, lines: [] }) }),
    ],
  });
}

const KEYS = { method: 'POST', url: '/api/v1/keys' } as const;
const DAY_MS = 86_400_000;

test('a key is made for a named person, works at once, and is shown once', async (t) => {
  const { app, as } = await fixture();
  const answer = await as('admin', { ...KEYS, payload: { person: 'Grace H', role: 'read-only' } });
  t.is(answer.statusCode, 201);
  const created = answer.json<Created>();
  t.regex(created.api_key, /^concordat_[0-9a-f]{16}_[\w-]{43}$/);
  t.like(created, { clearance: 'SECRET', expires_at: '2030-04-01T00:00:00.000Z' });
  const call = { url: '/api/v1/status', headers: { authorization: `Bearer ${created.api_key}` } };
  t.is((await app.inject(call)).statusCode, 200);
  const list = await as('admin', { url: '/api/v1/keys' });
  t.true(list.body.includes('Grace H'));
  t.false(list.body.includes(created.api_key.slice(-43)));
});

test('the ledger keeps a digest, never the key', async (t) => {
  const { ledger, key } = await fixture();
  const text = await key('admin');
  let kept = '';
  const viewer = {
    name: 'x',
    agency: 'alpha',
    role: 'system',
    clearance: 'TOP_SECRET',
    compartments: [],
    groups: [],
  } as const;
  for await (const record of ledger.list('person', {}, viewer)) kept += new TextDecoder().decode(record.value);
  t.true(kept.includes(text.split('_')[1] ?? '?'));
  t.false(kept.includes(text.slice(-43)));
});

for (const [what, payload, code, field] of [
  ['a life beyond the longest', { life_days: 91 }, 'ACCESS_KEY_LIFE', 'life_days'],
  ['a clearance above the ceiling', { clearance: 'TOP_SECRET' }, 'ACCESS_CEILING', 'clearance'],
  ["the process's own role", { role: 'system' }, 'API_INVALID', 'role'],
  ['nobody', { person: '' }, 'API_INVALID', 'person'],
  ['a name with a line break', { person: 'A\nB' }, 'API_INVALID', 'person'],
  ['an id of its own choosing', { key_id: '0123456789abcdef' }, 'API_INVALID', 'key_id'],
] as const) {
  test(`a key for ${what} is refused`, async (t) => {
    const { as } = await fixture();
    const answer = await as('admin', { ...KEYS, payload: { person: 'G', role: 'analyst', ...payload } });
    t.like(answer.json(), { status: 'error', code, field });
  });
}

test('S0-28 (life) a key ends on its last day', async (t) => {
  const { as, app, clock } = await fixture();
  const { api_key } = (await as('admin', { ...KEYS, payload: { person: 'G', role: 'analyst' } })).json<Created>();
  const call = { url: '/api/v1/status', headers: { authorization: `Bearer ${api_key}` } };
  clock.advance(90 * DAY_MS - 1);
  t.is((await app.inject(call)).statusCode, 200);
  clock.advance(1);
  t.is((await app.inject(call)).statusCode, 401);
});

test('a revoked key ends at once, and revoking it again changes nothing', async (t) => {
  const { as, app } = await fixture();
  const { api_key, key_id } = (
    await as('admin', { ...KEYS, payload: { person: 'G', role: 'analyst' } })
  ).json<Created>();
  const revoke = () => as('admin', { method: 'DELETE', url: `/api/v1/keys/${key_id}` });
  const first = await revoke();
  t.is(first.statusCode, 200);
  t.is((await app.inject({ url: '/api/v1/status', headers: { authorization: `Bearer ${api_key}` } })).statusCode, 401);
  t.deepEqual((await revoke()).json(), first.json());
  const unknown = await as('admin', { method: 'DELETE', url: '/api/v1/keys/0000000000000000' });
  t.is(unknown.statusCode, 404);
});

test('two administrators who revoke each other at the same time leave one', async (t) => {
  const { as, app, keyBook } = await fixture();
  await as('admin', { url: '/api/v1/status' });
  const other = (await as('admin', { ...KEYS, payload: { person: 'Second', role: 'admin' } })).json<Created>();
  const [first] = (await keyBook.list()).filter(({ person }) => person !== 'Second');
  const statuses = await Promise.all([
    as('admin', { method: 'DELETE', url: `/api/v1/keys/${other.key_id}` }),
    app.inject({
      method: 'DELETE',
      url: `/api/v1/keys/${first?.keyId}`,
      headers: { authorization: `Bearer ${other.api_key}` },
    }),
  ]);
  t.deepEqual(
    statuses.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b),
    [200, 409],
  );
  t.is((await keyBook.list()).filter(({ revokedAtMs }) => revokedAtMs === null).length, 1);
});
