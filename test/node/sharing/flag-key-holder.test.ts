import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { blind, finalizeBatch } from '../../../crypto/oprf/voprf.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Policy } from '../../../proto/domain/policy.ts';
import { FederationSim, type SimOptions } from './federation-sim.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { candidate, codeOf } from './sim/samples.ts';
import type { SimNode } from './sim/sim-node.ts';

const COLLECT_MS = 5_000;

async function scene(
  t: ExecutionContext,
  options: SimOptions = {},
): Promise<{ readonly sim: FederationSim; readonly holder: SimNode; readonly member: SimNode }> {
  const sim = await FederationSim.start(t.title, { collectMs: COLLECT_MS, ...options });
  await sim.round();
  return { sim, holder: sim.node(0), member: sim.node(1) };
}

function quota(quotaPerEpoch: number): Partial<Policy> {
  return { flags: { ...TEST_POLICY.flags, quotaPerEpoch } };
}

function elements(sim: FederationSim, count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, () => blind(sim.random(16), sim.random).blinded);
}

function evaluate(holder: SimNode, asker: SimNode, blinded: readonly Uint8Array[], epoch = 1): unknown {
  return holder.inbound.evaluate(asker.peerId, { epoch, blinded, done: false });
}

test('the holder announces one key an epoch, and its answers verify against it', async (t) => {
  const { holder, member, sim } = await scene(t);
  const [announced, ...others] = member.sharing.membership.keyAnnouncements('flag', 1);
  t.is(others.length, 0);
  t.is(announced?.peerId, holder.peerId);
  const inputs = [sim.random(20), sim.random(20)];
  const blindings = inputs.map((input) => blind(input, sim.random));
  const blinded = blindings.map((blinding) => blinding.blinded);
  const answer = holder.inbound.evaluate(member.peerId, { epoch: 1, blinded, done: false });
  const blinds = blindings.map((blinding) => blinding.blind);
  const publicKey = announced?.keyId ?? new Uint8Array(32);
  const outputs = finalizeBatch({ inputs, blinds, blinded, ...answer, publicKey });
  const own = await holder.sharing.holder.evaluateOwn(1, inputs);
  t.deepEqual(outputs.map(toHex), own.map(toHex));
});

test('the quota counts elements of an agency, not of a node, and its own too', async (t) => {
  const { holder, member, sim } = await scene(t, { policy: quota(10) });
  const second = await sim.addNode(1, 'node-2');
  evaluate(holder, member, elements(sim, 6));
  t.is(await codeOf(() => evaluate(holder, second, elements(sim, 5))), 'SHARING_QUOTA');
  evaluate(holder, second, elements(sim, 4));
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1))), 'SHARING_QUOTA');
  t.is(await codeOf(() => evaluate(holder, sim.node(2), elements(sim, 10))), 'none', 'another agency has its own');
  const inputs = Array.from({ length: 11 }, () => sim.random(8));
  t.is(await codeOf(() => holder.sharing.holder.evaluateOwn(1, inputs)), 'SHARING_QUOTA');
});

test('more elements than a request may hold, another epoch, or a suspended member are refused', async (t) => {
  const { holder, member, sim } = await scene(t, { policy: quota(1_000) });
  const many = elements(sim, LIMITS.oprfElementsPerRequest + 1);
  t.is(await codeOf(() => evaluate(holder, member, many)), 'SHARING_QUOTA');
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1), 2)), 'SHARING_EPOCH');
  t.is(await codeOf(() => evaluate(member, holder, elements(sim, 1))), 'SHARING_EPOCH', 'another member holds no key');
  t.is(await codeOf(() => evaluate(holder, member, [new Uint8Array(32)])), 'CRYPTO_OPRF_INPUT');
  const { federation } = sim;
  const value = {
    suspensionId: sim.random(16),
    target: { kind: 'node', peerId: member.peerId },
    reason: '',
    issuedAtMs: 1,
    heads: [],
  } as const;
  await holder.sharing.controlLog.addPending(federation.sign({ kind: 'suspension', value }, federation.officer(1)));
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1))), 'SHARING_EPOCH');
});

test('the key is erased when all members are done, with a statement of how often it was used', async (t) => {
  const { holder, member, sim } = await scene(t);
  evaluate(holder, member, elements(sim, 3));
  await sim.closeWindows();
  const erasure = member.sharing.membership.erasure('flag', 1, { logged: true });
  t.is(erasure?.evaluations, 3);
  t.deepEqual(erasure?.keyId, member.sharing.membership.keyAnnouncements('flag', 1)[0]?.keyId);
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1))), 'SHARING_EPOCH');
});

test('a member that says nothing is waited for until the time is over, and not longer', async (t) => {
  const { holder, member, sim } = await scene(t);
  sim.mesh.setOffline(sim.node(2).peerId, true);
  await sim.closeWindows([holder, member]);
  t.is(member.sharing.membership.erasure('flag', 1), undefined);
  sim.clock.advance(COLLECT_MS - 1);
  await sim.round();
  t.is(member.sharing.membership.erasure('flag', 1), undefined);
  sim.clock.advance(1);
  await sim.round();
  t.not(member.sharing.membership.erasure('flag', 1), undefined);
});

