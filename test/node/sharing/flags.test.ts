import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { decodeFlagBatch } from '../../../proto/codec/payload.ts';
import type { Policy } from '../../../proto/domain/policy.ts';
import { type FlagCandidate, flagId } from '../../../node/sharing/flag-store.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { FederationSim, type SimOptions } from './federation-sim.ts';
import { candidate } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const COLLECT_MS = 5_000;
const { batchSize } = TEST_POLICY.flags;

async function scene(t: ExecutionContext, options: SimOptions = {}): Promise<FederationSim> {
  const sim = await FederationSim.start(t.title, { collectMs: COLLECT_MS, ...options });
  await sim.round();
  return sim;
}

function flagPolicy(change: Partial<Policy['flags']>): Partial<Policy> {
  return { flags: { ...TEST_POLICY.flags, ...change } };
}

function account(sim: FederationSim, name: string, change: Partial<FlagCandidate> = {}): FlagCandidate {
  return candidate(sim, name, change);
}

async function stateOf(node: SimNode, flag: FlagCandidate): Promise<string | undefined> {
  return (await node.sharing.flags.get(flagId(flag)))?.state;
}

function batchesOf(sim: FederationSim, node: SimNode): readonly number[] {
  return sim.coordinator
    .objects('flag_batch')
    .filter(({ from }) => from === node.peerId)
    .map(({ envelope }) => decodeFlagBatch(envelope.payload, LIMITS.envelopePayloadBytes).length);
}

async function rowsOf(node: SimNode, prefix: string): Promise<number> {
  return (await Array.fromAsync(node.ledger.list('flag', { prefix }, SIM_SYSTEM))).length;
}

test('F-11 (sharing, k and k − 1) a flag opens at k corporate groups, for every member, and not at k − 1', async (t) => {
  const sim = await scene(t, { agencies: 4, policy: flagPolicy({ threshold: 3 }) });
  const [opening, closed] = [account(sim, 'three-groups'), account(sim, 'two-groups')];
  for (const place of [0, 1, 2]) await sim.node(place).sharing.flags.add([opening], 'rule');
  for (const place of [0, 1]) await sim.node(place).sharing.flags.add([closed], 'rule');
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size, 1);
  for (const node of sim.nodes) {
    t.deepEqual(
      node.indicatorsOpened.map(({ identifier, groupCount, holderAgency }) => [identifier, groupCount, holderAgency]),
      [['three-groups', 3, 'agency-2']],
    );
    t.is(node.indicatorsOpened[0]?.ownContribution, node !== sim.node(3));
  }
  t.is(await stateOf(sim.node(0), opening), 'opened');
  t.is(await stateOf(sim.node(0), closed), 'waiting');
});

test('F-11 (sharing, groups) agencies of one corporate group count once', async (t) => {
  const sim = await scene(t, { agencies: 4, groups: ['one', 'one', 'two', 'three'] });
  const [together, apart] = [account(sim, 'same-group'), account(sim, 'two-groups')];
  for (const place of [0, 1]) await sim.node(place).sharing.flags.add([together], 'rule');
  for (const place of [1, 2]) await sim.node(place).sharing.flags.add([apart], 'rule');
  await sim.closeWindows();
  t.deepEqual(
    sim.node(3).indicatorsOpened.map(({ identifier }) => identifier),
    ['two-groups'],
  );
});

test('spellings of one identifier meet, and every member reads the first one', async (t) => {
  const sim = await scene(t);
  await sim.node(0).sharing.flags.add([account(sim, 'ab 12-x')], 'rule');
  await sim.node(1).sharing.flags.add([account(sim, 'AB12-X')], 'rule');
  const phone = { identifierType: 'phone', source: 'alert-2' } as const;
  await sim.node(0).sharing.flags.add([account(sim, '+44 20 7946 0000', { ...phone, holderAgency: '' })], 'rule');
  await sim
    .node(2)
    .sharing.flags.add([account(sim, '0044 (0)20 79460000', { ...phone, holderAgency: 'agency-1' })], 'rule');
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size, 2);
  const { book } = sim.node(2).sharing.indicators;
  const nowMs = sim.businessTime.nowMs();
  t.is((await book.about('account', 'agency-2', ' ab12-x', nowMs, SIM_SYSTEM)).length, 1);
  t.is((await book.about('phone', '', '442079460000', nowMs, SIM_SYSTEM)).length, 1);
  t.is((await book.about('account', 'agency-1', 'ab12-x', nowMs, SIM_SYSTEM)).length, 0, 'another agency’s account');
});

