import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { enrich } from '../../../../node/triage/stages/enrich.ts';
import type { Enrichment } from '../../../../node/triage/enrichment/enrichment.ts';
import { ALERTS_BY_CUSTOMER } from '../../../../node/triage/store.ts';
import type { Alert } from '../../../../proto/domain/alert.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import {
  alertOf,
  DAY_MS,
  enrichDeps,
  indicatorOn,
  listedAlert,
  matchOf,
  openWorld,
  RAISED_MS,
  type World,
} from '../world.ts';

const never = new AbortController().signal;

async function enriched(world: World, given: Parameters<typeof enrichDeps>[1] = {}): Promise<Enrichment> {
  return enrich(enrichDeps(world, given), { alert: alertOf(), asOfMs: RAISED_MS }, never);
}

test('of many earlier alerts the newest are read, as many as the limit says', async (t) => {
  const world = await openWorld();
  const { alertType, priority } = alertOf();
  const rows = Array.from({ length: LIMITS.triageHistoryAlerts + 5 }, (_, place) =>
    ALERTS_BY_CUSTOMER.put({
      alertId: asId(`earlier-${place}`),
      alertType,
      priority,
      raisedAtMs: RAISED_MS - (place + 1) * DAY_MS,
      customerId: 'c1',
    }),
  );
  await world.ledger.commit({ writes: rows, audit: [] });
  const { history } = await enriched(world);
  t.is(history.length, LIMITS.triageHistoryAlerts);
  t.is(history[0]?.raisedAtMs, RAISED_MS - DAY_MS);
});

test('another customer whose id begins alike has another history', async (t) => {
  const world = await openWorld();
  const { alertType, priority } = alertOf();
  const row = { alertId: asId<Alert['alertId']>('other'), alertType, priority, raisedAtMs: 5, customerId: 'c10' };
  await world.ledger.commit({ writes: [ALERTS_BY_CUSTOMER.put(row)], audit: [] });
  t.deepEqual((await enriched(world)).history, []);
});

test('indicators beyond the limit are left out', async (t) => {
  const names = Array.from({ length: LIMITS.triageIndicators + 5 }, (_, place) => `beta/b${place}`);
  const world = await openWorld(names.map((from) => ({ from, to: 'a1', daysBefore: 3 })));
  const { evidence } = await enriched(world, { indicators: names.map((name) => indicatorOn(name)) });
  t.is(evidence.filter(({ kind }) => kind === 'indicator').length, LIMITS.triageIndicators);
});

test('an alert about a customer looks at an account of theirs, and marks none', async (t) => {
  const world = await openWorld([{ from: 'beta/b1', to: 'a1', daysBefore: 3 }]);
  const deps = enrichDeps(world);
  const { activity, marked } = await enrich(deps, { alert: listedAlert('PEP', [matchOf()]), asOfMs: RAISED_MS }, never);
  t.is(activity?.incoming, 1);
  t.deepEqual(marked, []);
});

test('a booking of the day of the alert is not known yet, one of the day before is', async (t) => {
  const { activity } = await enriched(
    await openWorld([
      { from: 'beta/b1', to: 'a1', daysBefore: 0 },
      { from: 'beta/b2', to: 'a1', daysBefore: 1 },
    ]),
  );
  t.is(activity?.counterparties, 1);
});

test('S4-02 data not known to the agency are said to be unknown, not made up', async (t) => {
  const world = await openWorld();
  const { customer } = alertOf();
  const stranger = alertOf({ customer: { ...customer, customerId: asId('nobody') }, account: null });
  const enrichment = await enrich(enrichDeps(world), { alert: stranger, asOfMs: RAISED_MS }, never);
  t.false(enrichment.customerKnown);
  t.is(enrichment.activity, null);
  t.deepEqual(enrichment.ownValues, {});
  t.is(enrichment.dataQuality.reliability, 0.25);
  t.deepEqual(enrichment.sourcesUsed, ['alert']);
});
