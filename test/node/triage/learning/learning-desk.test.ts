import test, { type ExecutionContext } from 'ava';
import { SILENT_LOG } from '../../../../config/runtime/log.ts';
import {
  LearningDesk,
  type LearningJobState,
  type LearningOrder,
} from '../../../../node/triage/learning/learning-desk.ts';
import { modelId } from '../../../../node/triage/models/scorer-artefact.ts';
import { OutcomeBook } from '../../../../node/triage/outcomes/outcome-book.ts';
import { TriageReader } from '../../../../node/triage/reader.ts';
import { startTriage } from '../../../../node/triage/triage.ts';
import { type AccountId, asId } from '../../../../proto/domain/ids.ts';
import type { Viewer } from '../../../../proto/domain/marking.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { FakeSleep } from '../fake-sleep.ts';
import { modelRegistry } from '../models/registry.ts';
import { alertOf, DAY_MS, enrichDeps, openWorld, RAISED_MS, type TransferRow, VIEWER } from '../world.ts';

const SETTINGS = {
  maxConcurrentAlerts: 5,
  stageTimeoutSeconds: 30,
  maxRetries: 0,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
  riskHigh: 70,
  riskSevere: 85,
};
const ANN: Viewer = { ...VIEWER, name: 'Ann', role: 'analyst' };
const ACCOUNTS = 60;
const isTrue = (at: number): boolean => at % 4 === 0;

/** Every fourth account is a mule: strangers pay in, and it pays on to strangers. The others pay one shop. */
function transfers(): readonly TransferRow[] {
  return Array.from({ length: ACCOUNTS }, (_none, at): readonly TransferRow[] =>
    isTrue(at)
      ? Array.from({ length: 4 + (at % 3) }, (_each, way) => [
          { from: `beta/p${at}-${way}`, to: `m${at}`, daysBefore: 70 - at + way },
          { from: `m${at}`, to: `gamma/q${at}-${way}`, daysBefore: 69 - at + way },
        ]).flat()
      : Array.from({ length: 3 + (at % 4) }, (_each, way) => ({
          from: `m${at}`,
          to: 'beta/shop',
          daysBefore: 70 - at + 2 * way,
        })),
  ).flat();
}

type Desk = {
  readonly desk: LearningDesk;
  readonly registry: Awaited<ReturnType<typeof modelRegistry>>;
  readonly run: (order: LearningOrder) => Promise<LearningJobState>;
  readonly outcomes: OutcomeBook;
};

/** An agency with an alert a day, each decided by the guide, and an outcome on each. */
async function opened(t: ExecutionContext, entered = ACCOUNTS): Promise<Desk> {
  const { graph, ledger } = await openWorld(transfers());
  const clock = { nowMs: () => RAISED_MS };
  const registry = await modelRegistry({ ledger, clock });
  const { agency, peers, screener, viewer } = enrichDeps({ graph, ledger });
  const sleep = new FakeSleep(30_000).sleep;
  const shared = { agency, graph, ledger, peers, screener, clock, businessTime: clock, sleep, log: SILENT_LOG };
  const triage = await startTriage(SETTINGS, {
    ...shared,
    scorers: registry,
    escalations: { escalated: async () => undefined },
    contentHash: ({ alertId }) => alertId,
    onStage: () => undefined,
    onDecided: () => undefined,
  });
  t.teardown(() => triage.stop());
  const outcomes = new OutcomeBook({ ledger, viewer, clock, businessTime: clock });
  const { account } = alertOf();
  for (let at = 0; at < ACCOUNTS; at += 1) {
    const raisedAtMs = RAISED_MS - (ACCOUNTS - at) * DAY_MS;
    const accountId: AccountId = asId(`m${at}`);
    const named = account === null ? null : { ...account, accountId };
    await triage.submit(alertOf({ alertId: asId(`a-${at}`), account: named, raisedAtMs, transactions: null }), 'test');
  }
  await triage.drained();
  for (let at = 0; at < entered; at += 1) {
    const outcome = isTrue(at) ? 'TRUE_POSITIVE' : 'FALSE_POSITIVE';
    await outcomes.enter({ alertId: asId(`a-${at}`), outcome, note: null }, 'Ann');
  }
  const desk = new LearningDesk({
    ...shared,
    sleep: (_durationMs, signal) =>
      new Promise((_done, fail) => signal.addEventListener('abort', () => fail(new Error('over')))),
    viewer,
    outcomes,
    registry,
    reader: new TriageReader(ledger),
    settings: SETTINGS,
    random: seededRandom('desk'),
  });
  t.teardown(() => desk.stop());
  const run: Desk['run'] = async (order) => {
    const job = await desk.wait(desk.begin(order, ANN).jobId, 'Ann', 60_000);
    if (job === undefined) throw new Error('no job');
    return job;
  };
  return { desk, registry, run, outcomes };
}

