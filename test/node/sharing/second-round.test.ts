import test, { type ExecutionContext } from 'ava';
import { auditTrail } from '../../../node/ledger/audit-trail.ts';
import type { ReceivedHint } from '../../../node/sharing/hint-book.ts';
import { decodeHeader } from '../../../proto/codec/envelope.ts';
import { decodeHintBatch } from '../../../proto/codec/payload.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import type { HintBatch } from '../../../proto/domain/exchange.ts';
import type { HintPolicy, Policy } from '../../../proto/domain/policy.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { FederationSim, type SimOptions } from './federation-sim.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const { epsilon: EPSILON } = TEST_POLICY.hints;
const COLLECT_MS = 5_000;
const TWO_ROUNDS = { rounds: 2, budgetPerAccount: 4 * EPSILON, topShare: 0.5 } as const;

function withHints(change: Partial<HintPolicy>): Partial<Policy> {
  return { hints: { ...TEST_POLICY.hints, ...change } };
}

/** Three agencies; each shares two accounts with both others, the first of which is the riskier. */
async function scene(t: ExecutionContext, options: SimOptions = {}): Promise<FederationSim> {
  const sim = await FederationSim.start(t.title, { policy: withHints(TWO_ROUNDS), collectMs: COLLECT_MS, ...options });
  await sim.round();
  for (const node of sim.nodes) know(sim, node);
  return sim;
}

function know(sim: FederationSim, node: SimNode): void {
  const accounts = [`${node.agencyId}-x`, `${node.agencyId}-y`];
  const others = sim.nodes.filter(({ agencyId }) => agencyId !== node.agencyId);
  for (const { agencyId } of others)
    node.knowledge.shared.push(...accounts.map((accountId) => ({ accountId, peerAgency: agencyId })));
  node.knowledge.scores.push(...accounts.map((accountId, place) => ({ accountId, score: 2 - place })));
}

/** Batches from one node to another, in order, with the epoch that they close. */
async function batches(from: SimNode, to: SimNode): Promise<readonly (HintBatch & { readonly epoch: number })[]> {
  const chain = { authorPeerId: from.peerId, incarnation: 0, audience: { scope: 'pair', id: to.peerId } } as const;
  const envelopes = await Array.fromAsync(from.sharing.store.range(chain, 1, 1_000));
  return envelopes
    .filter(({ header }) => decodeHeader(header).kind === 'hint_batch')
    .map(({ header, payload }) => ({ ...decodeHintBatch(payload, payload.length), epoch: decodeHeader(header).epoch }));
}

async function roundsSent(from: SimNode, to: SimNode): Promise<readonly number[]> {
  return (await batches(from, to)).map(({ round }) => round);
}

async function entries(node: SimNode, epoch: number, action: string): Promise<readonly AuditEntry[]> {
  const trail = await Array.fromAsync(auditTrail(node.ledger, `epoch:${epoch}`, SIM_SYSTEM));
  return trail.map(({ entry }) => entry).filter((entry) => entry.action === action);
}

test('with rounds: 2 each agency answers again from scores that know the first round, before the epoch is over', async (t) => {
  const sim = await scene(t);
  const [node, reader] = [sim.node(0), sim.node(1)];
  const heard: (readonly ReceivedHint[])[] = [];
  node.scoresWith = (hints) => {
    heard.push(hints);
    // What peers said turns the order round.
    return node.knowledge.scores.map(({ accountId, score }) => ({
      accountId,
      score: hints.length === 0 ? score : -score,
    }));
  };
  const epoch = await sim.closeWindows();
  t.is(sim.epoch(), epoch + 1);
  t.deepEqual(await roundsSent(node, reader), [1, 2]);
  t.deepEqual(heard[0], [], 'the first round echoes nobody');
  t.is(heard[1]?.length, 4, 'two accounts of each of two peers');
  t.true(heard[1]?.every(({ agencyId, round }) => agencyId !== node.agencyId && round === 1));
  const [entry] = await entries(node, epoch, 'hints.second_round');
  t.like(entry, { outcome: 'done', versions: { heard: '2', missing: '0' } });
  await sim.closeWindows();
  t.true(
    heard.slice(2).every((hints) => hints.every(({ round }) => round === 1)),
    'no second round feeds on another',
  );
});

test('F-13 (rounds) a draw is made once an account, bucket and round, and one budget pays for both rounds', async (t) => {
  const sim = await scene(t);
  const node = sim.node(0);
  const [x = '', y = ''] = node.knowledge.scores.map(({ accountId }) => accountId);
  // In the second round the other of the two stands at the top.
  node.scoresWith = (hints) =>
    node.knowledge.scores.map(({ accountId, score }) => ({ accountId, score: hints.length === 0 ? score : -score }));
  for (let epoch = 0; epoch < 5; epoch += 1) await sim.closeWindows();
  t.deepEqual(
    await Promise.all([x, y].map((subject) => node.sharing.budgets.spent({ family: 'hint', subject, period: 'ever' }))),
    [2 * EPSILON, 2 * EPSILON],
    'one bucket a round each, however many epochs and peers',
  );
  const told = await Promise.all([sim.node(1), sim.node(2)].map((peer) => batches(node, peer)));
  for (const round of [1, 2]) {
    const said = told.flat().filter((batch) => batch.round === round);
    t.is(said.length, 10);
    t.is(new Set(said.map(({ hints }) => JSON.stringify(hints))).size, 1, `round ${round} says the same each time`);
  }
  const [first, second] = await entries(node, 1, 'hints.drawn');
  t.deepEqual(
    [first?.versions, second?.versions],
    ['1', '2'].map((round) => ({ round, epsilon: `${EPSILON}`, accounts: '2' })),
  );
  t.deepEqual(await node.sharing.hintCosts.now(), { accounts: 2, mostSpent: 2 * EPSILON });
});

