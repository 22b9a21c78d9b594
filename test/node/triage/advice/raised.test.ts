import test from 'ava';
import { canonicalAlertHash } from '../../../../node/formats/alerts/hash.ts';
import { auditTrail } from '../../../../node/ledger/audit-trail.ts';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import { type Adviser, LOCAL_ADVISER } from '../../../../node/triage/advice/adviser.ts';
import type { Escalation } from '../../../../node/triage/ports.ts';
import { startTriage } from '../../../../node/triage/triage.ts';
import type { Decision, Disposition } from '../../../../proto/domain/decision.ts';
import { FakeSleep } from '../fake-sleep.ts';
import { alertOf, enrichDeps, openWorld, RAISED_MS, VIEWER } from '../world.ts';

const SETTINGS = {
  maxConcurrentAlerts: 50,
  stageTimeoutSeconds: 30,
  maxRetries: 3,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
  riskHigh: 70,
  riskSevere: 85,
};

/** An adviser that suggests one disposition for everything. */
function suggesting(disposition: Disposition): Adviser {
  return {
    ...LOCAL_ADVISER,
    advise: async ({ decision }) => ({
      driver: 'fake',
      prompt: 'adviser/1/fake',
      calls: [{ model: 'fake', agents: ['decision_maker'], inputTokens: 1, outputTokens: 1, code: null }],
      sentences: [],
      suggestion: { disposition, text: 'It is an alert.', evidenceIds: ['alert'] },
      dropped: 0,
      suspicions: [],
      dispositionByCode: decision.disposition,
    }),
  };
}

type Decided = { readonly decision: Decision; readonly escalated: readonly Escalation[]; readonly ledger: Ledger };

/** Decides one quiet alert in a whole triage. */
async function decided(adviser: Adviser, riskHigh = SETTINGS.riskHigh): Promise<Decided> {
  const world = await openWorld([{ from: 'beta/b1', to: 'a1', daysBefore: 2, id: 't000' }]);
  const escalated: Escalation[] = [];
  const triage = await startTriage(
    { ...SETTINGS, riskHigh },
    {
      ...enrichDeps(world),
      adviser,
      ledger: world.ledger,
      graph: world.graph,
      escalations: { escalated: async (escalation) => void escalated.push(escalation) },
      contentHash: canonicalAlertHash,
      clock: { nowMs: () => RAISED_MS },
      businessTime: { nowMs: () => RAISED_MS },
      sleep: new FakeSleep(30_000).sleep,
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      onStage: () => undefined,
      onDecided: () => undefined,
    },
  );
  const alert = alertOf();
  await triage.submit(alert, 'tester');
  await triage.drained();
  const [decision] = await triage.reader.decisionsOf(alert.alertId, VIEWER);
  await triage.stop();
  if (decision === undefined) throw new Error('the alert was decided');
  return { decision, escalated, ledger: world.ledger };
}

test('S4-05 what a model alone has raised to L3 marks no account for a flag', async (t) => {
  const { decision, escalated } = await decided(suggesting('ESCALATE_L3'));
  t.is(decision.disposition, 'ESCALATE_L3');
  t.not(decision.advice?.dispositionByCode, 'ESCALATE_L3');
  t.deepEqual(escalated, []);
});

test('S4-05 what the code has decided marks accounts as before, whatever a model says', async (t) => {
  const alone = await decided(LOCAL_ADVISER, 1);
  const advised = await decided(suggesting('AUTO_CLEAR'), 1);
  t.is(alone.decision.disposition, 'ESCALATE_L3');
  t.is(advised.decision.disposition, 'ESCALATE_L3');
  t.is(alone.escalated.length, 1);
  t.deepEqual(advised.escalated, alone.escalated);
});

test('M-11 advice stands in the audit trail between the stages and the decision, with what it cost', async (t) => {
  const { ledger } = await decided(suggesting('ESCALATE_L3'));
  const actions: string[] = [];
  for await (const { entry } of auditTrail(ledger, 'alert:alert-1', VIEWER)) {
    actions.push(entry.action);
    if (entry.action === 'triage.advise')
      t.deepEqual(entry.versions, { adviser: 'fake', models: 'fake', prompt: 'adviser/1/fake', tokens: '2' });
  }
  t.deepEqual([...new Set(actions)].slice(-3), ['triage.decide', 'triage.advise', 'triage.decided']);
});
