import test, { type ExecutionContext } from 'ava';
import type { ModelRegistry } from '../../../../node/triage/models/model-registry.ts';
import { guideScorer } from '../../../../node/triage/models/guide.ts';
import { onlyScorer } from '../../../../node/triage/models/scorers.ts';
import { OutcomeBook } from '../../../../node/triage/outcomes/outcome-book.ts';
import { TriageReader } from '../../../../node/triage/reader.ts';
import { replay, type ReplayDeps, type ReplayOrder } from '../../../../node/triage/replay/replay.ts';
import { startTriage } from '../../../../node/triage/triage.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import { SILENT_LOG } from '../../../../config/runtime/log.ts';
import { FakeSleep } from '../fake-sleep.ts';
import { modelRegistry } from '../models/registry.ts';
import {
  alertOf,
  DAY_MS,
  enrichDeps,
  indicatorOn,
  openWorld,
  RAISED_MS,
  type TransferRow,
  type World,
} from '../world.ts';

const SETTINGS = {
  maxConcurrentAlerts: 5,
  stageTimeoutSeconds: 30,
  maxRetries: 0,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
  riskHigh: 70,
  riskSevere: 85,
};
const TRANSFERS: readonly TransferRow[] = [
  ...Array.from({ length: 6 }, (_none, at) => ({ from: `beta/b${at}`, to: 'a1', daysBefore: 10 - at })),
  ...Array.from({ length: 4 }, (_none, at) => ({ from: 'a1', to: `beta/c${at}`, daysBefore: 5 - at })),
];

type Decided = {
  readonly world: World;
  readonly deps: ReplayDeps;
  readonly registry: ModelRegistry;
  readonly outcomes: OutcomeBook;
};

/** Three alerts on a busy account and one on a customer without any, decided by the reference scorer. */
async function decided(t: ExecutionContext): Promise<Decided> {
  const world = await openWorld(TRANSFERS);
  const clock = { nowMs: () => RAISED_MS };
  const registry = await modelRegistry({ ledger: world.ledger, clock });
  const { graph, ledger } = world;
  const { agency, peers, screener, viewer } = enrichDeps(world, { indicators: [indicatorOn('beta/b0')] });
  const { sleep } = new FakeSleep(30_000);
  const triage = await startTriage(SETTINGS, {
    agency,
    graph,
    ledger,
    peers,
    screener,
    scorers: registry,
    escalations: { escalated: async () => undefined },
    contentHash: ({ alertId }) => alertId,
    clock,
    businessTime: clock,
    sleep,
    log: SILENT_LOG,
    onStage: () => undefined,
    onDecided: () => undefined,
  });
  t.teardown(() => triage.stop());
  for (const [at, raisedAtMs] of [0, 1, 2].map((days) => RAISED_MS - days * DAY_MS).entries())
    await triage.submit(alertOf({ alertId: asId(`a-${at}`), raisedAtMs }), 'test');
  await triage.drained();
  const outcomes = new OutcomeBook({ ledger, viewer, clock, businessTime: clock });
  const reader = new TriageReader(ledger);
  const deps = { agency, graph, ledger, peers, screener, viewer, reader, outcomes, sleep };
  return { world, deps, registry, outcomes };
}

function run(deps: ReplayDeps, order: Omit<ReplayOrder, 'viewer'>, viewer = deps.viewer): ReturnType<typeof replay> {
  return replay(deps, { ...order, viewer }, new AbortController().signal);
}

test('M-09 stored alerts under equal settings and model differ in nothing, and nothing is written', async (t) => {
  const { deps, registry, world } = await decided(t);
  const { sequence } = world.ledger.head();
  const report = await run(deps, { settings: SETTINGS, scorers: registry });
  t.deepEqual(report, { alerts: 3, leftOut: 0, moved: 0, rescored: 0, moves: [], changes: [] });
  t.is(world.ledger.head().sequence, sequence);
});

test('M-09 the model in force as of a decision decides it again, whatever came into force since', async (t) => {
  const { deps, registry } = await decided(t);
  await registry.approve('guide/1', 'Bob', { uncompared: true });
  const report = await run(deps, { settings: SETTINGS, scorers: registry });
  // The one alert that was raised at the moment of the approval is the new model's.
  t.is(report.rescored, 1);
});

test('M-09 another model and other settings give a report of what would differ, with outcomes', async (t) => {
  const { deps, outcomes, registry } = await decided(t);
  await outcomes.enter({ alertId: asId('a-0'), outcome: 'TRUE_POSITIVE', note: null }, 'Ann');
  const other = await run(deps, { settings: SETTINGS, scorers: onlyScorer(guideScorer()) });
  t.deepEqual([other.alerts, other.rescored], [3, 3]);
  const strict = await run(deps, { settings: { ...SETTINGS, riskHigh: 0, riskSevere: 0.0001 }, scorers: registry });
  t.is(strict.moved, strict.changes.length);
  t.true(strict.moved > 0);
  t.is(strict.rescored, 0);
  t.deepEqual(new Set(strict.moves.map(({ to }) => to)), new Set(['ESCALATE_SAR']));
  t.is(
    strict.moves.reduce((sum, { truePositives }) => sum + truePositives, 0),
    1,
  );
  t.like(
    strict.changes.find(({ alertId }) => alertId === 'a-0'),
    { to: 'ESCALATE_SAR', outcome: 'TRUE_POSITIVE' },
  );
});

test('M-09 a replay holds no alert that whoever asks may not see', async (t) => {
  const { deps, registry } = await decided(t);
  const order = { settings: { ...SETTINGS, riskHigh: 0, riskSevere: 0.0001 }, scorers: registry };
  const low = { ...deps.viewer, role: 'reporting', clearance: 'UNCLASSIFIED' } as const;
  t.like(await run(deps, order, low), { alerts: 0, moved: 0, changes: [] });
  t.true((await run(deps, order)).moved > 0);
});

test('a replay ends when its job is', async (t) => {
  const { deps, registry } = await decided(t);
  const stop = new AbortController();
  stop.abort(new Error('stopping'));
  await t.throwsAsync(replay(deps, { settings: SETTINGS, scorers: registry, viewer: deps.viewer }, stop.signal), {
    message: 'stopping',
  });
});
