import test from 'ava';
import { customerScreeningRoutes } from '../../../../node/api/routes/customer-screening.ts';
import { listRoutes } from '../../../../node/api/routes/lists.ts';
import { matchRoutes } from '../../../../node/api/routes/match.ts';
import { whitelistRoutes } from '../../../../node/api/routes/whitelist.ts';
import { MATCH_RESPONSE } from '../../../../node/api/views/match-view.ts';
import { ListIndexes } from '../../../../node/compose/list-indexes.ts';
import { NodeScreeningDesk } from '../../../../node/compose/screening-desk.ts';
import { CUSTOMERS } from '../../../../node/records/collections.ts';
import { storeList } from '../../../../node/records/lists/import-list.ts';
import { Whitelist } from '../../../../node/records/lists/whitelist.ts';
import type { Customer, ListEntry, ListKind } from '../../../../proto/domain/records.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { listEntry } from '../../screening/entries.ts';
import { apiFixture, SYSTEM } from '../fixture.ts';

const START_MS = Date.parse('2030-01-01T00:00:00Z');

async function fixture() {
  const ledger = openMemoryLedger({ clock: { nowMs: () => START_MS } });
  const store = async (listName: string, listKind: ListKind, listVersion: string, entries: readonly ListEntry[]) => {
    const items = entries.map((entry) => ({ ...entry, listName, listKind, listVersion }));
    await storeList({ ledger, viewer: SYSTEM }, { listName, listKind, listVersion }, items, START_MS);
  };
  await store('SOME_LIST', 'SANCTIONS', '1', [
    listEntry('S-1', 'BEISPIEL, Anna Maria', {
      datesOfBirth: ['1960-05-17'],
      countries: ['DE'],
      identifiers: ['X1234567'],
    }),
    listEntry('S-2', 'Muster Handel GmbH', { entityType: 'BUSINESS', countries: ['AT'] }),
    listEntry('S-3', 'ANNA MARIA', { entityType: null, vehicle: 'VESSEL', identifiers: ['9187629'] }),
    listEntry('S-4', 'Zufall, Otto', { remarks: 'a remark' }),
  ]);
  await store('OFFICE_HOLDERS', 'PEP', '7', [listEntry('P-1', 'Anna Maria Beispiel', { datesOfBirth: ['1961'] })]);
  const customer = { customerId: 'c-1', name: 'Otto Zufall', entityType: 'INDIVIDUAL', aliases: [], nationality: 'DE' };
  await ledger.commit({ writes: [CUSTOMERS.put(customer as unknown as Customer)], audit: [] });
  const api = await apiFixture({
    ledger,
    routes: ({ clock }) => {
      const whitelist = new Whitelist({ ledger, system: SYSTEM, businessTime: clock, clock });
      const indexes = new ListIndexes({ ledger, system: SYSTEM });
      const screening = new NodeScreeningDesk({ ledger, indexes, whitelist, businessTime: clock });
      return [
        ...matchRoutes({ screening }),
        ...customerScreeningRoutes({ screening }),
        ...listRoutes({ ledger, businessTime: clock }),
        ...whitelistRoutes({ whitelist, admitRecords: () => undefined }),
      ];
    },
  });
  const match = async (path: string, payload: object) =>
    api.as('analyst', { method: 'POST', url: `/api/v1/match/${path}`, payload });
  return { ...api, match, store };
}

/** As the documentation of yente's interface shows a call. */
const BATCH = {
  queries: {
    entity1: {
      schema: 'Person',
      properties: { name: ['Anna Maria Beispiel'], birthDate: ['1960-05-17'], nationality: ['de'] },
    },
    entity2: {
      schema: 'Company',
      properties: {
        name: ['Muster Handel Gesellschaft mbH'],
        jurisdiction: ['Austria'],
        registrationNumber: ['84BA99810'],
      },
    },
    nobody: { id: 'mine', schema: 'Person', properties: { firstName: 'Berta', lastName: ['Fern'], birthDate: null } },
  },
};

