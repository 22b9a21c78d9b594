import test from 'ava';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { auditTrail } from '../../../node/ledger/audit-trail.ts';
import type { MatchOutcome, MatchPort, NotAsked } from '../../../node/triage/ports.ts';
import { startTriage, type Triage, type TriageDeps } from '../../../node/triage/triage.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { Decision } from '../../../proto/domain/decision.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { FakeSleep } from './fake-sleep.ts';
import { alertOf, enrichDeps, listedAlert, matchOf, openWorld, RAISED_MS, VIEWER, type World } from './world.ts';

const SETTINGS = {
  maxConcurrentAlerts: 50,
  stageTimeoutSeconds: 30,
  maxRetries: 3,
  autoClearConfidence: 0.85,
  escalateL2Confidence: 0.7,
  riskHigh: 70,
  riskSevere: 85,
};
const WAIT_MS = 2_000;
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const HIT: MatchOutcome = {
  answers: [{ agency: 'beta', category: 'SANCTIONS' }],
  asked: 2,
  unanswered: 0,
  elementsSpent: 2,
  caseHandle: 'handle-1',
};
const MISS: MatchOutcome = { ...HIT, answers: [] };

/** Peers that say what they are told, and remember how often they were asked. */
class FakePeers implements MatchPort {
  readonly asked: string[] = [];
  readonly #outcome: MatchOutcome | NotAsked;
  readonly #agencies: readonly string[] | NotAsked;

  constructor(outcome: MatchOutcome | NotAsked, agencies: readonly string[] | NotAsked = ['beta', 'gamma']) {
    this.#outcome = outcome;
    this.#agencies = agencies;
  }

  answerers(): readonly string[] | NotAsked {
    return this.#agencies;
  }

  async ask({ customerId }: { readonly customerId: string }): Promise<MatchOutcome | NotAsked> {
    this.asked.push(customerId);
    return this.#outcome;
  }
}

function start(world: World, match: MatchPort, change: Partial<TriageDeps> = {}): Promise<Triage> {
  return startTriage(SETTINGS, {
    ...enrichDeps(world),
    ledger: world.ledger,
    graph: world.graph,
    match,
    escalations: { escalated: async () => undefined },
    contentHash: ({ alertId }) => alertId,
    clock: { nowMs: () => RAISED_MS },
    businessTime: { nowMs: () => RAISED_MS },
    sleep: new FakeSleep().sleep,
    log,
    onStage: () => undefined,
    onDecided: () => undefined,
    ...change,
  });
}

/** Cleared by itself: a name on a list whose date of birth and country are another's. */
function clearedAlert(): Alert {
  return listedAlert('SANCTIONS', [matchOf({ matchScore: 0.85, listDateOfBirth: '1950-01-01', listCountry: 'BR' })]);
}

async function decided(triage: Triage, alert: Alert): Promise<Decision> {
  await triage.submit(alert, 'tester');
  await triage.drained();
  const [decision] = await triage.reader.decisionsOf(alert.alertId, VIEWER);
  if (decision === undefined) throw new Error('no decision');
  return decision;
}

/** A ledger whose commits go another way. */
function withCommit(ledger: Ledger, commit: Ledger['commit']): Ledger {
  return new Proxy(ledger, {
    get(target, name) {
      const member: unknown = name === 'commit' ? commit : Reflect.get(target, name);
      return typeof member === 'function' ? (member as (...given: unknown[]) => unknown).bind(target) : member;
    },
  });
}

async function matchEntries(ledger: Ledger): Promise<readonly AuditEntry[]> {
  const entries = await Array.fromAsync(auditTrail(ledger, 'alert:alert-1', VIEWER));
  return entries.map(({ entry }) => entry).filter(({ action }) => action === 'triage.match');
}

test('a yes of a peer raises a cleared alert, with its provenance, its cost and the decision without it', async (t) => {
  const world = await openWorld();
  const peers = new FakePeers(HIT);
  const decision = await decided(await start(world, peers), clearedAlert());
  t.is(decision.disposition, 'ESCALATE_L2');
  t.true(decision.reasons.includes('PEER_MATCH'));
  t.like(decision.counterfactual, { dispositionAlone: 'AUTO_CLEAR', cost: { match_elements: 2 } });
  const evidence = decision.evidence.find(({ evidenceId }) => evidenceId === 'peers:matches');
  t.like(evidence, { fromPeers: true, source: 'federation' });
  t.regex(evidence?.summary ?? '', /beta \(SANCTIONS\)/);
  t.deepEqual(peers.asked, ['c1']);
  t.like(await matchEntries(world.ledger), [{ outcome: 'done', code: null }]);
});

