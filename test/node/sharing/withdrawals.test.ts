import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { headerHash, verifyHeader } from '../../../crypto/envelope.ts';
import { isErased } from '../../../node/sharing/envelope-store.ts';
import { flagId } from '../../../node/sharing/flag-store.ts';
import { decodeHeader } from '../../../proto/codec/envelope.ts';
import { decodeWithdrawalAnswer, encodeWithdrawal, encodeWithdrawalAnswer } from '../../../proto/codec/payload.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import { FEDERATION } from '../../fixtures/envelopes.ts';
import { FederationSim } from './federation-sim.ts';
import { authorOf, candidate, caseRows, codeOf, SUMMARY_BYTES } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const GATEWAY = 'synthetic';

type Scene = { readonly sim: FederationSim; readonly author: SimNode; readonly holders: readonly SimNode[] };

async function scene(t: ExecutionContext): Promise<Scene> {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  const author = sim.node(0);
  author.knowledge.rows.push(...caseRows(20));
  return { sim, author, holders: [sim.node(1), sim.node(2)] };
}

async function publishSummary({ author, sim }: Scene): Promise<Uint8Array> {
  const window = { startMs: 0, endMs: sim.businessTime.nowMs() };
  const { headerHash: hash } = await author.sharing.summaries.publish(window, sim.epoch(), sim.policy, GATEWAY);
  await sim.settle();
  return hash;
}

async function objectAt(node: SimNode, hash: Uint8Array): Promise<SignedEnvelope> {
  const envelope = await node.sharing.store.getByHash(hash);
  if (envelope === undefined) throw new Error('the object is not held');
  return envelope;
}

async function isErasedAt(node: SimNode, hash: Uint8Array): Promise<boolean> {
  const envelope = await objectAt(node, hash);
  const header = decodeHeader(envelope.header);
  const author = node.sharing.membership.node(envelope.authorPeerId);
  const verifies = verifyHeader(author?.identityKey ?? new Uint8Array(32), envelope.header, envelope.signature);
  return verifies && isErased(envelope, header);
}

async function summariesAt(node: SimNode): Promise<number> {
  return (await Array.fromAsync(node.sharing.summariesReceived.list(SIM_SYSTEM))).length;
}

test('F-17 (sharing) a withdrawn summary is erased at every holder with what was made of it, others stay, and each answers under its signature', async (t) => {
  const at = await scene(t);
  const { author, holders, sim } = at;
  const [taken, kept] = [await publishSummary(at), await publishSummary(at)];
  const { payload } = await objectAt(author, taken);
  const id = await author.sharing.withdrawals.withdrawObjects([taken], 'ann', GATEWAY);
  await sim.round();
  for (const node of sim.nodes) {
    const values = [...node.store.records.values()].map(({ value }) => toHex(value));
    t.false(
      values.some((value) => value.includes(toHex(payload))),
      'no byte of it is left',
    );
    t.true(await isErasedAt(node, taken), 'payload gone, header and signature still verify');
    t.false(await isErasedAt(node, kept));
  }
  for (const node of holders) t.is(await summariesAt(node), 1);
  const status = await author.sharing.withdrawals.status(id);
  t.deepEqual(status.waitingFor, []);
  t.deepEqual(
    new Set(status.answers.map(({ headerHash: hash, peerId, result }) => `${peerId} ${result} ${hash}`)),
    new Set(holders.map(({ peerId }) => `${peerId} erased ${toHex(taken)}`)),
  );
  for (const node of holders) {
    const chain = {
      authorPeerId: node.peerId,
      incarnation: 0,
      audience: { scope: 'pair', id: author.peerId },
    } as const;
    const [answer] = await Array.fromAsync(author.sharing.store.range(chain, 1, 9));
    if (answer === undefined) throw new Error('no answer is kept');
    t.true(verifyHeader(node.keys.record.identityKey, answer.header, answer.signature));
    t.is(toHex(decodeWithdrawalAnswer(answer.payload, answer.payload.length).withdrawalId), id);
  }
});