test('M-02 (yente) a batch of examples is answered in yente’s shape, each by its own key, best first and explained', async (t) => {
  const { match } = await fixture();
  const answer = await match('default?limit=2&threshold=0.7&algorithm=best', BATCH);
  t.is(answer.statusCode, 200);
  const { responses, limit, matcher } = MATCH_RESPONSE.parse(answer.json());
  t.is(limit, 2);
  t.deepEqual(Object.keys(responses), ['entity1', 'entity2', 'nobody']);
  const { status, results, total, query } = responses['entity1'] ?? t.fail() ?? ({} as never);
  t.deepEqual([status, total], [200, { value: 2, relation: 'eq' }]);
  t.deepEqual(query, { id: null, schema: 'Person', properties: BATCH.queries.entity1.properties });
  const [first, second] = results;
  t.like(first, {
    id: 'some_list-S-1',
    caption: 'BEISPIEL, Anna Maria',
    schema: 'Person',
    datasets: ['some_list'],
    referents: ['S-1'],
    target: true,
    match: true,
  });
  t.deepEqual(first?.properties, {
    name: ['BEISPIEL, Anna Maria'],
    birthDate: ['1960-05-17'],
    nationality: ['de'],
    idNumber: ['X1234567'],
    topics: ['sanction'],
  });
  t.is(second?.datasets[0], 'office_holders');
  t.deepEqual(second?.properties['topics'], ['role.pep']);
  t.true((first?.score ?? 0) > (second?.score ?? 1));
  for (const { score, features, explanations } of results) {
    const sum = Object.values(features).reduce((points, one) => points + one, 0);
    t.true(Math.abs(sum - score) < 1e-9);
    t.deepEqual(Object.keys(explanations), Object.keys(features));
    for (const name of Object.keys(features)) t.true(name in matcher, name);
  }
  t.is(
    first?.explanations['name']?.detail,
    'anna = anna (same 1.00); maria = maria (same 1.00); beispiel = beispiel (same 1.00)',
  );
  t.like(responses['entity2']?.results[0], { id: 'some_list-S-2', schema: 'Organization', match: true });
  t.deepEqual(responses['nobody']?.query, {
    id: 'mine',
    schema: 'Person',
    properties: { firstName: ['Berta'], lastName: ['Fern'], birthDate: [] },
  });
  t.deepEqual(responses['nobody']?.results, []);
});

test('a client of yente is let in by the scheme that it uses', async (t) => {
  const { app, key } = await fixture();
  const headers = { authorization: `ApiKey ${await key('analyst')}` };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/match/default', headers, payload: BATCH });
  t.is(answer.statusCode, 200);
});

test('M-02 (schema) a ship is found as a ship and a person as a person; a number finds whoever holds it', async (t) => {
  const { match } = await fixture();
  const idsFor = async (schema: string, properties: object, more = ''): Promise<readonly string[]> => {
    const { responses } = MATCH_RESPONSE.parse(
      (await match(`default${more}`, { queries: { q: { schema, properties } } })).json(),
    );
    return responses['q']?.results.map(({ id }) => id) ?? [];
  };
  t.deepEqual(await idsFor('Vessel', { name: 'Anna Maria', imoNumber: 'IMO 9187629' }), ['some_list-S-3']);
  t.deepEqual(await idsFor('Person', { name: 'Anna Maria' }, '?cutoff=0.3'), ['office_holders-P-1', 'some_list-S-1']);
  t.deepEqual(await idsFor('Company', { name: 'Anna Maria Beispiel' }, '?cutoff=0'), []);
  t.deepEqual(await idsFor('Person', { name: 'Berta Fern', passportNumber: 'x 123-4567' }), ['some_list-S-1']);
  t.deepEqual(await idsFor('LegalEntity', { name: 'Muster Handel' }), ['some_list-S-2']);
  t.deepEqual(await idsFor('Address', { full: 'Musterstrasse 1' }), []);
});

