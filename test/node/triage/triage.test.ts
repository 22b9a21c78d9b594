import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { auditTrail } from '../../../node/ledger/audit-trail.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import type { Escalation } from '../../../node/triage/ports.ts';
import { localStages } from '../../../node/triage/stages/local-stages.ts';
import { DECISIONS, decisionKey } from '../../../node/triage/store.ts';
import { startTriage, type Triage, type TriageDeps } from '../../../node/triage/triage.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { MemoryLedgerStore, openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { FakeSleep } from './fake-sleep.ts';
import {
  AGENCY,
  accountNode,
  alertOf,
  DAY_MS,
  enrichDeps,
  indicatorOn,
  listedAlert,
  matchOf,
  openWorld,
  RAISED_MS,
  transferEdge,
  type TransferRow,
  VIEWER,
  type World,
} from './world.ts';

const SETTINGS = {
  maxConcurrentAlerts: 50,
  stageTimeoutSeconds: 30,
  maxRetries: 3,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
  riskHigh: 70,
  riskSevere: 85,
};
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const contentHash = (alert: Alert): string =>
  JSON.stringify(alert, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

type Given = Parameters<typeof enrichDeps>[1] & { readonly escalated?: Escalation[]; readonly ledger?: Ledger };

function start(world: World, given: Given = {}, change: Partial<TriageDeps> = {}): Promise<Triage> {
  const ledger = given.ledger ?? world.ledger;
  return startTriage(SETTINGS, {
    ...enrichDeps({ graph: world.graph, ledger }, given),
    ledger,
    graph: world.graph,
    escalations: { escalated: async (escalation) => void given.escalated?.push(escalation) },
    contentHash,
    clock: { nowMs: () => RAISED_MS },
    businessTime: { nowMs: () => RAISED_MS },
    sleep: new FakeSleep(30_000).sleep,
    log,
    onStage: () => undefined,
    onDecided: () => undefined,
    ...change,
  });
}

async function decide(triage: Triage, ...alerts: readonly Alert[]): Promise<void> {
  for (const alert of alerts) await triage.submit(alert, 'tester');
  await triage.drained();
}

/** Enough first-time senders to be looked at, few enough to be cleared without more. */
const QUIET: readonly TransferRow[] = [
  { from: 'beta/b1', to: 'a1', daysBefore: 3 },
  { from: 'beta/b1', to: 'a1', daysBefore: 5 },
];
/** A ring seen from its middle: one source, four accounts, one sink, and senders around it. */
const RING: readonly TransferRow[] = [
  ...['a1', 'a2', 'a3', 'a4'].flatMap((between, place) => [
    { from: 'beta/source', to: between, daysBefore: 12 - place },
    { from: between, to: 'a9', daysBefore: 6 - place },
  ]),
  ...Array.from({ length: 8 }, (_, place) => ({ from: `gamma/s${place}`, to: 'a1', daysBefore: 2 + place })),
];

test('an alert is taken, decided and audited in order', async (t) => {
  const world = await openWorld(QUIET);
  const triage = await start(world);
  t.is(await triage.submit(alertOf(), 'tester'), 'accepted');
  await triage.drained();
  const [decision] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  t.like(decision, { ordinal: 1, asOfMs: RAISED_MS, emergency: false });
  t.like(await triage.reader.alert(asId('alert-1'), VIEWER), { state: 'decided' });
  const actions: string[] = [];
  for await (const { entry } of auditTrail(world.ledger, 'alert:alert-1', VIEWER)) actions.push(entry.action);
  const stages = ['triage.enrich', 'triage.risk', 'triage.context', 'triage.decide', 'triage.decided'];
  t.deepEqual([...new Set(actions)].toSorted(), ['alert.received', ...stages].toSorted());
});

test('the same alert again is known; another one under its id is refused, audited, and the first kept', async (t) => {
  const world = await openWorld(QUIET);
  const triage = await start(world);
  await decide(triage, alertOf());
  t.is(await triage.submit(alertOf(), 'tester'), 'known');
  await t.throwsAsync(triage.submit(alertOf({ priority: 'LOW' }), 'tester'), { code: 'ALERT_CONFLICT' });
  t.is((await triage.reader.alert(asId('alert-1'), VIEWER))?.alert.priority, 'MEDIUM');
  t.is((await triage.reader.decisionsOf(asId('alert-1'), VIEWER)).length, 1);
  const refused: (string | null)[] = [];
  for await (const { entry } of auditTrail(world.ledger, 'alert:alert-1', VIEWER))
    if (entry.outcome === 'refused') refused.push(entry.code);
  t.deepEqual(refused, ['ALERT_CONFLICT']);
});

test('one alert sent twice at once is taken once', async (t) => {
  const triage = await start(await openWorld(QUIET));
  const outcomes = await Promise.all([triage.submit(alertOf(), 'one'), triage.submit(alertOf(), 'other')]);
  t.deepEqual(outcomes.toSorted(), ['accepted', 'known']);
  await triage.drained();
  t.is((await triage.reader.decisionsOf(asId('alert-1'), VIEWER)).length, 1);
});

test('what was taken and not decided is decided after the next start', async (t) => {
  const world = await openWorld(QUIET);
  const store = new MemoryLedgerStore();
  const first = openMemoryLedger({ store });
  const stuck = await start(world, { ledger: first }, { stages: { ...neverEnding } });
  await stuck.submit(alertOf(), 'tester');
  const second = openMemoryLedger({ store });
  const triage = await start(world, { ledger: second });
  await triage.drained();
  t.is((await triage.reader.decisionsOf(asId('alert-1'), VIEWER)).length, 1);
  t.deepEqual(triage.load(), { waiting: 0, running: 0 });
});

const neverEnding: NonNullable<TriageDeps['stages']> = {
  enrich: () => new Promise(() => undefined),
  risk: () => new Promise(() => undefined),
  context: () => new Promise(() => undefined),
  decide: () => new Promise(() => undefined),
};

for (const [what, persisted] of [
  ['not persisted', false],
  ['persisted though reported lost', true],
] as const) {
  test(`a decision whose commit failed, ${what}, is there once and its escalation is handed on`, async (t) => {
    const world = await openWorld(RING);
    const escalated: Escalation[] = [];
    let failures = 0;
    const flaky: Ledger = {
      ...bound(world.ledger),
      commit: async (unit) => {
        const isDecision = unit.writes.some(({ space }) => space === 'decision');
        if (!isDecision || failures > 0) return world.ledger.commit(unit);
        failures += 1;
        if (persisted) await world.ledger.commit(unit);
        throw new Error('disk');
      },
    };
    const triage = await start(world, { ledger: flaky, escalated }, { sleep: new FakeSleep(30_000).sleep });
    await decide(triage, alertOf());
    t.is(failures, 1);
    t.is((await triage.reader.decisionsOf(asId('alert-1'), VIEWER)).length, 1);
    t.is(escalated.length, 1);
    let decided = 0;
    for await (const { entry } of auditTrail(world.ledger, 'alert:alert-1', VIEWER))
      if (entry.action === 'triage.decided') decided += 1;
    t.is(decided, 1);
  });
}

/** A ledger's methods, bound, so that single ones can be replaced. */
function bound(ledger: Ledger): Ledger {
  return {
    commit: (unit) => ledger.commit(unit),
    get: (space, key, viewer) => ledger.get(space, key, viewer),
    list: (space, range, viewer) => ledger.list(space, range, viewer),
    commits: (from) => ledger.commits(from),
    head: () => ledger.head(),
    lastWritten: (space) => ledger.lastWritten(space),
    writable: () => ledger.writable(),
    verify: () => ledger.verify(),
    close: () => ledger.close(),
  };
}

test('S4-02 enrichment uses history, graph, lists, indicators and hints, and says how good the data are', async (t) => {
  const world = await openWorld(RING);
  const triage = await start(world, { indicators: [indicatorOn('beta/source')] });
  await decide(triage, alertOf({ alertId: asId('earlier'), raisedAtMs: RAISED_MS - DAY_MS }), alertOf());
  const [decision] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  const kinds = new Set(decision?.evidence.map(({ kind }) => kind));
  for (const kind of [
    'alert',
    'customer',
    'history',
    'geography',
    'data_quality',
    'activity',
    'counterparties',
    'typology',
    'indicator',
  ])
    t.true(kinds.has(kind), kind);
  t.is(decision?.evidence.find(({ kind }) => kind === 'history')?.summary, '1 earlier alerts on the customer');
  t.true(decision?.typologies.includes('scatter_gather'));
  t.deepEqual(decision?.dataQuality, { completeness: 1, freshness: 1, reliability: 1 });
});

test('M-11 a decision says what each ground adds, what peers added and what that cost', async (t) => {
  const triage = await start(await openWorld(RING), { indicators: [indicatorOn('beta/source')] });
  await decide(triage, alertOf());
  const [decision] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  t.true((decision?.contributions.length ?? 0) > 10);
  t.true(decision?.contributions.some(({ fromPeers }) => fromPeers));
  t.true((decision?.counterfactual?.riskScoreAlone ?? 100) < (decision?.riskScore ?? 0));
  t.deepEqual(decision?.counterfactual?.cost, { indicators: 1 });
});

test('M-11 deciding with and without all later data gives equal bytes', async (t) => {
  const bytes = async (later: boolean): Promise<string> => {
    const world = await openWorld(RING);
    if (later) {
      const rows = Array.from({ length: 20 }, (_, place) => ({
        from: `delta/d${place}`,
        to: 'a1',
        daysBefore: -place,
        id: `later${place}`,
      }));
      // One of them is booked on the day of the alert: known from the end of that day only.
      await world.add(
        rows.map(({ from }) => accountNode(from)),
        rows.map(transferEdge),
      );
    }
    const triage = await start(world, later ? { indicators: [indicatorOn('a1', RAISED_MS + 1)] } : {});
    if (later) await decide(triage, alertOf({ alertId: asId('later'), raisedAtMs: RAISED_MS + DAY_MS }));
    await decide(triage, alertOf());
    const record = await world.ledger.get('decision', decisionKey('alert-1', 1), VIEWER);
    return Buffer.from(record?.value ?? []).toString();
  };
  t.true((await bytes(false)).length > 1_000);
  t.is(await bytes(true), await bytes(false));
});

test('an escalation marks the account and the counterparties of the alert, and says nothing of a report', async (t) => {
  const escalated: Escalation[] = [];
  const triage = await start(await openWorld(RING), { escalated });
  await decide(triage, alertOf());
  const [escalation] = escalated;
  t.deepEqual(escalation?.accounts[0], { agency: AGENCY, accountId: 'a1', degree: 10 });
  t.deepEqual(
    escalation?.accounts
      .slice(1)
      .map(({ accountId }) => accountId)
      .toSorted(),
    ['a9', 'source'],
  );
  t.deepEqual(Object.keys(escalation ?? {}).toSorted(), [
    'accounts',
    'alertId',
    'asOfMs',
    'firstSeenMs',
    'lastSeenMs',
    'ordinal',
    'typologies',
  ]);
});

/** All that marks an account is known when the last stage fails. */
async function failingAtTheEnd(): Promise<NonNullable<TriageDeps['stages']>> {
  const stages = localStages(SETTINGS, enrichDeps(await openWorld(RING)));
  return { ...stages, decide: () => Promise.reject(new TypeError('ours')) };
}

test('listed persons and emergencies mark no account', async (t) => {
  const escalated: Escalation[] = [];
  const triage = await start(await openWorld(RING), { escalated });
  await decide(triage, listedAlert('SANCTIONS', [matchOf()]));
  const [blocked] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  t.is(blocked?.disposition, 'BLOCK_TRANSACTION');
  const failing = await start(await openWorld(RING), { escalated }, { stages: await failingAtTheEnd() });
  await decide(failing, alertOf());
  t.true((await failing.reader.decisionsOf(asId('alert-1'), VIEWER))[0]?.emergency);
  t.deepEqual(escalated, []);
});

test('an escalation that was not handed on before a stop is handed on after the next start', async (t) => {
  const world = await openWorld(RING);
  const first = await start(world, {}, { escalations: { escalated: () => new Promise(() => undefined) } });
  await first.submit(alertOf(), 'tester');
  while ((await DECISIONS.get(world.ledger, decisionKey('alert-1', 1), VIEWER)) === undefined) await Promise.resolve();
  const escalated: Escalation[] = [];
  const second = await start(world, { escalated });
  await second.drained();
  t.is(escalated.length, 1);
  const third: Escalation[] = [];
  await start(world, { escalated: third });
  t.deepEqual(third, []);
});

test('a cleared alert that an indicator touches gets a second decision, as of the re-opening; the first is kept', async (t) => {
  const world = await openWorld(QUIET);
  const laterMs = RAISED_MS + 3 * DAY_MS;
  const triage = await start(world, { indicators: [indicatorOn('beta/b1', laterMs)] });
  await decide(triage, alertOf());
  t.is(await triage.reopenTouched([{ agency: 'beta', accountId: 'b1' }], laterMs, 'indicator:i-1'), 1);
  await triage.drained();
  const [first, second, ...rest] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  t.deepEqual(rest, []);
  t.like(first, { ordinal: 1, disposition: 'AUTO_CLEAR', reopenedBy: null, counterfactual: null });
  t.like(second, { ordinal: 2, asOfMs: laterMs, reopenedBy: 'indicator:i-1' });
  t.true((second?.riskScore ?? 0) > (first?.riskScore ?? 100));
  t.is(second?.counterfactual?.riskScoreAlone, first?.riskScore);
});

test('asking again for the same time, or for accounts that no alert met, re-opens nothing', async (t) => {
  const triage = await start(await openWorld([...QUIET, { from: 'beta/old', to: 'a1', daysBefore: 40 }]));
  await decide(triage, alertOf());
  const laterMs = RAISED_MS + DAY_MS;
  t.is(await triage.reopenTouched([{ agency: 'beta', accountId: 'b1' }], laterMs, 'indicator:i-1'), 1);
  t.is(await triage.reopenTouched([{ agency: 'beta', accountId: 'b1' }], laterMs, 'indicator:i-1'), 0);
  for (const accountId of ['old', 'stranger'])
    t.is(await triage.reopenTouched([{ agency: 'beta', accountId }], laterMs + 1, 'indicator:i-2'), 0, accountId);
  await triage.drained();
});

test('an indicator on the account itself re-opens its alert; one that went to L3 stays', async (t) => {
  const quiet = await start(await openWorld(QUIET));
  await decide(quiet, alertOf());
  t.is(await quiet.reopenTouched([{ agency: AGENCY, accountId: 'a1' }], RAISED_MS + 1, 'indicator:i'), 1);
  const ring = await start(await openWorld(RING));
  await decide(ring, alertOf());
  t.is(await ring.reopenTouched([{ agency: AGENCY, accountId: 'a1' }], RAISED_MS + 1, 'indicator:i'), 0);
});

test('one account re-opens no more alerts at a time than the limit says', async (t) => {
  const triage = await start(await openWorld(QUIET), {}, { stages: neverEnding });
  const ids = Array.from({ length: LIMITS.triageReopened + 5 }, (_, place) => asId<Alert['alertId']>(`many-${place}`));
  for (const alertId of ids) await triage.submit(alertOf({ alertId }), 'tester');
  t.is(
    await triage.reopenTouched([{ agency: AGENCY, accountId: 'a1' }], RAISED_MS + 1, 'indicator:i'),
    LIMITS.triageReopened,
  );
});

test('re-opening an alert that was never taken is refused', async (t) => {
  const triage = await start(await openWorld());
  await t.throwsAsync(triage.reopen(asId('nothing'), 'indicator:i', RAISED_MS), { code: 'TRIAGE_UNKNOWN' });
});

test('of two re-openings at once both are decided, the second after the first', async (t) => {
  const world = await openWorld(QUIET);
  const stages = localStages(SETTINGS, enrichDeps(world));
  const gate = Promise.withResolvers<void>();
  const enrich: typeof stages.enrich = async (input, signal) => {
    if (input.asOfMs === RAISED_MS + 1) await gate.promise;
    return stages.enrich(input, signal);
  };
  const decided: number[] = [];
  const onDecided: TriageDeps['onDecided'] = ({ ordinal }) => void decided.push(ordinal);
  const triage = await start(world, {}, { stages: { ...stages, enrich }, onDecided });
  await decide(triage, alertOf());
  await triage.reopen(asId('alert-1'), 'indicator:1', RAISED_MS + 1);
  await triage.reopen(asId('alert-1'), 'indicator:2', RAISED_MS + 2);
  await setImmediate();
  gate.resolve();
  await triage.drained();
  t.deepEqual(decided, [1, 2, 3]);
  const decisions = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  t.deepEqual(
    decisions.map(({ ordinal, reopenedBy }) => [ordinal, reopenedBy]),
    [
      [1, null],
      [2, 'indicator:1'],
      [3, 'indicator:2'],
    ],
  );
});

test('first and last decisions are read alert by alert, behind any of them', async (t) => {
  const triage = await start(await openWorld(QUIET));
  const ids = ['a', 'a!', 'ab', 'b'].map((id) => asId<Alert['alertId']>(id));
  await decide(triage, ...ids.map((alertId) => alertOf({ alertId })));
  await triage.reopen(asId('ab'), 'indicator:1', RAISED_MS + 1);
  await triage.drained();
  const read = async (which: 'first' | 'last', after?: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const { alertId, ordinal } of triage.reader.decisions(which, after, VIEWER))
      found.push(`${alertId} ${ordinal}`);
    return found;
  };
  t.deepEqual((await read('first')).toSorted(), ['a 1', 'a! 1', 'ab 1', 'b 1']);
  t.deepEqual((await read('last')).toSorted(), ['a 1', 'a! 1', 'ab 2', 'b 1']);
  const all = await read('last');
  for (const [place, row] of all.entries()) t.deepEqual(await read('last', row.split(' ')[0]), all.slice(place + 1));
});

test('alerts are listed by customer and by state', async (t) => {
  const world = await openWorld(QUIET);
  const stuck = await start(world, {}, { stages: neverEnding });
  await stuck.submit(alertOf({ alertId: asId('z') }), 'tester');
  await stuck.submit(alertOf({ alertId: asId('y') }), 'tester');
  const found: string[] = [];
  for await (const { alert, state } of stuck.reader.alerts({ customerId: 'c1', state: 'queued' }, undefined, VIEWER))
    found.push(`${alert.alertId} ${state}`);
  t.deepEqual(found, ['y queued', 'z queued']);
  const none: string[] = [];
  for await (const { alert } of stuck.reader.alerts({ state: 'decided' }, undefined, VIEWER)) none.push(alert.alertId);
  t.deepEqual(none, []);
});

test('who may not see alerts finds none', async (t) => {
  const triage = await start(await openWorld(QUIET));
  await decide(triage, alertOf());
  const stranger = { ...VIEWER, role: 'analyst', clearance: 'UNCLASSIFIED' } as const;
  t.is(await triage.reader.alert(asId('alert-1'), stranger), undefined);
  t.deepEqual(await triage.reader.decisionsOf(asId('alert-1'), stranger), []);
});
