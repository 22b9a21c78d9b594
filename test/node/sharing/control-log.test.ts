import test from 'ava';
import { membershipRefusal } from '../../../config/policy/refusal.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { CompactTree, leafHash } from '../../../crypto/merkle.ts';
import { ControlFeed } from '../../../node/sharing/control-feed.ts';
import { checkpointGossip } from '../../../node/sharing/statement-desk.ts';
import { decodeStatement, encodeStatement } from '../../../proto/codec/statement.ts';
import type { SignedStatement } from '../../../proto/domain/control.ts';
import { asId, type PeerIdText } from '../../../proto/domain/ids.ts';
import { TEST_POLICY, type TestNode } from '../../fixtures/federation.ts';
import { FederationSim } from './federation-sim.ts';
import { codeOf, judgementOf } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

async function evidenceOf(node: SimNode): Promise<readonly Uint8Array[]> {
  const rows = await Array.fromAsync(node.ledger.list('control', { prefix: 'evidence/' }, SIM_SYSTEM));
  return rows.map(({ value }) => value);
}

function suspensionOf(sim: FederationSim, target: SimNode, officers: readonly number[]): SignedStatement {
  const { federation } = sim;
  const value = {
    suspensionId: sim.random(16),
    target: { kind: 'node', peerId: target.peerId },
    reason: 'test',
    issuedAtMs: sim.clock.nowMs(),
    heads: [],
  } as const;
  return federation.sign({ kind: 'suspension', value }, ...officers.map((place) => federation.officer(place)));
}

function rootOver(entries: readonly Uint8Array[]): Uint8Array {
  const tree = new CompactTree();
  for (const entry of entries) tree.append(leafHash(entry));
  return tree.root();
}

function announcementOf(sim: FederationSim, maker: TestNode, epoch: number, generation = 1): SignedStatement {
  const value = {
    purpose: 'member',
    epoch,
    generation,
    peerId: maker.peerId,
    keyId: sim.random(32),
    detail: new Uint8Array(0),
    issuedAtMs: sim.clock.nowMs(),
  } as const;
  return sim.federation.sign({ kind: 'key_announcement', value }, maker.signer);
}

test('every member holds the log whole, and after a restart without asking anybody', async (t) => {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  sim.coordinator.setAway(true);
  for (const node of sim.nodes) {
    const before = node.sharing.controlLog.checkpoint();
    await node.restart();
    t.is(node.sharing.controlLog.size(), sim.coordinator.entries.length);
    t.deepEqual(node.sharing.controlLog.checkpoint(), before);
    t.is(node.sharing.membership.nodes().length, 3);
    t.is(node.sharing.membership.policy()?.version, 1);
    t.is(node.sharing.membership.currentEpoch(), 1);
  }
});

test('a checkpoint that forks the log is refused and kept beside the one held, at the same size and at an earlier one', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  const held = node.sharing.controlLog.checkpoint();
  const size = node.sharing.controlLog.size();
  const fork = sim.coordinator.signed(size, sim.random(32));
  t.false(await node.sharing.controlLog.compare(fork));
  t.deepEqual(await evidenceOf(node), [held, fork]);
  const earlier = sim.coordinator.signed(size - 2, sim.random(32));
  t.is(await judgementOf(() => node.inbound.control(size - 2, [], earlier)), 'SHARING_CHECKPOINT/reject');
  t.is((await evidenceOf(node)).length, 4);
  const honest = sim.coordinator.checkpoint(size - 2);
  t.true(await node.sharing.controlLog.compare(honest), 'an earlier head of the same log agrees');
  t.deepEqual(node.sharing.controlLog.checkpoint(), held);
});

test('a log that has shrunk is refused and kept', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  const size = node.sharing.controlLog.size();
  const shrunk = sim.coordinator.checkpoint(size - 1);
  t.is(await judgementOf(() => node.inbound.control(size, [], shrunk)), 'SHARING_CHECKPOINT/reject');
  t.deepEqual(await evidenceOf(node), [node.sharing.controlLog.checkpoint(), shrunk]);
  t.is(node.sharing.controlLog.size(), size);
});

test('a part that is late and agrees changes nothing and accuses nobody', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  const { entries } = sim.coordinator;
  await node.inbound.control(0, entries.slice(0, 2), sim.coordinator.checkpoint(2));
  t.is(node.sharing.controlLog.size(), entries.length);
  t.deepEqual(await evidenceOf(node), []);
});