test('a dataset is a list or a kind of lists, and filters leave out what they say', async (t) => {
  const { match } = await fixture();
  const queries = { q: { schema: 'Person', properties: { name: ['Anna Maria Beispiel'] } } };
  const idsFor = async (path: string): Promise<readonly string[]> =>
    MATCH_RESPONSE.parse((await match(path, { queries })).json()).responses['q']?.results.map(({ id }) => id) ?? [];
  const [both, listed, exposed] = [['some_list-S-1', 'office_holders-P-1'], ['some_list-S-1'], ['office_holders-P-1']];
  t.deepEqual([...(await idsFor('default'))].sort(), [...both].sort());
  t.deepEqual(await idsFor('Some_List'), listed);
  t.deepEqual(await idsFor('pep'), exposed);
  t.deepEqual(await idsFor('sanctions'), listed);
  t.deepEqual(await idsFor('default?exclude_dataset=some_list'), exposed);
  t.deepEqual(await idsFor('default?include_dataset=some_list&include_dataset=other'), listed);
  t.deepEqual(await idsFor('default?topics=role.pep'), exposed);
  t.deepEqual(await idsFor('default?exclude_entity_ids=some_list-S-1&exclude_entity_ids=P-1'), []);
  t.deepEqual(await idsFor('default?exclude_schema=Person'), []);
});

test('what is asked wrongly is refused with its code and field', async (t) => {
  const { match } = await fixture();
  const example = { schema: 'Person', properties: { name: ['A B'] } };
  const queries = { q: example };
  for (const [path, payload, status, code, field] of [
    ['unheard_of', { queries }, 404, 'SCREENING_DATASET', undefined],
    ['default?algorithm=logic-v1', { queries }, 400, 'SCREENING_ALGORITHM', undefined],
    ['default', { queries: { q: { ...example, schema: 'Dragon' } } }, 400, 'SCREENING_SCHEMA', 'queries.schema'],
    ['default', { queries: { q: { ...example, schema: 'toString' } } }, 400, 'SCREENING_SCHEMA', 'queries.schema'],
    ['default', { queries: {} }, 400, 'API_INVALID', 'queries'],
    ['default', {}, 400, 'API_INVALID', 'queries'],
    ['default', { queries: { q: { schema: 'Person' } } }, 400, 'API_INVALID', 'queries.q.properties'],
    [
      'default',
      { queries: { q: { schema: 'Person', properties: { name: [{}] } } } },
      400,
      'API_INVALID',
      'queries.q.properties.name',
    ],
    ['default', { queries, weights: { name: 2 } }, 400, 'API_INVALID', 'weights.name'],
    ['default?limit=0', { queries }, 400, 'API_INVALID', 'limit'],
    ['default?limit=501', { queries }, 400, 'API_INVALID', 'limit'],
    [
      'default',
      { queries: { q: { schema: 'Person', properties: { name: Array.from({ length: 101 }, () => 'A') } } } },
      400,
      'API_INVALID',
      'queries.q.properties.name',
    ],
    ['default?threshold=2', { queries }, 400, 'API_INVALID', 'threshold'],
    ['default?fuzzy=1', { queries }, 400, 'API_INVALID', 'fuzzy'],
    [
      'default',
      { queries: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`q${at}`, example])) },
      400,
      'API_INVALID',
      'queries',
    ],
  ] as const) {
    const answer = await match(path, payload);
    t.is(answer.statusCode, status, JSON.stringify(payload));
    t.like(answer.json(), { status: 'error', code, ...(field === undefined ? {} : { field }) });
  }
});

