import test from 'ava';
import { Mode } from '../../../node/sharing/mode.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { MemoryLedgerStore, openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { FederationSim } from './federation-sim.ts';
import { candidate, caseRows, codeOf } from './sim/samples.ts';
import { SimClock } from './sim/sim-clock.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const DAY_MS = 86_400_000;

function knowEverything(sim: FederationSim, node: SimNode): void {
  node.knowledge.rows.push(...caseRows(20));
  node.knowledge.shared.push({ accountId: 'shared', peerAgency: sim.node(2).agencyId });
  node.knowledge.scores.push({ accountId: 'shared', score: 99 });
  node.knowledge.answering.push({ tokenType: 'account', value: 'answered', category: 'TRANSACTION', lastSeenMs: 0 });
}

test('U-01 (two persons) a new node is in shadow; one person twice is one; two leave it; one returns; each step is audited', async (t) => {
  const store = new MemoryLedgerStore();
  const clock = new SimClock(DAY_MS);
  const open = (): Promise<Mode> => Mode.open(openMemoryLedger({ store, clock }), clock, SIM_SYSTEM);
  let mode = await open();
  t.is(mode.state().mode, 'shadow');
  t.is(await codeOf(() => mode.assertActive()), 'SHARING_SHADOW');
  await mode.approveLeaving('ann');
  t.is((await mode.approveLeaving('ann')).mode, 'shadow');
  mode = await open();
  t.is((await mode.approveLeaving('ann')).mode, 'shadow', 'also over a restart');
  t.is((await mode.approveLeaving('bob')).mode, 'active');
  mode = await open();
  t.true(mode.active());
  t.is((await mode.enterShadow('cid')).mode, 'shadow');
  t.is((await mode.approveLeaving('bob')).mode, 'shadow', 'earlier approvals are gone');
  const actions = store.commits.flatMap(({ audit }) => audit.map(({ action, actor }) => `${actor} ${action}`));
  t.deepEqual(actions, [
    'ann shadow.approved',
    'ann shadow.approved',
    'ann shadow.approved',
    'bob shadow.left',
    'cid shadow.entered',
    'bob shadow.approved',
  ]);
});

test('an approval that nobody seconds within a day counts no more', async (t) => {
  const clock = new SimClock(DAY_MS);
  const mode = await Mode.open(openMemoryLedger({ clock }), clock, SIM_SYSTEM);
  await mode.approveLeaving('ann');
  clock.advance(DAY_MS);
  t.is((await mode.approveLeaving('bob')).mode, 'shadow');
  clock.advance(DAY_MS - 1);
  t.is((await mode.approveLeaving('ann')).mode, 'active');
});

