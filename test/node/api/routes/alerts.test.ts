import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { alertRoutes } from '../../../../node/api/routes/alerts.ts';
import { decisionRoutes } from '../../../../node/api/routes/decisions.ts';
import { HELD_ALERT } from '../../../../node/api/views/alert-view.ts';
import { DECISION } from '../../../../node/api/views/decision-view.ts';
import { ConcordatError } from '../../../../proto/domain/errors.ts';
import { FakeAlertDesk, wireAlert } from '../fake-alert-desk.ts';
import { apiFixture, type ApiFixture } from '../fixture.ts';

async function desk(
  admitRecords: () => void = () => undefined,
): Promise<
  ApiFixture & { readonly desk: FakeAlertDesk; readonly post: (body: unknown) => ReturnType<ApiFixture['as']> }
> {
  const desk = new FakeAlertDesk();
  const fixture = await apiFixture({
    routes: ({ clock }) => [
      ...alertRoutes({ intake: desk, reader: desk, clock, admitRecords }),
      ...decisionRoutes({ reader: desk, agency: 'alpha' }),
    ],
  });
  const post = (body: unknown) =>
    fixture.as('analyst', { method: 'POST', url: '/api/v1/alerts', payload: body as object });
  return { ...fixture, desk, post };
}

test('an alert is taken with 202, the same again answered with 200, another under its id with 409', async (t) => {
  const { post } = await desk();
  const first = await post(wireAlert('a-1'));
  t.deepEqual([first.statusCode, first.json()], [202, { alert_id: 'a-1', outcome: 'accepted' }]);
  const again = await post(wireAlert('a-1'));
  t.deepEqual([again.statusCode, again.json()], [200, { alert_id: 'a-1', outcome: 'known' }]);
  const other = await post(wireAlert('a-1', { priority: 'HIGH' }));
  t.is(other.statusCode, 409);
  t.like(other.json(), { status: 'error', code: 'ALERT_CONFLICT' });
});

for (const [field, change] of [
  ['alert_type', { alert_type: 'CRYPTO' }],
  ['customer_data.customer_id', { customer_data: { customer_id: 7, name: 'A', entity_type: 'INDIVIDUAL' } }],
  ['raised_at', { raised_at: '2031-01-01T00:00:00Z' }],
  ['$', { unheard_of: 1 }],
] as const) {
  test(`a posted alert that is wrong in ${field === '$' ? 'a field that there is not' : field} is answered 400 and named`, async (t) => {
    const { post } = await desk();
    const answer = await post(wireAlert('a-1', change));
    t.is(answer.statusCode, 400);
    t.like(answer.json(), { code: 'ALERT_INVALID', field });
  });
}

test('a batch is judged alert by alert, in its order, and what is right of it is kept', async (t) => {
  const { post, desk: held } = await desk();
  const alerts = [wireAlert('a-1'), wireAlert('a-2', { priority: 'low' }), wireAlert('a-1'), wireAlert('a-3'), null];
  const answer = await post({ alerts });
  t.is(answer.statusCode, 202);
  t.deepEqual(answer.json(), {
    accepted: 2,
    known: 1,
    refused: 2,
    results: [
      { alert_id: 'a-1', outcome: 'accepted' },
      { alert_id: 'a-2', outcome: 'refused', code: 'ALERT_INVALID', field: 'priority' },
      { alert_id: 'a-1', outcome: 'known' },
      { alert_id: 'a-3', outcome: 'accepted' },
      { alert_id: null, outcome: 'refused', code: 'ALERT_INVALID', field: '$' },
    ],
  });
  t.deepEqual([...held.held.keys()], ['a-1', 'a-3']);
});

test('a batch beyond the limit, an empty one and one with more beside it are refused whole', async (t) => {
  const { post, desk: held } = await desk();
  const many = Array.from({ length: LIMITS.alertsPerBatch + 1 }, (_, at) => wireAlert(`a-${at}`));
  for (const body of [{ alerts: many }, { alerts: [] }, { alerts: [wireAlert('a-1')], more: 1 }]) {
    const answer = await post(body);
    t.is(answer.statusCode, 400);
    t.like(answer.json(), { code: 'API_INVALID', field: 'alerts' });
  }
  t.is(held.held.size, 0);
});

test('a node whose ceiling is below its own records takes none', async (t) => {
  const { post } = await desk(() => {
    throw new ConcordatError('ACCESS_CEILING', 'above');
  });
  t.is((await post(wireAlert('a-1'))).statusCode, 403);
  t.is((await post({ alerts: [wireAlert('a-1')] })).statusCode, 403);
});