test('a member that was away erases and answers when it is back', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  const away = sim.node(2);
  const hash = await publishSummary(at);
  sim.mesh.setOffline(away.peerId, true);
  const id = await author.sharing.withdrawals.withdrawObjects([hash], 'ann', GATEWAY);
  await sim.round();
  t.deepEqual((await author.sharing.withdrawals.status(id)).waitingFor, [away.peerId]);
  t.false(await isErasedAt(away, hash));
  sim.mesh.setOffline(away.peerId, false);
  await away.sharing.catchUp(sim.node(1).peerId);
  await sim.round();
  t.true(await isErasedAt(away, hash));
  t.deepEqual((await author.sharing.withdrawals.status(id)).waitingFor, []);
});

test('one that never held the object says so, and cannot be given it any more', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  const away = sim.node(2);
  sim.mesh.setOffline(away.peerId, true);
  const hash = await publishSummary(at);
  await author.sharing.withdrawals.withdrawObjects([hash], 'ann', GATEWAY);
  await sim.round();
  sim.mesh.setOffline(away.peerId, false);
  await away.sharing.catchUp(sim.node(1).peerId);
  await sim.round();
  t.true(await isErasedAt(away, hash), 'its place in the chain came without it');
  t.is(await summariesAt(away), 0);
  t.deepEqual(await away.sharing.store.hollow(10), [], 'and nobody is asked for it');
});

test('only its author takes an object back, and only what was given to all', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  const hash = await publishSummary(at);
  const other = sim.node(1);
  t.is(await codeOf(() => other.sharing.withdrawals.withdrawObjects([hash], 'ann', GATEWAY)), 'SHARING_UNKNOWN');
  const forged = encodeWithdrawal({ withdrawalId: sim.random(16), headerHashes: [hash], flagHandles: [] });
  await author.sharing.receiver.receiveEnvelope(authorOf(sim, other).next('withdrawal', forged));
  await sim.node(2).sharing.receiver.receiveEnvelope(authorOf(sim, other).next('withdrawal', forged));
  t.false(await isErasedAt(author, hash));
  t.false(await isErasedAt(sim.node(2), hash));
  t.is(await summariesAt(sim.node(2)), 1);
  t.is(
    await codeOf(() => author.sharing.withdrawals.withdrawObjects([sim.random(32)], 'ann', GATEWAY)),
    'SHARING_UNKNOWN',
  );
});

test('an answer survives the end of the process between erasing and answering, and is given once', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  const holder = sim.node(1);
  const hash = await publishSummary(at);
  const id = await author.sharing.withdrawals.withdrawObjects([hash], 'ann', GATEWAY);
  await sim.settle();
  t.true(await isErasedAt(holder, hash));
  t.false((await author.sharing.withdrawals.status(id)).answers.some(({ peerId }) => peerId === holder.peerId));
  holder.beforeCommit = () => {
    throw new Error('the process ends');
  };
  await holder.sharing.tick();
  holder.beforeCommit = () => undefined;
  await holder.restart();
  await sim.round();
  t.true((await author.sharing.withdrawals.status(id)).answers.some(({ peerId }) => peerId === holder.peerId));
  await sim.round();
  const chain = {
    authorPeerId: holder.peerId,
    incarnation: 0,
    audience: { scope: 'pair', id: author.peerId },
  } as const;
  t.is((await holder.sharing.store.head(chain)).sequence, 1);
});

test('what the coordinator has not got yet is kept for it until then, gossiped to nobody, and erased after', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  sim.coordinator.setAway(true);
  for (const node of sim.nodes) sim.mesh.setOffline(node.peerId, true);
  const hash = await publishSummary(at);
  await author.sharing.withdrawals.withdrawObjects([hash], 'ann', GATEWAY);
  t.false(await isErasedAt(author, hash));
  for (const node of sim.nodes) sim.mesh.setOffline(node.peerId, false);
  await sim.round();
  sim.clock.advance(LIMITS.catchUpMs);
  await sim.round();
  for (const node of [sim.node(1), sim.node(2)]) {
    t.is(await summariesAt(node), 0);
    const chain = { authorPeerId: author.peerId, incarnation: 0, audience: FEDERATION };
    t.is((await node.sharing.store.head(chain)).sequence, 2, 'the withdrawal reached them');
    t.true(await isErasedAt(node, hash));
  }
  sim.coordinator.setAway(false);
  await sim.round();
  t.deepEqual(
    sim.coordinator.received.filter(({ from }) => from === author.peerId).map(({ header }) => header.kind),
    ['summary', 'withdrawal'],
    'its chain is whole',
  );
  t.true(await isErasedAt(author, hash));
});