test('one checkpoint is evidence once, whatever lines are hung on it', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  const fork = sim.coordinator.signed(node.sharing.controlLog.size(), sim.random(32));
  const text = Buffer.from(fork).toString();
  for (let line = 0; line < 5; line += 1) {
    const signature = Buffer.concat([Buffer.from(sim.random(4)), Buffer.from(sim.random(64))]).toString('base64');
    t.false(await node.sharing.controlLog.compare(Buffer.from(`${text}\u2014 other ${signature}\n`)));
  }
  t.is((await evidenceOf(node)).length, 2);
});

test('so many forks are kept as evidence, and no more', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  const size = node.sharing.controlLog.size();
  for (let fork = 0; fork < LIMITS.checkpointsInEvidence + 5; fork += 1)
    t.false(await node.sharing.controlLog.compare(sim.coordinator.signed(size, sim.random(32))));
  t.is((await evidenceOf(node)).length, 2 * LIMITS.checkpointsInEvidence);
});

test('a member who shows a fork is not blamed for it, and the fork goes on to the others', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [node, shower] = [sim.node(0), sim.node(1)];
  const fork = sim.coordinator.signed(node.sharing.controlLog.size(), sim.random(32));
  t.is(await sim.mesh.inject(shower.peerId, node.peerId, 'control', checkpointGossip(fork)), 'accept');
  t.is((await evidenceOf(node)).length, 2);
  const unsigned = Buffer.from(fork);
  unsigned[0] = (unsigned[0] ?? 0) ^ 1;
  t.is(await sim.mesh.inject(shower.peerId, node.peerId, 'control', checkpointGossip(unsigned)), 'reject');
});

test('members tell each other the head that they have verified', async (t) => {
  const sim = await FederationSim.start(t.title);
  sim.coordinator.setCut(sim.node(2).peerId, true);
  // The coordinator shows the one that is cut off another log of the same length, and then lets it speak.
  const other = sim.node(2).sharing.controlLog;
  const entry = encodeStatement(announcementOf(sim, sim.node(1).keys, 9));
  const entries = [...sim.coordinator.entries, entry];
  await other.extend(other.size(), [entry], sim.coordinator.signed(entries.length, rootOver(entries)));
  sim.coordinator.append(suspensionOf(sim, sim.node(1), [0, 2]));
  await sim.settle();
  t.is((await evidenceOf(sim.node(0))).length, 2);
  t.is((await evidenceOf(sim.node(2))).length, 2, 'both find it');
});

test('statements of the log without the signatures they need have no effect; nor has what cannot be read', async (t) => {
  const sim = await FederationSim.start(t.title);
  const { coordinator, federation } = sim;
  const stranger = federation.createNode(1, 'node-9');
  coordinator.appendRaw(federation.sign({ kind: 'node', value: stranger.record }, federation.officer(0)));
  const policy = { ...TEST_POLICY, version: 2, previousHash: coordinator.membership.policyHash() };
  coordinator.appendRaw(
    federation.sign({ kind: 'policy', value: policy }, federation.officer(0), federation.coordinator),
  );
  coordinator.appendBytes(new Uint8Array([0xff, 0xff, 0xff]));
  coordinator.append(suspensionOf(sim, sim.node(1), [1]));
  await sim.settle();
  for (const node of sim.nodes) {
    const { controlLog, membership } = node.sharing;
    t.is(controlLog.size(), coordinator.entries.length, 'they stand in the tree as the log has them');
    t.is(membership.node(stranger.peerId), undefined);
    t.is(membership.policy()?.version, 1);
    t.true(membership.isSuspended(sim.node(1).peerId), 'and what follows counts');
    const errors = node.log.lines.filter(
      ({ message }) => message === 'the control log holds a statement without effect',
    );
    t.is(errors.length, 3);
  }
});

test('a pending statement counts at once, survives a restart, and is settled by the log', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [node, target] = [sim.node(0), sim.node(1)];
  sim.coordinator.setAway(true);
  await node.sharing.statements.submit(suspensionOf(sim, target, [0, 2]));
  await sim.settle();
  t.true(sim.node(2).sharing.membership.isSuspended(target.peerId), 'gossip has brought it');
  await node.restart();
  t.true(node.sharing.membership.isSuspended(target.peerId));
  t.is(node.sharing.controlLog.pending().length, 1);
  sim.coordinator.setAway(false);
  await node.sharing.statements.resubmit();
  await sim.settle();
  t.deepEqual(node.sharing.controlLog.pending(), []);
  t.is(await countOf(node, 'pending/'), 0);
  t.true(node.sharing.membership.isSuspended(target.peerId));
  await node.restart();
  t.true(node.sharing.membership.isSuspended(target.peerId));
});

