import test, { type ExecutionContext } from 'ava';
import { flagInput } from '../../../crypto/flag/flag.ts';
import { indicatorLeaf } from '../../../crypto/indicator.ts';
import { blind, finalizeBatch } from '../../../crypto/oprf/voprf.ts';
import { sealFlag } from '../../../node/sharing/flag-items.ts';
import { encodeSignedIndicator } from '../../../proto/codec/indicator.ts';
import type { Indicator, SignedIndicator } from '../../../proto/domain/exchange.ts';
import { flagId } from '../../../node/sharing/flag-store.ts';
import { FederationSim, type SimOptions } from './federation-sim.ts';
import { candidate, codeOf, judgementOf } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const ACCOUNT = 'account-1';

/** A federation in which two agencies' flags have opened one indicator. */
async function scene(t: ExecutionContext, options: SimOptions = {}): Promise<FederationSim> {
  const sim = await FederationSim.start(t.title, options);
  await sim.round();
  for (const place of [0, 1]) await sim.node(place).sharing.flags.add([candidate(sim, ACCOUNT)], 'rule');
  return sim;
}

/** Closes windows while a node hears nothing of indicators. */
async function openedWithout(sim: FederationSim, node: SimNode): Promise<SignedIndicator> {
  const cursor = node.sharing.indicators.cursor();
  sim.coordinator.setCut(node.peerId, true);
  sim.mesh.drops = ({ to, topic }) => topic === 'indicators' && to === node.peerId;
  await sim.closeWindows(sim.nodes.filter((other) => other !== node));
  sim.clock.advance(10_000);
  await sim.round();
  return sim.coordinator.indicators.at(cursor);
}

function of(sim: FederationSim, change: Partial<Indicator>): Indicator {
  return {
    indicatorId: sim.random(16),
    epoch: 1,
    groupCount: 2,
    parts: [],
    openedAtMs: 0,
    expiresAtMs: 1,
    replaces: new Uint8Array(0),
    withdrawn: false,
    ...change,
  };
}

async function about(node: SimNode, asOfMs: number): Promise<number> {
  return (await node.sharing.indicators.book.about('account', 'agency-2', ACCOUNT, asOfMs, SIM_SYSTEM)).length;
}

test('an indicator becomes usable with its provenance, as of the business time at which it came, until it expires', async (t) => {
  const sim = await scene(t);
  await sim.closeWindows();
  const node = sim.node(2);
  const [entry] = node.indicatorsOpened;
  const nowMs = sim.businessTime.nowMs();
  t.like(entry, {
    identifier: ACCOUNT,
    holderAgency: 'agency-2',
    epoch: 1,
    groupCount: 2,
    typologies: ['fan'],
    ownContribution: false,
    knownAtMs: nowMs,
    expiresAtMs: nowMs + sim.policy.flags.indicatorLifeMs,
  });
  t.is(await about(node, nowMs - 1), 0, 'nothing earlier may use it');
  t.is(await about(node, nowMs), 1);
  t.is(await about(node, nowMs + sim.policy.flags.indicatorLifeMs), 0);
});

test('a forged signature, a wrong place and a tampered tree are refused, whoever brings them', async (t) => {
  const sim = await scene(t);
  const node = sim.node(2);
  const good = await openedWithout(sim, node);
  sim.coordinator.indicators.publish(of(sim, {}));
  const other = sim.coordinator.indicators.at(1);
  const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, place) => (place === 0 ? byte ^ 1 : byte));
  const forged: Readonly<Record<string, SignedIndicator>> = {
    signature: { ...good, signature: flipped(good.signature) },
    contents: { ...good, indicator: other.indicator },
    salt: { ...good, salt: flipped(good.salt) },
    position: { ...good, position: 1 },
    inclusion: { ...sim.coordinator.indicators.at(0, 2), inclusionProof: [sim.random(32)] },
    'another log’s checkpoint': { ...good, checkpoint: sim.coordinator.checkpoint(1) },
    'a checkpoint of nobody': { ...good, checkpoint: flipped(good.checkpoint) },
    'an erased form of something else': {
      ...good,
      indicator: new Uint8Array(0),
      signature: new Uint8Array(0),
      salt: new Uint8Array(0),
      leaf: sim.random(32),
    },
  };
  for (const [what, signed] of Object.entries(forged)) {
    const judged = await judgementOf(() => node.sharing.indicators.receive(signed, 'peer'));
    t.regex(judged, /^(?:SHARING_INDICATOR|CRYPTO_CHECKPOINT)\/reject$/, what);
    const verdict = await sim.mesh.inject(sim.node(0).peerId, node.peerId, 'indicators', encodeSignedIndicator(signed));
    t.is(verdict, 'reject', what);
  }
  t.is(node.sharing.indicators.cursor(), 0);
  await node.sharing.indicators.receive(good, 'peer');
  t.is(await codeOf(() => node.sharing.indicators.receive(good, 'peer')), 'SHARING_DUPLICATE');
});