test('nothing is sent before the erasure of its key stands in the log', async (t) => {
  const sim = await scene(t);
  await sim.node(1).sharing.flags.add([account(sim, 'account-1')], 'rule');
  sim.mesh.setOffline(sim.node(2).peerId, true);
  await sim.closeWindows([sim.node(0), sim.node(1)]);
  t.is(await rowsOf(sim.node(1), 'prepared/1/'), 1, 'tagged and sealed');
  t.is(sim.coordinator.objects('flag_batch').length, 0);

  // The holder has erased the key and says so, but the coordinator does not log it: gossip alone is not enough.
  sim.coordinator.setAway(true);
  sim.clock.advance(COLLECT_MS);
  await sim.round();
  t.not(sim.node(1).sharing.membership.erasure('flag', 1), undefined);
  t.is(sim.node(1).sharing.membership.erasure('flag', 1, { logged: true }), undefined);
  t.is(await rowsOf(sim.node(1), 'prepared/1/'), 1);

  sim.coordinator.setAway(false);
  await sim.round();
  t.true(sim.coordinator.objects('flag_batch').length > 0);
  t.is(await rowsOf(sim.node(1), 'prepared/1/'), 0);
});

test('batches have one size: dummies fill them, and who has no flag sends one too', async (t) => {
  const sim = await scene(t);
  const flags = Array.from({ length: batchSize + 2 }, (_, place) => account(sim, `account-${place}`));
  await sim.node(1).sharing.flags.add(flags, 'rule');
  await sim.closeWindows();
  t.deepEqual(batchesOf(sim, sim.node(0)), [batchSize]);
  t.deepEqual(batchesOf(sim, sim.node(1)), [batchSize, batchSize]);
  t.deepEqual(batchesOf(sim, sim.node(2)), [batchSize]);
  const items = sim.coordinator
    .objects('flag_batch')
    .flatMap(({ envelope }) => decodeFlagBatch(envelope.payload, LIMITS.envelopePayloadBytes));
  t.is(new Set(items.map((item) => JSON.stringify([item.share.length, item.sealedPart.length]))).size, 1);
  t.is(new Set(items.map(({ handle }) => toHex(handle))).size, items.length);
});

test('a flag that has not opened is tagged and sent anew in the next epoch, under another tag', async (t) => {
  const sim = await scene(t);
  const flag = account(sim, 'account-1');
  await sim.node(0).sharing.flags.add([flag], 'rule');
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size, 0);
  await sim.node(1).sharing.flags.add([flag], 'rule');
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size, 1);
  const sent = (await sim.node(0).sharing.flags.get(flagId(flag)))?.sent ?? [];
  t.deepEqual(
    sent.map(({ epoch }) => epoch),
    [1, 2],
  );
  t.not(sent[0]?.handle, sent[1]?.handle);
  await sim.closeWindows();
  t.is((await sim.node(0).sharing.flags.get(flagId(flag)))?.sent.length, 2, 'an opened one is not sent again');
});

test('evidence beyond policy’s window of business time expires unsent; new evidence revives it', async (t) => {
  const windowMs = 90 * 86_400_000;
  const sim = await scene(t, { policy: flagPolicy({ windowMs }) });
  const old = account(sim, 'account-1', { firstSeenMs: 0, lastSeenMs: sim.businessTime.nowMs() - windowMs - 1 });
  const within = account(sim, 'account-2', { firstSeenMs: 0, lastSeenMs: sim.businessTime.nowMs() - windowMs });
  for (const node of sim.nodes) await node.sharing.flags.add([old, within], 'rule');
  sim.clock.advance(10 * windowMs);
  await sim.closeWindows();
  t.is(await stateOf(sim.node(0), old), 'expired');
  const opened = new Set(sim.node(0).indicatorsOpened.map(({ identifier }) => identifier));
  t.deepEqual(opened, new Set(['account-2']), 'the real clock does not matter');
  await sim.node(0).sharing.flags.add([account(sim, 'account-1')], 'rule');
  t.is(await stateOf(sim.node(0), old), 'waiting');
});

test('the quota leaves the oldest evidence for the next epoch', async (t) => {
  const sim = await scene(t, { policy: flagPolicy({ quotaPerEpoch: 3 }) });
  const nowMs = sim.businessTime.nowMs();
  const flags = [0, 1, 2, 3, 4].map((age) => account(sim, `age-${age}`, { firstSeenMs: 0, lastSeenMs: nowMs - age }));
  for (const node of [sim.node(1), sim.node(2)]) await node.sharing.flags.add(flags, 'rule');
  await sim.closeWindows();
  const opened = (): readonly string[] =>
    sim
      .node(0)
      .indicatorsOpened.map(({ identifier }) => identifier)
      .sort();
  t.deepEqual(opened(), ['age-0', 'age-1', 'age-2']);
  await sim.closeWindows();
  t.deepEqual(opened(), ['age-0', 'age-1', 'age-2', 'age-3', 'age-4']);
});