test('pending statements that rest on one another are read again in the order in which they came', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [node, maker] = [sim.node(0), sim.node(1)];
  sim.coordinator.setAway(true);
  for (let epoch = 1; epoch <= 12; epoch += 1)
    await node.sharing.controlLog.addPending(announcementOf(sim, maker.keys, epoch));
  await node.restart();
  t.is(node.sharing.membership.currentEpoch(), 12);
  t.is(node.sharing.controlLog.pending().length, 12);
});

test('a statement that cannot be written does not count', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [node, target] = [sim.node(0), sim.node(1)];
  node.beforeCommit = () => {
    throw new Error('disk');
  };
  await t.throwsAsync(node.sharing.controlLog.addPending(suspensionOf(sim, target, [0, 2])), { message: 'disk' });
  t.false(node.sharing.membership.isSuspended(target.peerId));
  node.beforeCommit = () => undefined;
});

test('what one signer leaves waiting is bounded, and takes no room from another', async (t) => {
  const sim = await FederationSim.start(t.title);
  const { federation } = sim;
  const [node, target] = [sim.node(0), sim.node(1)];
  sim.coordinator.setAway(true);
  const heads = Array.from({ length: 400 }, () => {
    const peerId = asId<PeerIdText>(Buffer.from(sim.random(60)).toString('hex'));
    return { peerId, heads: [] };
  });
  const flood = (officer: number): SignedStatement => {
    const { peerId } = target;
    const suspension = { suspensionId: sim.random(16), target: { kind: 'node', peerId }, reason: '' } as const;
    const value = { ...suspension, issuedAtMs: 1, heads };
    return federation.sign({ kind: 'suspension', value }, federation.officer(1, officer));
  };
  let code = 'none';
  let taken = 0;
  for (let round = 0; round < 100 && code === 'none'; round += 1) {
    const statement = flood(0);
    code = await codeOf(() => node.sharing.controlLog.addPending(statement));
    if (code === 'none') taken += encodeStatement(statement).length;
  }
  t.is(code, 'SHARING_QUOTA');
  t.true(taken > 0 && taken <= LIMITS.pendingBytesPerSigner);
  t.true(await node.sharing.controlLog.addPending(flood(1)), 'another officer has room of his own');
  const answer = await node.inbound.statements(0);
  const bytes = [...answer.entries, ...answer.pending].reduce((sum, item) => sum + item.length, 0);
  t.true(bytes < LIMITS.streamMessageBytes);
});

test('what cuts a member off stands first in what a peer is told to be pending', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  sim.coordinator.setAway(true);
  await node.sharing.controlLog.addPending(announcementOf(sim, node.keys, 1));
  await node.sharing.controlLog.addPending(suspensionOf(sim, sim.node(1), [1]));
  const { pending } = await node.inbound.statements(0);
  t.deepEqual(
    pending.map((bytes) => decodeStatement(bytes, LIMITS).kind),
    ['suspension', 'key_announcement'],
  );
});

test('a log that comes in parts is taken when the checkpoint is reached; a bad source spoils its own feed alone', async (t) => {
  const sim = await FederationSim.start(t.title);
  const newcomer = sim.node(2);
  sim.coordinator.setCut(newcomer.peerId, true);
  for (let round = 0; round < 6; round += 1) sim.coordinator.append(announcementOf(sim, sim.node(0).keys, round + 1));
  const { controlLog } = newcomer.sharing;
  const size = controlLog.size();
  const checkpoint = sim.coordinator.checkpoint();
  const liar = new ControlFeed(controlLog);
  await liar.offer(size, [new Uint8Array(40)], checkpoint);
  await newcomer.inbound.control(size, sim.coordinator.entries.slice(size, size + 3), checkpoint);
  t.is(controlLog.size(), size, 'held back');
  await newcomer.inbound.control(size + 3, sim.coordinator.entries.slice(size + 3), checkpoint);
  t.is(controlLog.size(), sim.coordinator.entries.length);
  t.is(
    await codeOf(() => liar.offer(liar.next(), [new Uint8Array(40)], sim.coordinator.signed(size + 7, sim.random(32)))),
    'SHARING_CHECKPOINT',
  );
  t.is(await codeOf(() => newcomer.inbound.control(controlLog.size() + 1, [], checkpoint)), 'SHARING_GAP');
});

test('what a source sends without reaching its checkpoint is bounded', async (t) => {
  const sim = await FederationSim.start(t.title);
  const { controlLog } = sim.node(0).sharing;
  const feed = new ControlFeed(controlLog);
  const far = sim.coordinator.signed(10_000_000, sim.random(32));
  const part = Array.from({ length: 64 }, () => new Uint8Array(LIMITS.statementBytes));
  let code = 'none';
  let offered = 0;
  while (code === 'none') {
    code = await codeOf(() => feed.offer(feed.next(), part, far));
    offered += 64 * LIMITS.statementBytes;
  }
  t.is(code, 'SHARING_QUOTA');
  t.true(offered <= LIMITS.controlHeldBytes + 64 * LIMITS.statementBytes);
  t.is(feed.next(), controlLog.size(), 'and is forgotten');
});

