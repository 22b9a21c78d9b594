import test from 'ava';
import { auditRoutes } from '../../../../node/api/routes/audit.ts';
import { statusRoutes } from '../../../../node/api/routes/status.ts';
import { StatusBoard } from '../../../../node/api/status-board.ts';
import { auditEntry } from '../../../../node/ledger/audit-entry.ts';
import { apiFixture, type ApiFixture, SYSTEM } from '../fixture.ts';

type Page = { items: { sequence: number; action: string; object: string }[]; next_cursor: string | null };

function fixture(): Promise<ApiFixture> {
  return apiFixture({
    ceiling: 'SECRET',
    routes: ({ ledger }) => [
      ...auditRoutes({ ledger, ceiling: 'SECRET', system: SYSTEM }),
      ...statusRoutes({ statusBoard: new StatusBoard(), fsck: async () => ({ healthy: true, lines: [] }) }),
    ],
  });
}

async function everyPage({ as }: ApiFixture, query: string): Promise<Page['items']> {
  const items: Page['items'] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page = (
      await as('admin', { url: `/api/v1/audit?${query}${cursor === '' ? '' : `&cursor=${cursor}`}` })
    ).json();
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

test('the trail is read page by page to where it ended at the first, every entry once, also where one commit holds several', async (t) => {
  const api = await fixture();
  const entry = (action: string) => auditEntry({ atMs: 0, actor: 'x', action, object: 'thing:1' });
  await api.ledger.commit({ writes: [], audit: ['1', '2', '3', '4', '5'].map(entry) });
  await api.ledger.commit({ writes: [], audit: ['6', '7'].map(entry) });
  const seen = (await everyPage(api, 'limit=1')).filter(({ object }) => object === 'thing:1');
  t.deepEqual(
    seen.map(({ action }) => action),
    ['1', '2', '3', '4', '5', '6', '7'],
  );
});

test('the trail of one object holds what was done to it and nothing else', async (t) => {
  const api = await fixture();
  await api.ledger.commit({
    writes: [],
    audit: ['alert:1', 'alert:2', 'alert:1'].map((object, at) =>
      auditEntry({ atMs: at, actor: 'x', action: `${at}`, object }),
    ),
  });
  const seen = await everyPage(api, 'object=alert:1&limit=1');
  t.deepEqual(
    seen.filter(({ action }) => action.length === 1).map(({ action }) => action),
    ['0', '2'],
  );
});

test('a key that is not cleared to the ceiling reads no trail: it speaks of what the key may not see', async (t) => {
  const { app, key } = await fixture();
  const headers = { authorization: `Bearer ${await key('admin', { clearance: 'CONFIDENTIAL' })}` };
  t.is((await app.inject({ url: '/api/v1/audit', headers })).statusCode, 403);
});

test('a cursor that is none is answered 400', async (t) => {
  const { as } = await fixture();
  t.like((await as('admin', { url: '/api/v1/audit?cursor=YQ' })).json(), { code: 'API_INVALID', field: 'cursor' });
});