test('U-01 (sharing) nothing but control traffic leaves a node in shadow mode, though it works on real data and takes what peers publish', async (t) => {
  const sim = await FederationSim.start(t.title, { shadow: true });
  const [first, shadow, third] = [sim.node(0), sim.node(1), sim.node(2)];
  for (const node of [first, third]) await sim.activate(node);
  await sim.round();
  for (const node of sim.nodes) {
    knowEverything(sim, node);
    await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  }
  first.knowledge.shared.push({ accountId: 'for-shadow', peerAgency: shadow.agencyId });
  const epoch = sim.epoch();
  const { steps } = await shadow.sharing.windows.close(epoch);
  t.deepEqual(
    steps.map(({ code, kind, outcome }) => [kind, outcome, code]),
    [
      ['summary', 'refused', 'SHARING_SHADOW'],
      ['hint', 'refused', 'SHARING_SHADOW'],
      ['flag', 'refused', 'SHARING_SHADOW'],
    ],
  );
  await sim.closeWindows([first, third]);
  sim.clock.advance(10_000);
  await sim.round();
  const [announcement] = shadow.sharing.asker.answerers();
  if (announcement === undefined) throw new Error('nobody answers');
  const question = { tokenType: 'account', value: 'x', purpose: 'p', caseHandle: 'c', person: 'ann' } as const;
  t.is(await codeOf(() => shadow.sharing.asker.ask(announcement, question)), 'SHARING_SHADOW');

  // What others publish came in.
  t.is((await Array.fromAsync(shadow.sharing.summariesReceived.list(SIM_SYSTEM))).length, 2);
  t.is(shadow.indicatorsOpened.length, 1);
  t.is((await shadow.sharing.hints.of('agency-0', 'for-shadow', sim.businessTime.nowMs())).length, 1);

  // Every call that left it, and every answer that it gave.
  const control = ['publish control', 'grant', 'statements', 'heads', 'range', 'indicators'];
  const calls = sim.mesh.calls.filter(({ from }) => from === shadow.peerId).map(({ method }) => method);
  t.deepEqual(
    calls.filter((method) => !control.includes(method)),
    [],
  );
  t.deepEqual(
    sim.coordinator.received.filter(({ from }) => from === shadow.peerId),
    [],
  );
  const verdicts = sim.mesh.verdicts.filter(({ at, topic }) => at === shadow.peerId && topic !== 'control');
  t.true(verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === 'ignore'), 'it passes nothing on');
  t.deepEqual(await shadow.inbound.heads(first.peerId), []);
  t.deepEqual(await shadow.inbound.indicators(0), []);
  const audience = { scope: 'federation', id: '' } as const;
  const range = { authorPeerId: first.peerId, incarnation: 0, audience, firstSequence: 1, lastSequence: 1 };
  t.deepEqual(await shadow.inbound.range(third.peerId, range), []);
  t.is(
    await codeOf(() =>
      shadow.inbound.evaluate(first.peerId, { epoch: sim.epoch(), blinded: [new Uint8Array(32)], done: false }),
    ),
    'SHARING_SHADOW',
  );
  t.is(await codeOf(() => shadow.sharing.answerer.filterChunk(first.peerId, sim.epoch(), 0)), 'SHARING_SHADOW');
  t.is(shadow.sharing.membership.keyAnnouncement('match', sim.epoch(), { peerId: shadow.peerId }), undefined);
});

test('what waited to leave when a node returned to shadow mode stays until it is active again', async (t) => {
  const sim = await FederationSim.start(t.title, {
    policy: { summaries: { ...TEST_POLICY.summaries, minimumCell: 0 } },
  });
  const node = sim.node(1);
  await sim.round();
  sim.mesh.setOffline(node.peerId, true);
  sim.coordinator.setCut(node.peerId, true);
  await sim.closeWindows([node]);
  await node.sharing.mode.enterShadow('ann');
  sim.mesh.setOffline(node.peerId, false);
  sim.coordinator.setCut(node.peerId, false);
  await sim.round();
  t.deepEqual(
    sim.coordinator.received.filter(({ from }) => from === node.peerId),
    [],
  );
  await sim.activate(node);
  await sim.round();
  t.is(sim.coordinator.received.filter(({ from }) => from === node.peerId).length, 1);
});

test('a node in shadow mode begins no epoch before the key of the last one is erased, so that nobody loses flags', async (t) => {
  const collectMs = 5_000;
  const sim = await FederationSim.start(t.title, {
    shadow: true,
    collectMs,
    policy: { keyHolderAgency: asId('agency-1') },
  });
  // First in roster order, so that it falls to this node to begin epochs.
  const [shadow, holder, third] = [sim.node(0), sim.node(1), sim.node(2)];
  for (const node of [holder, third]) {
    await sim.activate(node);
    await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  }
  await sim.round();
  const epoch = await sim.closeWindows([shadow]);
  t.is(sim.epoch(), epoch, 'its own window alone ends nothing');
  await shadow.restart();
  await sim.closeWindows([holder, third]);
  t.is(sim.epoch(), epoch, 'the holder waits for the one that has not said it is done');
  sim.clock.advance(collectMs);
  await sim.round();
  t.is(sim.epoch(), epoch + 1);
  t.is(shadow.indicatorsOpened.length, 1, 'both were tagged and sent');
});

test('a node in shadow mode does not wait for ever for the erasure of a key', async (t) => {
  const collectMs = 5_000;
  const sim = await FederationSim.start(t.title, {
    shadow: true,
    collectMs,
    policy: { keyHolderAgency: asId('agency-1') },
  });
  await sim.activate(sim.node(1));
  await sim.round();
  const epoch = await sim.closeWindows([sim.node(0)]);
  sim.clock.advance(20 * collectMs - 1);
  await sim.round();
  t.is(sim.epoch(), epoch);
  sim.clock.advance(1);
  await sim.round();
  t.is(sim.epoch(), epoch + 1);
});