const TRAIN = { kind: 'train', holdBack: 0.2, missRate: 0.01 } as const;

test('M-08 an agency trains on its outcomes, compares on later ones, approves by a second person and rolls back', async (t) => {
  const { registry, run } = await opened(t);
  const { result, state } = await run(TRAIN);
  t.is(state, 'done');
  if (result?.kind !== 'train') return t.fail();
  t.is(result.modelId, 'alpha/1');
  t.like(result.comparison, { against: 'reference/1', rows: 12, positives: 3 });
  t.is(registry.named('alpha/1').training.rows, 48);
  await t.throwsAsync(registry.approve('alpha/1', 'Ann', { uncompared: false }), { code: 'TRIAGE_MODEL_PERSON' });
  await registry.approve('alpha/1', 'Bob', { uncompared: false });
  t.is(modelId(registry.inForce()), 'alpha/1');
  t.is(await registry.rollback('Bob'), 'reference/1');
  const again = await run({ kind: 'compare', modelId: 'alpha/1' });
  t.deepEqual(again.result?.kind === 'compare' ? again.result.comparison : undefined, result.comparison ?? undefined);
});

test('M-07 a threshold is proposed on outcomes that the model has not seen', async (t) => {
  const { run } = await opened(t);
  await run(TRAIN);
  const { result } = await run({ kind: 'thresholds', modelId: 'alpha/1', missRate: 0.01 });
  if (result?.kind !== 'thresholds') return t.fail();
  t.like(result.proposal, { model: 'alpha/1', rows: 12, positives: 3, missRate: 0.01 });
  t.is(result.proposal.proposed.missed.value, 0);
  t.true(result.proposal.proposed.cleared.value > 0.5);
  t.is(
    result.proposal.reliability.reduce((sum, { rows }) => sum + rows, 0),
    12,
  );
});

test('M-08 with too few outcomes the model in force stays, and the job says why', async (t) => {
  const { registry, run } = await opened(t, 20);
  t.like(await run(TRAIN), { state: 'failed', code: 'TRIAGE_MODEL_ROWS', detail: { true_positives: 4 } });
  t.is(modelId(registry.inForce()), 'reference/1');
  t.is((await registry.list()).length, 2);
});

test('M-09 a replay through the desk names the model and changes nothing', async (t) => {
  const { run } = await opened(t);
  const equal = await run({ kind: 'replay', modelId: null, settings: {} });
  t.like(equal.result, { report: { alerts: ACCOUNTS, moved: 0, rescored: 0 } });
  const guided = await run({ kind: 'replay', modelId: 'guide/1', settings: {} });
  t.like(guided.result, { report: { alerts: ACCOUNTS, rescored: ACCOUNTS } });
});

test('one job runs at a time; an unknown model begins none; a stop ends the one in work', async (t) => {
  const { desk } = await opened(t);
  t.throws(() => desk.begin({ kind: 'compare', modelId: 'alpha/9' }, ANN), { code: 'TRIAGE_MODEL_UNKNOWN' });
  const { jobId } = desk.begin(TRAIN, ANN);
  t.throws(() => desk.begin(TRAIN, ANN), { code: 'TRIAGE_JOB_BUSY' });
  await desk.stop();
  t.like(await desk.wait(jobId, 'Ann', 0), { state: 'failed', code: 'TRIAGE_STOPPED' });
  t.throws(() => desk.begin(TRAIN, ANN), { code: 'TRIAGE_STOPPED' });
  t.is(await desk.wait(jobId, 'Bob', 0), undefined);
  t.is(await desk.wait('unheard-of', 'Ann', 1), undefined);
});