test('a holder whose own window closes late is waited for as long as it has the key', async (t) => {
  const { holder, member, sim } = await scene(t);
  for (const node of [member, sim.node(2)]) await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  await sim.closeWindows([member, sim.node(2)]);
  sim.clock.advance(3 * COLLECT_MS);
  await sim.round();
  t.false(member.sharing.windows.isOver(1));
  await sim.closeWindows([holder]);
  t.is(sim.coordinator.indicators.size, 1);
});

test('an erasure that the log does not take is waited for, and not for ever', async (t) => {
  const { member, sim } = await scene(t);
  await member.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  for (const node of sim.nodes) await node.sharing.windows.close(1);
  sim.coordinator.setAway(true);
  await sim.round();
  sim.clock.advance(2 * COLLECT_MS);
  await sim.round();
  t.false(member.sharing.windows.isOver(1));
  sim.clock.advance(2 * COLLECT_MS);
  await sim.round();
  t.true(member.sharing.windows.isOver(1));
  t.is(sim.epoch(), 2);
});

test('a holder whose process ends makes no second key: the epoch is skipped and the flags wait for the next', async (t) => {
  const { holder, member, sim } = await scene(t);
  for (const node of [member, sim.node(2)]) await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  await holder.restart();
  await sim.round();
  t.is(member.sharing.membership.keyAnnouncements('flag', 1).length, 1);
  await sim.closeWindows();
  t.is(sim.epoch(), 1, 'the others wait for an erasure that does not come');
  sim.clock.advance(2 * COLLECT_MS);
  await sim.round();
  t.is(sim.coordinator.objects('flag_batch').length, 0, 'nothing that was tagged under the lost key is sent');
  t.is(sim.epoch(), 2);
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size, 1);
});

test('a key whose announcement was logged though the answer was lost is used', async (t) => {
  const sim = await FederationSim.start(t.title, { collectMs: COLLECT_MS });
  let lost = 0;
  sim.coordinator.loses = (statement) => {
    const isFlagKey = statement.kind === 'key_announcement' && Buffer.from(statement.body)[1] === 2;
    if (isFlagKey) lost += 1;
    return isFlagKey;
  };
  await sim.round();
  const [holder, member] = [sim.node(0), sim.node(1)];
  t.is(lost, 1);
  t.is(member.sharing.membership.keyAnnouncements('flag', 1).length, 1);
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1))), 'none');
});

test('a holder in shadow mode makes no key, and one that returns to it answers nobody', async (t) => {
  const sim = await FederationSim.start(t.title, { shadow: true });
  const [holder, member] = [sim.node(0), sim.node(1)];
  for (const node of [member, sim.node(2)]) await sim.activate(node);
  await sim.round();
  t.is(member.sharing.membership.currentEpoch(), 1, 'member keys are control traffic');
  t.is(member.sharing.membership.keyAnnouncements('flag', 1).length, 0);
  await sim.activate(holder);
  await sim.round();
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1))), 'none');
  await holder.sharing.mode.enterShadow('ann');
  t.is(await codeOf(() => evaluate(holder, member, elements(sim, 1))), 'SHARING_SHADOW');
});

test('below k + 1 corporate groups there is no flag key', async (t) => {
  const { member, sim } = await scene(t, { groups: ['one', 'one', 'two'] });
  t.is(member.sharing.membership.keyAnnouncements('flag', 1).length, 0);
  const { steps } = await member.sharing.windows.close(sim.epoch());
  t.is(steps.find(({ kind }) => kind === 'flag')?.code, 'SHARING_OFF');
});

test('one’s own long list is evaluated in parts, and not after the key is gone', async (t) => {
  const { holder, sim } = await scene(t, { policy: quota(1_000) });
  const inputs = Array.from({ length: 3 * LIMITS.directEvaluations }, () => sim.random(8));
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 0);
  await holder.sharing.holder.evaluateOwn(1, inputs);
  clearInterval(ticking);
  t.true(turns >= 1, 'others had their turn');
  const evaluating = holder.sharing.holder.evaluateOwn(1, inputs);
  holder.sharing.holder.drop();
  t.is(await codeOf(() => evaluating), 'SHARING_EPOCH');
});

test('a key that is made after the own window has closed is erased in its time all the same', async (t) => {
  const policy: Partial<Policy> = { keyHolderAgency: asId('agency-1') };
  const sim = await FederationSim.start(t.title, { collectMs: COLLECT_MS, policy, shadow: true });
  await sim.round();
  // Not the first in roster order, so that its closing begins no epoch.
  const [first, holder, third] = [sim.node(0), sim.node(1), sim.node(2)];
  const epoch = await sim.closeWindows([holder]);
  for (const node of sim.nodes) await sim.activate(node);
  await sim.round();
  t.is(first.sharing.membership.keyAnnouncements('flag', epoch).length, 1);
  await sim.closeWindows([first]);
  t.is(third.sharing.membership.erasure('flag', epoch), undefined);
  sim.clock.advance(COLLECT_MS);
  await sim.round();
  t.truthy(third.sharing.membership.erasure('flag', epoch));
});
