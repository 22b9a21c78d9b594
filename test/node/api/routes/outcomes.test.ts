import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { outcomeRoutes } from '../../../../node/api/routes/outcomes.ts';
import { OutcomeBook } from '../../../../node/triage/outcomes/outcome-book.ts';
import type { Decision } from '../../../../proto/domain/decision.ts';
import { TriageReader } from '../../../../node/triage/reader.ts';
import { ALERTS, DECISIONS } from '../../../../node/triage/store.ts';
import { type AlertId, asId } from '../../../../proto/domain/ids.ts';
import { alertOf } from '../../triage/world.ts';
import { apiFixture, type ApiFixture, SYSTEM } from '../fixture.ts';

/** The interface over alerts `a-1` and `a-2`, the first of which is decided. */
async function desk(): Promise<ApiFixture> {
  const fixture = await apiFixture({
    routes: ({ clock, ledger }) =>
      outcomeRoutes({
        reader: new TriageReader(ledger),
        outcomes: new OutcomeBook({ ledger, viewer: SYSTEM, clock, businessTime: clock }),
      }),
  });
  const ids: readonly AlertId[] = [asId('a-1'), asId('a-2')];
  await fixture.ledger.commit({
    writes: [
      ...ids.map((alertId) => ALERTS.put({ alert: alertOf({ alertId }), contentHash: '', receivedAtMs: 0 })),
      DECISIONS.put({ alertId: 'a-1', ordinal: 1 } as unknown as Decision),
    ],
    audit: [],
  });
  return fixture;
}

const post = (url: string, payload: object) => ({ method: 'POST', url, payload }) as const;

test('M-08 (interface) an outcome carries the person of its key and the time of its entry', async (t) => {
  const { as } = await desk();
  const answer = await as('analyst', post('/api/v1/alerts/a-1/outcome', { outcome: 'TRUE_POSITIVE', note: 'mule' }));
  t.is(answer.statusCode, 200);
  t.like(answer.json(), {
    alert_id: 'a-1',
    ordinal: 1,
    person: 'Person of role analyst',
    known_at: '2030-01-01T00:00:00.000Z',
  });
  await as('admin', post('/api/v1/alerts/a-1/outcome', { outcome: 'FALSE_POSITIVE' }));
  const all = (await as('read-only', { method: 'GET', url: '/api/v1/alerts/a-1/outcomes' })).json<{
    items: unknown[];
  }>();
  t.is(all.items.length, 2);
  const standing = (await as('read-only', { method: 'GET', url: '/api/v1/outcomes' })).json<{ items: unknown[] }>();
  t.like(standing.items, [{ outcome: 'FALSE_POSITIVE', person: 'Person of role admin' }]);
});

test('an outcome on what is not there or not decided is refused, as are others than the two and notes beyond the limit', async (t) => {
  const { as } = await desk();
  const code = async (id: string, payload: object): Promise<unknown> => {
    const answer = await as('analyst', post(`/api/v1/alerts/${id}/outcome`, payload));
    return [answer.statusCode, answer.json<{ code?: string }>().code];
  };
  t.deepEqual(await code('a-9', { outcome: 'TRUE_POSITIVE' }), [404, 'API_NOT_FOUND']);
  t.deepEqual(await code('a-2', { outcome: 'TRUE_POSITIVE' }), [404, 'TRIAGE_UNKNOWN']);
  t.deepEqual(await code('a-1', { outcome: 'UNSURE' }), [400, 'API_INVALID']);
  const note = 'n'.repeat(LIMITS.outcomeNoteCharacters + 1);
  t.deepEqual(await code('a-1', { outcome: 'TRUE_POSITIVE', note }), [400, 'API_INVALID']);
});

test('a batch is entered alert by alert; of two on one alert the later stands', async (t) => {
  const { as } = await desk();
  const outcomes = [
    { alert_id: 'a-1', outcome: 'TRUE_POSITIVE' },
    { alert_id: 'a-2', outcome: 'TRUE_POSITIVE' },
    { alert_id: 'a-1', outcome: 'FALSE_POSITIVE' },
  ];
  const answer = await as('analyst', post('/api/v1/outcomes', { outcomes }));
  t.deepEqual(answer.json(), {
    entered: 2,
    refused: 1,
    results: [
      { alert_id: 'a-1', result: 'entered' },
      { alert_id: 'a-2', result: 'refused', code: 'TRIAGE_UNKNOWN' },
      { alert_id: 'a-1', result: 'entered' },
    ],
  });
  const standing = (await as('analyst', { method: 'GET', url: '/api/v1/outcomes' })).json<{ items: unknown[] }>();
  t.like(standing.items, [{ alert_id: 'a-1', ordinal: 2, outcome: 'FALSE_POSITIVE' }]);
});
