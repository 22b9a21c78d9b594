import test, { type ExecutionContext } from 'ava';
import { decodeHeader } from '../../../proto/codec/envelope.ts';
import { decodeSummary } from '../../../proto/codec/payload.ts';
import type { Summary } from '../../../proto/domain/exchange.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { FEDERATION } from '../../fixtures/envelopes.ts';
import { FederationSim, type SimOptions } from './federation-sim.ts';
import { candidate, caseRows, codeOf } from './sim/samples.ts';
import type { SimNode } from './sim/sim-node.ts';

async function scene(t: ExecutionContext, options: SimOptions = {}): Promise<FederationSim> {
  const sim = await FederationSim.start(t.title, options);
  await sim.round();
  return sim;
}

async function summariesOf(node: SimNode): Promise<readonly (Summary & { readonly epoch: number })[]> {
  const chain = { authorPeerId: node.peerId, incarnation: 0, audience: FEDERATION };
  const found = await Array.fromAsync(node.sharing.store.range(chain, 1, 1_000));
  return found.map(({ header, payload }) => ({
    ...decodeSummary(payload, payload.length),
    epoch: decodeHeader(header).epoch,
  }));
}

test('a window closes once, in business time, and the next begins where it ended', async (t) => {
  const sim = await scene(t);
  const node = sim.node(0);
  const firstEndMs = sim.businessTime.nowMs();
  const epoch = await sim.closeWindows();
  t.deepEqual((await node.sharing.windows.close(epoch)).steps, []);
  sim.businessTime.advance(28 * 86_400_000);
  sim.clock.advance(1);
  await sim.closeWindows();
  const summaries = await summariesOf(node);
  t.deepEqual(
    summaries.map(({ epoch, windowEndMs, windowStartMs }) => [epoch, windowStartMs, windowEndMs]),
    [
      [1, 0, firstEndMs],
      [2, firstEndMs, sim.businessTime.nowMs()],
    ],
  );
});

test('a window closes by itself when its epoch has lasted its nominal length on the real clock', async (t) => {
  const sim = await scene(t, { policy: { epochLengthMs: 10_000 } });
  sim.businessTime.advance(365 * 86_400_000);
  sim.clock.advance(9_999);
  await sim.round();
  t.is(sim.epoch(), 1);
  t.is(sim.node(0).sharing.windows.closedEpoch(), 0);
  sim.clock.advance(1);
  await sim.round();
  for (const node of sim.nodes) t.is(node.sharing.windows.closedEpoch(), 1);
  t.is(sim.epoch(), 2, 'and the next epoch has begun');
});

test('an epoch that has not begun cannot be closed', async (t) => {
  const sim = await scene(t);
  t.is(await codeOf(() => sim.node(0).sharing.windows.close(2)), 'SHARING_EPOCH');
  t.deepEqual((await sim.node(0).sharing.windows.close(0)).steps, []);
});

test('a process that ends while a window closes sends its summary once', async (t) => {
  const sim = await scene(t);
  const node = sim.node(1);
  node.knowledge.rows.push(...caseRows(20));
  node.beforeUnit = ({ writes }) => {
    if (writes.some(({ space, key }) => space === 'cursor' && key === 'window')) throw new Error('the process ends');
  };
  await t.throwsAsync(node.sharing.windows.close(1), { message: 'the process ends' });
  node.beforeUnit = () => undefined;
  await node.restart();
  t.is(node.sharing.windows.closedEpoch(), 0);
  const { steps } = await node.sharing.windows.close(1);
  t.is(steps.find(({ kind }) => kind === 'summary')?.count, 0);
  t.is((await summariesOf(node)).length, 1);
  const spent = await node.sharing.budgets.spent({ family: 'summary', subject: 'agency-1', period: yearOf(sim) });
  t.is(spent, TEST_POLICY.summaries.epsilon);
});