test('a no changes nothing, clears nothing, and its cost is shown', async (t) => {
  const alone = await decided(await start(await openWorld(), new FakePeers('ASK_POLICY')), clearedAlert());
  const decision = await decided(await start(await openWorld(), new FakePeers(MISS)), clearedAlert());
  t.is(decision.disposition, alone.disposition);
  t.is(decision.riskScore, alone.riskScore);
  t.deepEqual(decision.evidence, alone.evidence);
  t.deepEqual(decision.counterfactual?.cost, { match_elements: 2 });
  t.is(alone.counterfactual, null);
});

test('nobody is asked about an alert whose decision no answer could change', async (t) => {
  const world = await openWorld();
  const peers = new FakePeers(HIT);
  t.is(
    (await decided(await start(world, peers), listedAlert('SANCTIONS', [matchOf()]))).disposition,
    'BLOCK_TRANSACTION',
  );
  t.deepEqual(peers.asked, []);
  t.like(await matchEntries(world.ledger), [{ outcome: 'refused', code: 'ASK_UNCHANGED' }]);
});

for (const reason of ['ASK_SHADOW', 'ASK_POLICY', 'ASK_NOBODY', 'ASK_LATER'] as const) {
  test(`when peers may not be asked (${reason}) the alert is decided alone and the audit trail says why`, async (t) => {
    const world = await openWorld();
    const peers = new FakePeers(HIT, reason);
    const decision = await decided(await start(world, peers), clearedAlert());
    t.is(decision.disposition, 'AUTO_CLEAR');
    t.is(decision.counterfactual, null);
    t.deepEqual(peers.asked, []);
    t.like(await matchEntries(world.ledger), [{ outcome: 'refused', code: reason }]);
  });
}

test('a question that its quota stops leaves the decision as it is alone', async (t) => {
  const world = await openWorld();
  const decision = await decided(await start(world, new FakePeers('ASK_QUOTA')), clearedAlert());
  t.is(decision.disposition, 'AUTO_CLEAR');
  t.like(await matchEntries(world.ledger), [{ outcome: 'refused', code: 'ASK_QUOTA' }]);
});

test('peers that do not answer delay a decision by their wait and make no emergency of it', async (t) => {
  const world = await openWorld();
  const sleep = new FakeSleep();
  const peers: MatchPort = {
    answerers: () => ['beta'],
    ask: (_, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ ...MISS, unanswered: 2 }));
      }),
  };
  const triage = await start(world, peers, { sleep: sleep.sleep });
  await triage.submit(clearedAlert(), 'tester');
  await sleep.until(WAIT_MS);
  sleep.pass(WAIT_MS);
  await triage.drained();
  const [decision] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  t.false(decision?.emergency);
  t.is(decision?.disposition, 'AUTO_CLEAR');
  t.is(sleep.waiting, 0, 'no timer is left');
});

test('deciding again after a crash asks nobody and gives the same bytes', async (t) => {
  const world = await openWorld();
  const first = new FakePeers(HIT);
  // The answer is kept, then the process dies before the decision is.
  const reached = Promise.withResolvers<void>();
  const ledger = withCommit(world.ledger, (unit) => {
    if (unit.writes.every(({ space }) => space !== 'decision')) return world.ledger.commit(unit);
    reached.resolve();
    return new Promise(() => undefined);
  });
  const crashed = await start(world, first, { ledger });
  await crashed.submit(clearedAlert(), 'tester');
  await reached.promise;
  const second = new FakePeers('ASK_NOBODY', 'ASK_NOBODY');
  const triage = await start(world, second);
  await triage.drained();
  const [decision] = await triage.reader.decisionsOf(asId('alert-1'), VIEWER);
  const untroubled = await decided(await start(await openWorld(), new FakePeers(HIT)), clearedAlert());
  t.deepEqual(decision, untroubled);
  t.deepEqual([first.asked, second.asked], [['c1'], []]);
});

test('a transaction alert is asked about too when its score is short of the next band', async (t) => {
  const peers = new FakePeers(HIT);
  const world = await openWorld([{ from: 'beta/b1', to: 'a1', daysBefore: 3 }]);
  const decision = await decided(await start(world, peers), alertOf());
  t.is(decision.disposition, 'ESCALATE_L2');
  t.true(decision.riskScore > (decision.counterfactual?.riskScoreAlone ?? 100));
  t.true(decision.contributions.some(({ feature, fromPeers }) => feature === 'peer_matches' && fromPeers));
});