test('an indicator in a tree that is not the one held is refused and kept as evidence', async (t) => {
  const sim = await scene(t);
  await sim.closeWindows();
  const node = sim.node(2);
  const forked = await FederationSim.start(t.title, {});
  // The same log key over other leaves: what a coordinator shows to one of two members.
  forked.coordinator.indicators.publish(of(forked, {}));
  forked.coordinator.indicators.publish(of(forked, {}));
  const signed = forked.coordinator.indicators.at(1);
  t.is(await judgementOf(() => node.inbound.indicator(signed)), 'SHARING_CHECKPOINT/reject');
  const evidence = await Array.fromAsync(node.ledger.list('indicator', { prefix: 'evidence/' }, SIM_SYSTEM));
  t.deepEqual(
    evidence.map(({ value }) => value),
    [new Uint8Array(encodeSignedIndicator(signed))],
  );
  t.is(node.sharing.indicators.cursor(), 1);
});

test('an indicator out of turn makes a node ask whoever passed it on for what lies between', async (t) => {
  const sim = await scene(t);
  const [sender, node] = [sim.node(0), sim.node(2)];
  await openedWithout(sim, node);
  sim.coordinator.indicators.publish(of(sim, { withdrawn: true }));
  await sim.coordinator.streamIndicators();
  await sim.settle();
  t.is(node.sharing.indicators.cursor(), 0);
  sim.mesh.drops = () => false;
  const next = encodeSignedIndicator(sim.coordinator.indicators.at(1));
  t.is(await sim.mesh.inject(sender.peerId, node.peerId, 'indicators', next), 'accept');
  await sim.settle();
  t.is(node.sharing.indicators.cursor(), 2);
});

test('one whose member key has not come is kept sealed and read when it has, also after a restart', async (t) => {
  const sim = await FederationSim.start(t.title);
  const late = sim.node(2);
  sim.mesh.setOffline(late.peerId, true);
  await sim.round();
  for (const place of [0, 1]) await sim.node(place).sharing.flags.add([candidate(sim, ACCOUNT)], 'rule');
  await sim.closeWindows([sim.node(0), sim.node(1)]);
  sim.clock.advance(10_000);
  await sim.round();
  t.is(late.sharing.indicators.cursor(), 1, 'the coordinator has streamed it');
  t.is(late.indicatorsOpened.length, 0);
  await late.restart();
  await sim.round();
  t.is(late.indicatorsOpened.length, 0);
  const tries = late.log.lines.filter(({ message }) => message === 'indicator cannot be read yet').length;
  await sim.round(10);
  const after = late.log.lines.filter(({ message }) => message === 'indicator cannot be read yet').length;
  t.is(after, tries, 'it is not tried again before another key comes');
  sim.mesh.setOffline(late.peerId, false);
  await sim.round();
  t.is(late.indicatorsOpened.length, 1);
  t.is(await about(late, sim.businessTime.nowMs()), 1);
});

test('an indicator whose parts do not agree to k is not believed', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [honest, liar, node] = [sim.node(0), sim.node(1), sim.node(2)];
  await sim.round();
  await honest.sharing.flags.add([candidate(sim, ACCOUNT)], 'rule');
  // The liar knows the identifier, so that it comes to the tag, and puts another one under it.
  const input = flagInput({ type: 'account', epoch: 1, value: `agency-2/${ACCOUNT}` });
  const { blind: factor, blinded } = blind(input, sim.random);
  const answer = honest.inbound.evaluate(liar.peerId, { epoch: 1, blinded: [blinded], done: false });
  const publicKey = node.sharing.membership.keyAnnouncements('flag', 1)[0]?.keyId ?? new Uint8Array(32);
  const [oprfOutput] = finalizeBatch({ inputs: [input], blinds: [factor], blinded: [blinded], ...answer, publicKey });
  const item = sealFlag({
    flag: { ...candidate(sim, 'account-of-a-stranger'), sources: [], state: 'waiting', sent: [] },
    oprfOutput: oprfOutput ?? new Uint8Array(0),
    epoch: 1,
    corporateGroup: 'group-1',
    threshold: 2,
    memberKey: liar.sharing.keys.forWriting({ epoch: 1, generation: 1 }) ?? new Uint8Array(32),
    memberKeyName: { epoch: 1, generation: 1 },
    random: sim.random,
  });
  await sim.closeWindows();
  const member = sim.coordinator.membership.node(liar.peerId);
  if (member === undefined) throw new Error('no such member');
  sim.coordinator.indicators.takeFlags(member, 1, [item]);
  t.is(sim.coordinator.indicators.size, 1, 'the coordinator cannot tell');
  await sim.round();
  t.is(node.sharing.indicators.cursor(), 1);
  t.is(node.indicatorsOpened.length, 0);
  t.is(await about(node, sim.businessTime.nowMs()), 0);
});