test('one kind that cannot leave holds back no other, and says why', async (t) => {
  const sim = await scene(t, { policy: { summaries: { ...TEST_POLICY.summaries, budgetPerYear: 0 } } });
  const node = sim.node(1);
  node.knowledge.shared.push({ accountId: 'a', peerAgency: 'agency-2' });
  await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  const { steps } = await node.sharing.windows.close(1);
  t.deepEqual(
    steps.map(({ code, count, kind, outcome }) => [kind, outcome, code, count]),
    [
      ['summary', 'refused', 'SHARING_BUDGET', 0],
      ['hint', 'sent', null, 1],
      ['flag', 'sent', null, 1],
    ],
  );
});

test('with the coordinator away windows close, summaries and hints go by the mesh, and epochs go on', async (t) => {
  const sim = await scene(t, { collectMs: 1_000 });
  sim.coordinator.setAway(true);
  const [node, reader] = [sim.node(0), sim.node(1)];
  node.knowledge.shared.push({ accountId: 'a', peerAgency: 'agency-1' });
  for (let epoch = 1; epoch <= 3; epoch += 1) {
    t.is(await sim.closeWindows(), epoch);
    sim.clock.advance(4_000);
    await sim.round();
  }
  const chain = { authorPeerId: node.peerId, incarnation: 0, audience: FEDERATION };
  t.is((await reader.sharing.store.head(chain)).sequence, 3);
  t.is((await reader.sharing.hints.of('agency-0', 'a', sim.businessTime.nowMs())).length, 1);
  t.is(sim.epoch(), 4);
  sim.coordinator.setAway(false);
  for (const each of sim.nodes) await each.sharing.outbox.kick();
  t.is(sim.coordinator.objects('summary').length, 3, 'what is of an epoch that it does not know waits');
  for (const each of sim.nodes) await each.sharing.statements.resubmit();
  await sim.round();
  t.is(
    sim.coordinator.objects('summary').length,
    9,
    'and the coordinator gets what it missed, of epochs that it knows',
  );
  t.is(sim.coordinator.membership.currentEpoch(), sim.epoch());
});

test('flags of an epoch leave though the next one has begun before its erasure was heard', async (t) => {
  const sim = await scene(t);
  const late = sim.node(2);
  for (const node of [sim.node(1), late]) await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  const epoch = sim.epoch();
  for (const node of sim.nodes) await node.sharing.windows.close(epoch);
  sim.coordinator.setCut(late.peerId, true);
  // Gossip of the next member key comes at once; the log with the erasure does not.
  for (const node of [sim.node(0), sim.node(1)]) await node.sharing.tick();
  await sim.settle();
  for (const node of [sim.node(0), sim.node(1)]) await node.sharing.tick();
  await sim.settle();
  t.is(late.sharing.membership.currentEpoch(), 2);
  await late.sharing.tick();
  await sim.settle();
  sim.coordinator.setCut(late.peerId, false);
  sim.coordinator.streamControl(late.peerId);
  await sim.settle();
  await sim.round();
  t.is(sim.coordinator.objects('flag_batch').filter(({ from }) => from === late.peerId).length, 1);
  t.is(sim.coordinator.indicators.size, 1);
});

function yearOf(sim: FederationSim): string {
  return String(new Date(sim.businessTime.nowMs()).getUTCFullYear());
}

test('a window whose epoch has ended meanwhile closes by its name, and that of the present epoch stays open', async (t) => {
  const sim = await FederationSim.start(t.title, { shadow: true });
  await sim.round();
  const late = sim.node(2);
  const epoch = await sim.closeWindows([sim.node(0)]);
  t.is(sim.epoch(), epoch + 1);
  t.is((await late.sharing.windows.close(epoch)).steps.length, 3);
  t.is(late.sharing.windows.closedEpoch(), epoch);
  t.is((await late.sharing.windows.close(epoch + 1)).steps.length, 3);
});