test('a long log is written in units of bounded size; what a crash leaves of one does not count', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(2);
  const { controlLog } = node.sharing;
  sim.coordinator.setCut(node.peerId, true);
  const size = controlLog.size();
  for (let entry = 0; entry < LIMITS.controlUnitEntries + 20; entry += 1)
    sim.coordinator.appendBytes(new Uint8Array([0xff, entry % 256, entry >> 8]));
  let commits = 0;
  node.beforeCommit = () => {
    commits += 1;
    if (commits === 2) throw new Error('disk');
  };
  const fresh = sim.coordinator.entries.slice(size);
  await t.throwsAsync(controlLog.extend(size, fresh, sim.coordinator.checkpoint()), { message: 'disk' });
  node.beforeCommit = () => undefined;
  await node.restart();
  t.is(node.sharing.controlLog.size(), size);
  await node.sharing.controlLog.extend(size, fresh, sim.coordinator.checkpoint());
  t.is(node.sharing.controlLog.size(), sim.coordinator.entries.length);
  await node.restart();
  t.is(node.sharing.controlLog.size(), sim.coordinator.entries.length);
});

test('a kind that counts only from the log is refused while the coordinator is away, others wait for it', async (t) => {
  const sim = await FederationSim.start(t.title);
  const { federation } = sim;
  const node = sim.node(0);
  sim.coordinator.setAway(true);
  const policy = { ...TEST_POLICY, version: 2, previousHash: sim.coordinator.membership.policyHash() };
  const next = federation.sign({ kind: 'policy', value: policy }, federation.officer(0), federation.officer(1));
  t.is(await codeOf(() => node.sharing.statements.submit(next)), 'SHARING_AWAY');
  t.is(await codeOf(() => node.sharing.statements.submit(suspensionOf(sim, sim.node(1), [2]))), 'MEMBERSHIP_APPROVALS');
  sim.coordinator.setAway(false);
  await node.sharing.statements.submit(next);
  await sim.settle();
  t.is(node.sharing.membership.policy()?.version, 2);
});

test('a statement that the coordinator could not take is offered again, in order, at every round', async (t) => {
  const sim = await FederationSim.start(t.title);
  const node = sim.node(0);
  sim.coordinator.setAway(true);
  for (const epoch of [1, 2]) await node.sharing.statements.submit(announcementOf(sim, node.keys, epoch));
  sim.coordinator.setAway(false);
  await node.sharing.statements.tick();
  await sim.settle();
  t.deepEqual(node.sharing.controlLog.pending(), []);
  t.is(sim.coordinator.membership.currentEpoch(), 2);
});

test('a statement that the log has refused is offered again after a while', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [node, maker] = [sim.node(0), sim.node(1)];
  const { statements } = node.sharing;
  // The log lacks the generation before, which only gossip has brought.
  const [first, second] = [1, 2].map((generation) => announcementOf(sim, maker.keys, 1, generation)) as [
    SignedStatement,
    SignedStatement,
  ];
  sim.coordinator.setAway(true);
  for (const statement of [first, second]) await node.sharing.controlLog.addPending(statement);
  sim.coordinator.setAway(false);
  const append = sim.coordinator.append.bind(sim.coordinator);
  const offered: SignedStatement[] = [];
  sim.coordinator.append = (statement) => {
    offered.push(statement);
    if (offered.length === 1) throw membershipRefusal('MEMBERSHIP_ORDER');
    append(statement);
  };
  await statements.tick();
  t.is(offered.length, 2, 'a refusal holds back no other');
  t.is(node.sharing.controlLog.pending().length, 2);
  await statements.tick();
  t.is(offered.length, 2);
  sim.clock.advance(LIMITS.statementRetryMs);
  await statements.tick();
  await sim.settle();
  t.deepEqual(node.sharing.controlLog.pending(), []);
});

test('a suspension by one foreign officer has no effect, whatever way it comes', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [node, target] = [sim.node(0), sim.node(1)];
  const forged = suspensionOf(sim, target, [0]);
  t.is(await codeOf(() => node.sharing.controlLog.addPending(forged)), 'MEMBERSHIP_APPROVALS');
  sim.coordinator.appendRaw(forged);
  await sim.settle();
  t.false(node.sharing.membership.isSuspended(target.peerId));
});

async function countOf(node: SimNode, prefix: string): Promise<number> {
  return (await Array.fromAsync(node.ledger.list('control', { prefix }, SIM_SYSTEM))).length;
}