test('a withdrawn indicator is erased with its content keys; the log is followed past it; the flag waits anew', async (t) => {
  const sim = await scene(t);
  await sim.closeWindows();
  const [keeper, taker, reader] = [sim.node(0), sim.node(1), sim.node(2)];
  t.is(await about(reader, sim.businessTime.nowMs()), 1);
  const flag = candidate(sim, ACCOUNT);
  await taker.sharing.flags.withdraw([flagId(flag)], (handles, writes) =>
    taker.sharing.withdrawals.withdrawFlags(handles, writes, 'ann', 'synthetic'),
  );
  await sim.round();
  t.is(sim.coordinator.indicators.size, 2);
  for (const node of sim.nodes) {
    t.is(node.sharing.indicators.cursor(), 2);
    t.is(await about(node, sim.businessTime.nowMs()), 0);
    const [first] = await node.inbound.indicators(0);
    t.is(first?.indicator.length, 0, 'parts and content keys are gone');
    t.is(first?.leaf.length, 32, 'its place stays');
    const values = [...node.store.records.values()].filter(({ space }) => space === 'indicator');
    t.false(values.some(({ value }) => Buffer.from(value).toString().includes(ACCOUNT)));
  }
  t.is((await keeper.sharing.flags.get(flagId(flag)))?.state, 'waiting');
  t.is((await taker.sharing.flags.get(flagId(flag)))?.state, 'withdrawn');
  const answers = sim.coordinator.objects('withdrawal_answer');
  t.deepEqual(new Set(answers.map(({ from }) => from)), new Set(sim.nodes.map(({ peerId }) => peerId)));

  // A member that was away meets the erased form first, and goes on.
  const joiner = await sim.addNode(2, 'node-2');
  await sim.coordinator.streamIndicators();
  t.is(joiner.sharing.indicators.cursor(), 2);
});

test('a third group’s part replaces the indicator; nobody owes an answer for that', async (t) => {
  const sim = await scene(t);
  await sim.node(2).sharing.flags.add([candidate(sim, ACCOUNT)], 'rule');
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size, 2);
  for (const node of sim.nodes) {
    const entries = await Array.fromAsync(node.sharing.indicators.book.list(SIM_SYSTEM));
    t.deepEqual(
      entries.map(({ groupCount }) => groupCount),
      [3],
    );
  }
  t.is(sim.coordinator.objects('withdrawal_answer').length, 0);
});

test('contents that a peer has cut out are fetched from another, and gossip without contents is refused', async (t) => {
  const sim = await scene(t);
  const node = sim.node(2);
  const good = await openedWithout(sim, node);
  const none = new Uint8Array(0);
  await sim.node(0).sharing.settled();
  const cut = { ...good, indicator: none, signature: none, salt: none, leaf: indicatorLeaf(good.salt, good.indicator) };
  const verdict = await sim.mesh.inject(sim.node(0).peerId, node.peerId, 'indicators', encodeSignedIndicator(cut));
  t.is(verdict, 'reject');
  await node.sharing.indicators.receive(cut, 'peer');
  t.is(node.indicatorsOpened.length, 0);
  t.deepEqual(await node.sharing.indicators.hollow(10), [0]);
  await node.sharing.catchUp(sim.node(1).peerId);
  await sim.settle();
  t.is(node.indicatorsOpened.length, 1);
  t.deepEqual(await node.sharing.indicators.hollow(10), []);
});

test('what was opened is told until it was heard, also by a process that ended in between', async (t) => {
  const sim = await scene(t);
  const node = sim.node(2);
  node.hears = () => {
    throw new Error('triage is not ready');
  };
  await sim.closeWindows();
  t.is(node.indicatorsOpened.length, 0);
  t.is(await about(node, sim.businessTime.nowMs()), 1, 'it is kept all the same');
  await node.restart();
  node.hears = () => undefined;
  await sim.round();
  t.is(node.indicatorsOpened.length, 1);
  await node.restart();
  await sim.round();
  t.is(node.indicatorsOpened.length, 1, 'and not again');
});

test('members whom the coordinator does not reach get indicators from the others', async (t) => {
  const sim = await scene(t);
  const cut = sim.node(2);
  const epoch = sim.epoch();
  for (const node of sim.nodes) await node.sharing.windows.close(epoch);
  await sim.node(0).sharing.tick();
  await sim.settle();
  sim.coordinator.setCut(cut.peerId, true);
  await sim.round();
  t.is(cut.indicatorsOpened.length, 1);
});

test('an answer with indicators is bounded in number', async (t) => {
  const sim = await scene(t);
  for (let place = 0; place < 5; place += 1) sim.coordinator.indicators.publish(of(sim, { withdrawn: true }));
  await sim.coordinator.streamIndicators();
  const found = await sim.node(0).sharing.indicators.from(1, 3, Number.MAX_SAFE_INTEGER);
  t.deepEqual(
    found.map(({ position }) => position),
    [1, 2, 3],
  );
  t.is((await sim.node(0).sharing.indicators.from(0, 5, 1)).length, 1, 'and in bytes');
});