test('a quota that the holder says is spent stops the tagging, and what was tagged is sent', async (t) => {
  const sim = await scene(t, {
    policy: flagPolicy({ quotaPerEpoch: LIMITS.oprfElementsPerRequest + 4, batchSize: 8 }),
  });
  const second = await sim.addNode(1, 'node-2');
  await sim.activate(second);
  // Both nodes of the agency share its quota; the second comes too late for its last part.
  const flags = (count: number, name: string): readonly FlagCandidate[] =>
    Array.from({ length: count }, (_, place) => account(sim, `${name}-${place}`));
  await sim.closeWindows();
  await sim.node(1).sharing.flags.add(flags(3, 'first'), 'rule');
  await second.sharing.flags.add(flags(LIMITS.oprfElementsPerRequest + 4, 'second'), 'rule');
  await sim.closeWindows();
  t.is(
    batchesOf(sim, second).slice(1).length,
    LIMITS.oprfElementsPerRequest / 8,
    'after the dummies of the first epoch',
  );
  const waiting = (await second.sharing.flags.list()).filter(({ sent }) => sent.length === 0);
  t.is(waiting.length, 4);
});

test('a process that ends between two batches goes on with the rest: no flag is lost, none is sent twice', async (t) => {
  const sim = await scene(t);
  const node = sim.node(1);
  const count = 3 * batchSize - 1;
  const flags = Array.from({ length: count }, (_, place) => account(sim, `account-${place}`));
  for (const each of [node, sim.node(2)]) await each.sharing.flags.add(flags, 'rule');
  let batches = 0;
  const seen: number[] = [];
  node.beforeUnit = ({ writes }) => {
    if (!writes.some(({ space, key }) => space === 'outbox' && key.startsWith('coordinator/'))) return;
    if (!writes.some(({ space, key }) => space === 'flag' && key.startsWith('round/'))) return;
    batches += 1;
    seen.push(batches);
    if (batches === 2) throw new Error('the process ends');
  };
  await sim.closeWindows();
  t.deepEqual(seen.slice(0, 2), [1, 2]);
  node.beforeUnit = () => undefined;
  await node.restart();
  await sim.round();
  t.deepEqual(batchesOf(sim, node), [batchSize, batchSize, batchSize]);
  t.is(sim.coordinator.indicators.size, count);
  const handles = sim.coordinator
    .objects('flag_batch')
    .filter(({ from }) => from === node.peerId)
    .flatMap(({ envelope }) => decodeFlagBatch(envelope.payload, LIMITS.envelopePayloadBytes))
    .map(({ handle }) => toHex(handle));
  t.is(new Set(handles).size, handles.length);
  const sent = (await node.sharing.flags.list()).map((flag) => flag.sent.length);
  t.deepEqual(new Set(sent), new Set([1]));
});

test('a process that ends between tagging and sending sends when it is back', async (t) => {
  const sim = await scene(t);
  for (const node of sim.nodes) await node.sharing.flags.add([account(sim, 'account-1')], 'rule');
  const epoch = sim.epoch();
  for (const node of sim.nodes) await node.sharing.windows.close(epoch);
  await sim.node(1).restart();
  await sim.node(2).restart();
  await sim.round();
  t.is(sim.coordinator.indicators.size > 0, true);
  t.is(batchesOf(sim, sim.node(1)).length, 1);
});

test('tagging that cannot be done at the close is done as soon as it can', async (t) => {
  const sim = await scene(t);
  for (const node of sim.nodes) await node.sharing.flags.add([account(sim, 'account-1')], 'rule');
  const late = sim.node(2);
  sim.mesh.setOffline(sim.node(0).peerId, true);
  const { steps } = await late.sharing.windows.close(1);
  t.is(steps.find(({ kind }) => kind === 'flag')?.outcome, 'refused');
  sim.mesh.setOffline(sim.node(0).peerId, false);
  await sim.closeWindows([sim.node(0), sim.node(1)]);
  await sim.round();
  t.is(batchesOf(sim, late).length, 1);
  t.is(late.indicatorsOpened.at(-1)?.groupCount, 3);
});

