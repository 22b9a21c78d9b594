import test from 'ava';
import { LOCAL_ADVISER } from '../../../node/triage/advice/adviser.ts';
import { triageRefusal } from '../../../node/triage/errors.ts';
import { localStages } from '../../../node/triage/stages/local-stages.ts';
import { STAGES, type StageName, type Stages } from '../../../node/triage/stages/stages.ts';
import type { DecisionJob } from '../../../node/triage/store.ts';
import { supervise, type SupervisorDeps } from '../../../node/triage/supervisor.ts';
import { FakeSleep } from './fake-sleep.ts';
import { alertOf, enrichDeps, openWorld, RAISED_MS } from './world.ts';

const BOUNDS = { timeoutMs: 30_000, maxRetries: 3 };
const SETTINGS = { riskHigh: 70, riskSevere: 85, autoClearConfidence: 0.85, escalateL2Confidence: 0.7 };
const ALERT = alertOf();
const STORED = { alert: ALERT, contentHash: 'c0ffee', receivedAtMs: RAISED_MS };
const JOB: DecisionJob = { alertId: ALERT.alertId, ordinal: 1, asOfMs: RAISED_MS, reopenedBy: null };

async function depsWith(change: Partial<Stages>, sleep = new FakeSleep(30_000)): Promise<SupervisorDeps> {
  const world = await openWorld(
    ['beta/b1', 'beta/b2'].map((from, place) => ({ from, to: 'a1', daysBefore: 2 + place })),
  );
  return {
    adviser: LOCAL_ADVISER,
    stages: { ...localStages(SETTINGS, enrichDeps(world)), ...change },
    clock: { nowMs: () => 1_000 },
    businessTime: { nowMs: () => RAISED_MS },
    sleep: sleep.sleep,
    onStage: () => undefined,
  };
}

const failing = (stage: StageName): Partial<Stages> => ({ [stage]: () => Promise.reject(new Error('disk')) });

test('S4-01 the supervisor runs the stages in order and enters each into the audit trail', async (t) => {
  const ended: string[] = [];
  const onStage: SupervisorDeps['onStage'] = (stage, _, outcome) => void ended.push(`${stage} ${outcome}`);
  const { audit, decision } = await supervise(BOUNDS, { ...(await depsWith({})), onStage }, STORED, JOB);
  t.deepEqual(
    ended,
    STAGES.map((stage) => `${stage} done`),
  );
  t.deepEqual(
    audit.map(({ action }) => action),
    [...STAGES.map((stage) => `triage.${stage}`), 'triage.decided'],
  );
  for (const entry of audit) {
    t.is(entry.object, 'alert:alert-1');
    t.regex(entry.outputHash ?? '', /^[0-9a-f]{64}$/);
    t.truthy(entry.inputHash);
  }
  t.false(decision.emergency);
  t.deepEqual(audit.at(-1)?.versions, decision.versions);
  t.truthy(decision.versions['scorer']);
});

for (const stage of STAGES) {
  test(`S4-01 a ${stage} stage that fails sends the alert to L3, with risk 100, confidence 0 and what came before`, async (t) => {
    const { audit, decision, enrichment } = await supervise(BOUNDS, await depsWith(failing(stage)), STORED, JOB);
    t.like(decision, {
      disposition: 'ESCALATE_L3',
      riskScore: 100,
      confidence: 0,
      humanReview: true,
      reviewer: 'Senior Compliance Officer',
      emergency: true,
    });
    t.is(decision.evidence[0]?.evidenceId, `failure:${stage}`);
    const before = STAGES.indexOf(stage);
    t.is(enrichment === null, before < 1);
    t.is(decision.evidence.length > 1, before >= 1);
    t.is(decision.contributions.length > 0, before >= 2);
    t.is(decision.narrative.length > 1, before >= 3);
    t.like(audit.at(-2), { action: `triage.${stage}`, outcome: 'failed', outputHash: null });
    const known = new Set(decision.evidence.map(({ evidenceId }) => evidenceId));
    t.true(decision.narrative.every(({ evidenceIds }) => evidenceIds.every((id) => known.has(id))));
  });
}

test('S4-01 a stage that never ends is an emergency after its deadline', async (t) => {
  const sleep = new FakeSleep();
  const supervised = supervise(
    BOUNDS,
    await depsWith({ enrich: () => new Promise(() => undefined) }, sleep),
    STORED,
    JOB,
  );
  await sleep.until(30_000);
  sleep.pass(30_000);
  const { decision } = await supervised;
  t.true(decision.emergency);
  t.deepEqual(decision.reasons, ['EMERGENCY', 'TRIAGE_TIMEOUT']);
});

test('S4-01 a refusal within a stage is an emergency at once, without retries', async (t) => {
  const sleep = new FakeSleep(30_000);
  const context: Stages['context'] = () => {
    throw triageRefusal('TRIAGE_CITATION');
  };
  const { decision } = await supervise(BOUNDS, await depsWith({ context }, sleep), STORED, JOB);
  t.deepEqual(decision.reasons, ['EMERGENCY', 'TRIAGE_CITATION']);
  t.deepEqual(
    sleep.waited.filter((durationMs) => durationMs > 0),
    [],
  );
});

test('M-11 equal input gives an equal decision and an equal account of it', async (t) => {
  const [one, other] = [await depsWith({}), await depsWith({})];
  const [first, second] = [await supervise(BOUNDS, one, STORED, JOB), await supervise(BOUNDS, other, STORED, JOB)];
  t.is(JSON.stringify(first.decision), JSON.stringify(second.decision));
  t.is(JSON.stringify(first.audit), JSON.stringify(second.audit));
});