test('F-13 (rounds) what the budget leaves after the first round is all that a second may draw', async (t) => {
  const sim = await scene(t, { policy: withHints({ rounds: 2, budgetPerAccount: 2 * EPSILON, topShare: 0.5 }) });
  const [node, reader] = [sim.node(0), sim.node(1)];
  const spent = (): Promise<number> =>
    node.sharing.budgets.spent({ family: 'hint', subject: `${node.agencyId}-x`, period: 'ever' });
  // An account that has shown both buckets in the first round has nothing left.
  await node.sharing.hints.push({ epoch: 1, policy: sim.policy, round: 1, ends: false });
  node.knowledge.scores.reverse();
  node.knowledge.scores.splice(
    0,
    2,
    ...node.knowledge.scores.map(({ accountId }, place) => ({ accountId, score: -place })),
  );
  await sim.closeWindows();
  t.is(await spent(), 2 * EPSILON);
  t.deepEqual(await roundsSent(node, reader), [1, 1], 'accounts without budget are left out of the second round');
  await sim.closeWindows();
  t.is(await spent(), 2 * EPSILON);
});

test('a second round is opt-in: without it epochs go on after the first', async (t) => {
  const sim = await scene(t, { policy: withHints({ rounds: 1 }) });
  const epoch = await sim.closeWindows();
  t.deepEqual(await roundsSent(sim.node(0), sim.node(1)), [1]);
  t.is(sim.epoch(), epoch + 1);
  t.deepEqual(await entries(sim.node(0), epoch, 'hints.second_round'), []);
});

test('a member whose first round is late is waited for, then done without; what it says later still counts', async (t) => {
  // Without flags, which an epoch waits for as well.
  const gateways: Policy['gateways'] = [{ gateway: 'hints', kinds: ['hint'], agencies: [], releaseByRule: true }];
  const sim = await scene(t, { policy: { ...withHints(TWO_ROUNDS), gateways } });
  const [node, reader, late] = [sim.node(0), sim.node(1), sim.node(2)];
  const epoch = sim.epoch();
  await sim.closeWindows([node, reader]);
  t.deepEqual(await roundsSent(node, reader), [1], 'it is waited for');
  t.false(node.sharing.windows.isOver(epoch));
  t.is(sim.epoch(), epoch, 'and the epoch with it');
  sim.clock.advance(COLLECT_MS);
  await sim.round();
  t.is(sim.epoch(), epoch + 1);
  t.deepEqual(await roundsSent(node, reader), [1, 2]);
  const [entry] = await entries(node, epoch, 'hints.second_round');
  t.like(entry, { outcome: 'done', versions: { heard: '1', missing: '1' } });
  await late.sharing.windows.close(epoch);
  await sim.round();
  t.is((await node.sharing.hints.of(late.agencyId, `${late.agencyId}-x`, sim.businessTime.nowMs())).length, 2);
  t.deepEqual(await roundsSent(late, node), [1, 2], 'and it hears the others before its own second round');
  t.like((await entries(late, epoch, 'hints.second_round'))[0], { versions: { heard: '2', missing: '0' } });
});

test('a member that shares no account says so, and nobody waits for it', async (t) => {
  const sim = await scene(t);
  const [node, silent] = [sim.node(0), sim.node(2)];
  silent.knowledge.shared.length = 0;
  const epoch = await sim.closeWindows();
  t.is(sim.epoch(), epoch + 1);
  const [first, second] = await batches(silent, node);
  t.like(first, { round: 1, hints: [], last: true });
  t.is(second, undefined);
  t.like((await entries(node, epoch, 'hints.second_round'))[0], { versions: { heard: '2', missing: '0' } });
});

test('a member that is away when the window closes is not waited for', async (t) => {
  const sim = await scene(t);
  sim.mesh.setOffline(sim.node(2).peerId, true);
  await sim.closeWindows([sim.node(0), sim.node(1)]);
  t.deepEqual(await roundsSent(sim.node(0), sim.node(1)), [1, 2]);
});

test('a round that waits outlives a restart; one that cannot be sent is given up, so that its epoch ends', async (t) => {
  const sim = await scene(t);
  const [node, reader] = [sim.node(0), sim.node(1)];
  const epoch = sim.epoch();
  await sim.closeWindows([node, reader]);
  await node.restart();
  t.false(node.sharing.windows.isOver(epoch));
  node.scoresWith = () => {
    throw new Error('the graph is gone');
  };
  sim.clock.advance(COLLECT_MS);
  for (const each of [node, reader]) {
    await each.sharing.tick();
    await each.sharing.settled();
  }
  t.true(node.log.lines.some(({ level, facts }) => level === 'error' && facts['what'] === 'second-round'));
  node.log.lines.length = 0;
  t.deepEqual(await roundsSent(node, reader), [1]);
  sim.clock.advance(3 * COLLECT_MS);
  await sim.round();
  t.true(node.sharing.secondRounds.isSettled(epoch));
  t.is((await entries(node, epoch, 'hints.second_round'))[0]?.outcome, 'failed');
  t.deepEqual(await roundsSent(reader, node), [1, 2], 'the others have theirs');
});

test('nothing of a second round leaves a node that has gone back to shadow mode meanwhile', async (t) => {
  const sim = await scene(t);
  const [node, reader] = [sim.node(0), sim.node(1)];
  const epoch = sim.epoch();
  await sim.closeWindows([node, reader]);
  await node.sharing.mode.enterShadow('ann');
  await sim.round();
  t.deepEqual(await roundsSent(node, reader), [1]);
  t.true(node.sharing.secondRounds.isSettled(epoch));
  t.is((await entries(node, epoch, 'hints.second_round'))[0]?.outcome, 'refused');
});