test('a flag is taken back at the coordinator alone, in one commit with its mark', async (t) => {
  const { author, sim } = await scene(t);
  for (const node of sim.nodes) await node.sharing.flags.add([candidate(sim, 'account-1')], 'rule');
  await sim.closeWindows();
  const flag = flagId(candidate(sim, 'account-1'));
  const withdraw = (): Promise<string> =>
    author.sharing.flags.withdraw([flag], (handles, writes) =>
      author.sharing.withdrawals.withdrawFlags(handles, writes, 'ann', GATEWAY),
    );
  author.beforeUnit = ({ writes }) => {
    if (writes.some(({ key }) => key.startsWith('request/'))) throw new Error('disk');
  };
  await t.throwsAsync(withdraw(), { message: 'disk' });
  t.is((await author.sharing.flags.get(flag))?.state, 'opened');
  author.beforeUnit = () => undefined;
  const id = await withdraw();
  await sim.round();
  t.is((await author.sharing.flags.get(flag))?.state, 'withdrawn');
  const status = await author.sharing.withdrawals.status(id);
  t.deepEqual([status.flags, status.objects, status.waitingFor], [1, [], []]);
  const gossiped = sim.coordinator.objects('withdrawal').filter(({ header }) => header.audience.scope === 'federation');
  t.deepEqual(gossiped, []);
  t.deepEqual(sim.mesh.calls.filter(({ method }) => method === 'publish summaries').length, 3, 'nothing but summaries');
  for (const node of sim.nodes) {
    const [entry] = await Array.fromAsync(node.sharing.indicators.book.list(SIM_SYSTEM));
    t.is(entry?.groupCount, 2, 'two groups’ parts remain');
  }
});

test('a withdrawal names so many objects and no more, on sending and on receipt', async (t) => {
  const { author, sim } = await scene(t);
  const hashes = Array.from({ length: LIMITS.withdrawalObjects + 1 }, () => sim.random(32));
  t.is(await codeOf(() => author.sharing.withdrawals.withdrawObjects(hashes, 'ann', GATEWAY)), 'SHARING_QUOTA');
  const [sender, holder] = [sim.node(1), sim.node(2)];
  const payload = encodeWithdrawal({ withdrawalId: sim.random(16), headerHashes: hashes, flagHandles: [] });
  const foreign = authorOf(sim, sender);
  t.is(
    await codeOf(() => holder.sharing.receiver.receiveEnvelope(foreign.next('withdrawal', payload))),
    'SHARING_QUOTA',
  );
  t.deepEqual(await Array.fromAsync(holder.ledger.list('withdrawal', {}, SIM_SYSTEM)), []);
  await holder.sharing.receiver.receiveEnvelope(foreign.next('summary', SUMMARY_BYTES));
  t.is(await summariesAt(holder), 1, 'its later objects come in');
});

test('answers to what was never asked leave no trace but themselves', async (t) => {
  const { author, sim } = await scene(t);
  const sender = sim.node(1);
  const answer = encodeWithdrawalAnswer({
    withdrawalId: sim.random(16),
    headerHash: sim.random(32),
    result: 'erased',
    ground: '',
    backupsGoneAtMs: 0,
  });
  const audience = { scope: 'pair', id: author.peerId } as const;
  const object = authorOf(sim, sender).next('withdrawal_answer', answer, { audience });
  t.is(await codeOf(() => author.inbound.deliver(sender.peerId, object)), 'SHARING_UNKNOWN');
  t.deepEqual(await Array.fromAsync(author.ledger.list('withdrawal', {}, SIM_SYSTEM)), []);
  t.is(await codeOf(() => author.sharing.withdrawals.status('00')), 'SHARING_UNKNOWN');
  t.not(await author.sharing.store.getByHash(headerHash(object.header)), undefined);
});