test('M-04 (routes) versions and differences of a list are read page by page', async (t) => {
  const { as, store, clock } = await fixture();
  clock.advance(1_000);
  await store('SOME_LIST', 'SANCTIONS', '2', [
    listEntry('S-1', 'BEISPIEL, Anna Maria', { datesOfBirth: ['1960-05-17'], aliases: ['Annie'], countries: ['DE'] }),
    listEntry('S-2', 'Muster Handel GmbH', { entityType: 'BUSINESS', countries: ['AT'] }),
    listEntry('S-5', 'Neu, Carla'),
  ]);
  const get = async (url: string) => (await as('read-only', { url: `/api/v1${url}` })).json<Record<string, unknown>>();
  const { items } = await get('/lists');
  t.like((items as object[])[1], {
    list_name: 'SOME_LIST',
    list_version: '2',
    previous: '1',
    entries: 3,
    added: 1,
    removed: 2,
    changed: 1,
    in_force: true,
    screening: 'owed',
  });
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await get(`/lists/SOME_LIST/diff?limit=1${cursor}`);
    t.like(page, { from: '1', to: '2' });
    for (const { entry_id, change, fields } of page['items'] as {
      entry_id: string;
      change: string;
      fields: string[];
    }[])
      seen.push(`${entry_id} ${change} ${fields.join(',')}`.trim());
    const { next_cursor } = page as { next_cursor: string | null };
    cursor = next_cursor === null ? '' : `&cursor=${next_cursor}`;
  } while (cursor !== '');
  t.deepEqual(seen, ['S-1 changed aliases,identifiers', 'S-3 removed', 'S-4 removed', 'S-5 added']);
  const back = await get('/lists/SOME_LIST/diff?from=2&to=1');
  t.deepEqual(
    (back['items'] as { change: string }[]).map(({ change }) => change),
    ['changed', 'added', 'added', 'removed'],
  );
  t.is((await get('/lists/SOME_LIST/diff?from=9'))['code'], 'API_NOT_FOUND');
  t.is((await get('/lists/NOBODY/versions'))['code'], 'API_NOT_FOUND');
});

test('a customer’s screening explains each hit and shows which one two persons have set aside', async (t) => {
  const { as } = await fixture();
  const screening = async () =>
    (await as('analyst', { url: '/api/v1/customers/c-1/screening' })).json<{
      hits: { entry_id: string; whitelisted: boolean }[];
    }>();
  t.like((await screening()).hits[0], {
    entry_id: 'S-4',
    name_score: 1,
    whitelisted: false,
    entry_rest: [],
  });
  const proposal = {
    customer_id: 'c-1',
    list_name: 'SOME_LIST',
    entry_id: 'S-4',
    reason: 'r',
    expires_at: '2030-06-01T00:00:00Z',
  };
  const propose = (payload: object) => as('analyst', { method: 'POST', url: '/api/v1/whitelist', payload });
  t.is((await propose({ ...proposal, reason: ' ' })).statusCode, 400);
  t.is((await as('read-only', { method: 'POST', url: '/api/v1/whitelist', payload: proposal })).statusCode, 403);
  t.is((await propose(proposal)).statusCode, 201);
  t.is((await propose(proposal)).statusCode, 409);
  const path = '/api/v1/whitelist/c-1/SOME_LIST/S-4';
  t.is((await as('analyst', { method: 'POST', url: `${path}/approval` })).statusCode, 403, 'the same person');
  t.is((await as('admin', { method: 'POST', url: `${path}/approval` })).statusCode, 200);
  t.true((await screening()).hits[0]?.whitelisted);
  const { items } = (await as('read-only', { url: '/api/v1/whitelist?customer_id=c-1' })).json<{ items: object[] }>();
  t.like(items[0], { state: 'active', list_version: '1', reason: 'r' });
  t.is((await as('analyst', { method: 'DELETE', url: path })).json<{ state: string }>().state, 'ended');
  t.false((await screening()).hits[0]?.whitelisted);
  t.is((await as('analyst', { url: '/api/v1/customers/c-2/screening' })).statusCode, 404);
});