test('pages hold every alert once, in order, and the last has no cursor', async (t) => {
  const { post, as } = await desk();
  for (let from = 0; from < 7; from += 1) await post(wireAlert(`a-${from}`));
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const url: string = `/api/v1/alerts?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page = (await as('read-only', { url })).json<{ items: { alert_id: string }[]; next_cursor: string | null }>();
    seen.push(...page.items.map(({ alert_id }) => alert_id));
    cursor = page.next_cursor;
  }
  t.deepEqual(seen, ['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'a-6']);
});

for (const [query, field] of [
  ['limit=0', 'limit'],
  [`limit=${LIMITS.pageItems + 1}`, 'limit'],
  ['cursor=%2F', 'cursor'],
  ['cursor=_w', 'cursor'],
  ['state=lost', 'state'],
  ['colour=red', 'colour'],
] as const) {
  test(`a list asked for with ${query} is answered 400`, async (t) => {
    const { as } = await desk();
    const answer = await as('analyst', { url: `/api/v1/alerts?${query}` });
    t.is(answer.statusCode, 400);
    t.like(answer.json(), { code: 'API_INVALID', field });
  });
}

async function assertHidden(t: ExecutionContext, fixture: ApiFixture, headers: Record<string, string>): Promise<void> {
  const there = await fixture.app.inject({ url: '/api/v1/alerts/secret', headers });
  const nowhere = await fixture.app.inject({ url: '/api/v1/alerts/nowhere', headers });
  t.deepEqual([there.statusCode, there.body], [nowhere.statusCode, nowhere.body]);
  const decisions = await fixture.app.inject({ url: '/api/v1/alerts/secret/decisions', headers });
  t.deepEqual([decisions.statusCode, decisions.body], [nowhere.statusCode, nowhere.body]);
  for (const url of ['/api/v1/alerts', '/api/v1/decisions'])
    t.deepEqual((await fixture.app.inject({ url, headers })).json(), { items: [], next_cursor: null });
}

test('what a key is not cleared for does not exist: not by id, in a list, by its decisions or in the export', async (t) => {
  const fixture = await desk();
  fixture.desk.marking = { tlp: 'RED', classification: 'SECRET', compartments: ['x'], groups: [] };
  await fixture.post(wireAlert('secret'));
  fixture.desk.decide('secret', {});
  const bearer = async (more: object) => ({ authorization: `Bearer ${await fixture.key('analyst', more)}` });
  await assertHidden(t, fixture, await bearer({ clearance: 'CONFIDENTIAL', compartments: ['x'] }));
  await assertHidden(t, fixture, await bearer({ clearance: 'TOP_SECRET', compartments: [] }));
  const cleared = await bearer({ clearance: 'SECRET', compartments: ['x'] });
  t.is((await fixture.app.inject({ url: '/api/v1/alerts/secret', headers: cleared })).statusCode, 200);
});

test('S0-15 (ceiling) no key reads above the ceiling of the node', async (t) => {
  const held = new FakeAlertDesk();
  const low = await apiFixture({
    ceiling: 'CONFIDENTIAL',
    routes: ({ clock }) => [
      ...alertRoutes({ intake: held, reader: held, clock, admitRecords: () => undefined }),
      ...decisionRoutes({ reader: held, agency: 'alpha' }),
    ],
  });
  held.marking = { tlp: 'RED', classification: 'SECRET', compartments: [], groups: [] };
  await low.as('analyst', { method: 'POST', url: '/api/v1/alerts', payload: wireAlert('secret') });
  await assertHidden(t, low, { authorization: `Bearer ${await low.key('admin', { clearance: 'TOP_SECRET' })}` });
});

test('an alert and its decisions read back in the names of the interface, and say nothing undeclared', async (t) => {
  const { post, as, desk: held } = await desk();
  await post(
    wireAlert('a-1', { metadata: { free: ['text'] }, account_data: { account_id: 'x', opening_balance_minor: -5 } }),
  );
  held.decide('a-1', {});
  held.decide('a-1', { disposition: 'ESCALATE_L3', counterfactual: null });
  const alert = (await as('analyst', { url: '/api/v1/alerts/a-1' })).json<object>();
  t.like(HELD_ALERT.parse(alert), { alert_id: 'a-1', state: 'queued', account_data: { opening_balance_minor: -5 } });
  const { items } = (await as('analyst', { url: '/api/v1/alerts/a-1/decisions' })).json<{ items: unknown[] }>();
  t.deepEqual(
    items.map((item) => DECISION.parse(item).ordinal),
    [1, 2],
  );
});

test('the export gives one line an alert: the last decision, or the first, with the score unrounded', async (t) => {
  const { post, as, desk: held } = await desk();
  await post(wireAlert('a-1'));
  await post(wireAlert('a-2'));
  held.decide('a-1', {});
  held.decide('a-1', { disposition: 'BLOCK_TRANSACTION', riskScore: 90 });
  const items = async (which: string) =>
    (await as('analyst', { url: `/api/v1/decisions?which=${which}` })).json<{ items: unknown[] }>().items;
  t.deepEqual(await items('last'), [
    { agency: 'alpha', alert_id: 'a-1', disposition: 'BLOCK_TRANSACTION', risk_score: 90, confidence: 0.75 },
  ]);
  t.deepEqual(await items('first'), [
    { agency: 'alpha', alert_id: 'a-1', disposition: 'ESCALATE_L2', risk_score: 42.123456789, confidence: 0.75 },
  ]);
});

test('the audit names the alert, never its customer', async (t) => {
  const { post, as, audit } = await desk();
  await post(wireAlert('a-1'));
  await as('analyst', { url: '/api/v1/alerts/a-1' });
  const entries = await audit();
  t.deepEqual(
    entries.map(({ object }) => object),
    ['alert:a-1', 'alert:a-1'],
  );
  t.false(JSON.stringify(entries).includes('A Person'));
});

test('a batch of which nothing is right is still answered alert by alert', async (t) => {
  const { post } = await desk();
  const answer = await post({ alerts: [{}] });
  t.is(answer.statusCode, 200);
  t.like(answer.json(), { accepted: 0, known: 0, refused: 1 });
});