test('tagging that ends in between goes on with the rest, and tags nothing twice', async (t) => {
  const count = LIMITS.oprfElementsPerRequest + 6;
  const sim = await scene(t, { policy: flagPolicy({ quotaPerEpoch: 2 * count }) });
  const node = sim.node(1);
  const flags = Array.from({ length: count }, (_, place) => account(sim, `account-${place}`));
  for (const each of [node, sim.node(2)]) await each.sharing.flags.add(flags, 'rule');
  let asked = 0;
  sim.mesh.loses = ({ from, method }) => {
    if (method === 'evaluate' && from === node.peerId) asked += 1;
    return asked === 2;
  };
  const { steps } = await node.sharing.windows.close(1);
  t.is(steps.find(({ kind }) => kind === 'flag')?.code, 'MESH_TIMEOUT');
  t.is(await rowsOf(node, 'prepared/1/'), LIMITS.oprfElementsPerRequest);
  await sim.closeWindows();
  t.is(batchesOf(sim, node).length, Math.ceil(count / batchSize));
  t.is(sim.coordinator.indicators.size, count);
  t.deepEqual(new Set((await node.sharing.flags.list()).map(({ sent }) => sent.length)), new Set([1]));
});

test('an identifier that nobody could read is left out and holds back no other', async (t) => {
  const sim = await scene(t);
  const bad = ['', '   ', '\u0001', 'x'.repeat(257), '\ud800'].map((identifier) => account(sim, identifier));
  const wordy = account(sim, 'account-2', {
    typologies: Array.from({ length: 8 }, (_, place) => `${place}`.repeat(80)),
  });
  for (const node of sim.nodes) await node.sharing.flags.add([...bad, wordy, account(sim, 'account-1')], 'rule');
  t.is((await sim.node(0).sharing.flags.list()).length, 1);
  await sim.closeWindows();
  t.is(sim.coordinator.indicators.size > 0, true);
});

test('evidence that comes while flags are tagged and sent is not lost, nor is a withdrawal', async (t) => {
  const sim = await scene(t);
  const [node, other] = [sim.node(1), sim.node(2)];
  const [kept, taken] = [account(sim, 'kept'), account(sim, 'taken')];
  for (const each of [node, other]) await each.sharing.flags.add([kept, taken], 'rule');
  const closing = node.sharing.windows.close(1);
  await node.sharing.flags.add([account(sim, 'kept', { source: 'alert-9' })], 'ann');
  await closing;
  await node.sharing.flags.withdraw([flagId(taken)], (handles, writes) =>
    node.sharing.withdrawals.withdrawFlags(handles, writes, 'ann', 'synthetic'),
  );
  await sim.closeWindows([sim.node(0), other]);
  t.deepEqual((await node.sharing.flags.get(flagId(kept)))?.sources, ['alert-1', 'alert-9']);
  t.is(await stateOf(node, taken), 'withdrawn');
  t.deepEqual(
    sim.node(0).indicatorsOpened.map(({ identifier }) => identifier),
    ['kept'],
  );
});

test('of a flag the latest sources are remembered, so many', async (t) => {
  const sim = await scene(t);
  const { flags } = sim.node(0).sharing;
  const sources = Array.from({ length: LIMITS.flagSources + 2 }, (_, place) => `alert-${place}`);
  await flags.add(
    sources.map((source) => account(sim, 'account-1', { source })),
    'rule',
  );
  t.deepEqual((await flags.get(flagId(account(sim, 'account-1'))))?.sources, sources.slice(2));
});

test('very many flags expire in commits of bounded size', async (t) => {
  const sim = await scene(t);
  const node = sim.node(0);
  const count = LIMITS.flagsPerUnit + 1;
  const old = Array.from({ length: count }, (_, place) =>
    account(sim, `account-${place}`, { lastSeenMs: 0, firstSeenMs: 0 }),
  );
  await node.sharing.flags.add(old, 'rule');
  const before = node.ledger.head().sequence;
  t.deepEqual(await node.sharing.flags.due(sim.policy), []);
  t.is(node.ledger.head().sequence, before + 2);
  t.true((await node.sharing.flags.list()).every(({ state }) => state === 'expired'));
});

test('a return to shadow mode throws away what was prepared', async (t) => {
  const sim = await scene(t);
  const node = sim.node(1);
  await node.sharing.flags.add([account(sim, 'account-1')], 'rule');
  await node.sharing.windows.close(1);
  await node.sharing.mode.enterShadow('ann');
  await sim.closeWindows();
  t.is(await rowsOf(node, 'prepared/'), 0);
  t.deepEqual(batchesOf(sim, node), []);
  t.is(await stateOf(node, account(sim, 'account-1')), 'waiting');
});

test('no key of the ledger tells an identifier', async (t) => {
  const sim = await scene(t);
  for (const node of sim.nodes) await node.sharing.flags.add([account(sim, 'planted-account')], 'rule');
  await sim.closeWindows();
  t.true(sim.coordinator.indicators.size > 0);
  for (const node of sim.nodes) {
    const keys = node.store.commits.flatMap(({ writes }) => writes.map(({ key }) => key.toLowerCase()));
    t.false(keys.some((key) => key.includes('planted')));
  }
});
