import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { headerHash } from '../../../crypto/envelope.ts';
import { decodeHeader, encodeEnvelope } from '../../../proto/codec/envelope.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import { withoutPayload } from '../../../node/sharing/envelope-store.ts';
import { FEDERATION } from '../../fixtures/envelopes.ts';
import { FederationSim } from './federation-sim.ts';
import { authorOf, caseRows, candidate, judgementOf, SUMMARY_BYTES } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const COLLECT_MS = 5_000;

async function sequenceAt(node: SimNode, author: SimNode): Promise<number> {
  const chain = { authorPeerId: author.peerId, incarnation: 0, audience: FEDERATION };
  return (await node.sharing.store.head(chain)).sequence;
}

async function publishSummary(node: SimNode): Promise<Uint8Array> {
  const { membership, summaries } = node.sharing;
  const policy = membership.policy();
  if (policy === undefined) throw new Error('no policy');
  const endMs = Date.UTC(2026, 0, 1);
  return (await summaries.publish({ startMs: 0, endMs }, membership.currentEpoch(), policy, 'synthetic')).headerHash;
}

test('F-07 (sharing) a node that was away catches up completely, per audience: log, keys, indicators, objects of all and of its pairs', async (t) => {
  const sim = await FederationSim.start(t.title, { collectMs: COLLECT_MS });
  const [first, second, away] = [sim.node(0), sim.node(1), sim.node(2)];
  await sim.round();
  for (const node of [first, second]) {
    node.knowledge.rows.push(...caseRows(20));
    node.knowledge.shared.push({ accountId: `${node.agencyId}-account`, peerAgency: away.agencyId });
    node.knowledge.scores.push({ accountId: `${node.agencyId}-account`, score: 90 });
  }
  sim.mesh.setOffline(away.peerId, true);
  sim.coordinator.setCut(away.peerId, true);
  for (let epoch = 0; epoch < 3; epoch += 1) {
    for (const node of [first, second]) await node.sharing.flags.add([candidate(sim, `account-${epoch}`)], 'rule');
    await sim.closeWindows([first, second]);
    // The key holder waits its time for the one that is away.
    sim.clock.advance(COLLECT_MS);
    await sim.round();
  }
  t.true(sim.coordinator.indicators.size >= 3);
  t.is(await sequenceAt(away, first), 0);

  // It comes back to the mesh alone, a week later: the coordinator stays out of its reach.
  sim.clock.advance(7 * 86_400_000);
  sim.mesh.setOffline(away.peerId, false);
  await away.sharing.catchUp(first.peerId);
  await away.sharing.catchUp(second.peerId);
  await sim.round();

  t.is(away.sharing.controlLog.size(), first.sharing.controlLog.size());
  t.deepEqual(away.sharing.controlLog.checkpoint(), first.sharing.controlLog.checkpoint());
  for (const author of [first, second]) {
    t.is(await sequenceAt(away, author), await sequenceAt(author, author));
    const pair = { authorPeerId: author.peerId, incarnation: 0, audience: { scope: 'pair', id: away.peerId } } as const;
    t.deepEqual(await away.sharing.store.head(pair), await author.sharing.store.head(pair));
    t.is((await author.sharing.store.head(pair)).sequence, 3);
  }
  t.is(away.sharing.indicators.cursor(), sim.coordinator.indicators.size);
  const opened = await Array.fromAsync(away.sharing.indicators.book.list(SIM_SYSTEM));
  t.is(opened.length, 3, 'and it can read them');
});

test('objects of a pair are given to its two ends and to nobody else', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, end, third] = [sim.node(0), sim.node(1), sim.node(2)];
  await sim.round();
  author.knowledge.shared.push({ accountId: 'shared', peerAgency: end.agencyId });
  await sim.closeWindows();
  const audience = { scope: 'pair', id: end.peerId } as const;
  const range = { authorPeerId: author.peerId, incarnation: 0, audience, firstSequence: 1, lastSequence: 9 };
  t.is((await author.inbound.range(end.peerId, range)).length, 1);
  t.is((await end.inbound.range(author.peerId, range)).length, 1, 'its author may ask for it back');
  t.deepEqual(await author.inbound.range(third.peerId, range), []);
  const scopes = async (asker: SimNode): Promise<readonly string[]> =>
    (await author.inbound.heads(asker.peerId)).flatMap(({ heads }) => heads.map((head) => head.audience.scope));
  t.true((await scopes(end)).includes('pair'));
  t.false((await scopes(third)).includes('pair'));
  t.false((await scopes(third)).includes('coordinator'));
});

test('an object lost by gossip is fetched as soon as the next one shows the gap', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader] = [sim.node(0), sim.node(1)];
  await sim.round();
  let lost = true;
  sim.mesh.drops = ({ to, topic }) => lost && topic === 'summaries' && to === reader.peerId;
  await publishSummary(author);
  await sim.settle();
  t.is(await sequenceAt(reader, author), 0);
  lost = false;
  sim.clock.advance(LIMITS.gapRetryMs);
  await publishSummary(author);
  await sim.settle();
  t.is(await sequenceAt(reader, author), 2);
});

test('gossip in any order comes to the same chains', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader] = [sim.node(0), sim.node(1)];
  await sim.round();
  sim.mesh.hold();
  for (let object = 0; object < 8; object += 1) await publishSummary(author);
  await author.sharing.settled();
  sim.mesh.release();
  await sim.settle();
  t.is(await sequenceAt(reader, author), 8);
});

test('a node hears of the last object that gossip lost though none follows it', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader] = [sim.node(0), sim.node(1)];
  await sim.round();
  sim.mesh.drops = ({ topic }) => topic === 'summaries';
  await publishSummary(author);
  await sim.settle();
  for (let asked = 0; asked < sim.nodes.length; asked += 1) {
    sim.clock.advance(LIMITS.catchUpMs);
    await sim.round(1);
  }
  t.is(await sequenceAt(reader, author), 1);
});

test('a peer that answers the same again and again, or claims a head it does not have, is left in peace', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader] = [sim.node(1), sim.node(0)];
  const one = authorOf(sim, author).next('summary', SUMMARY_BYTES);
  const chain = { authorPeerId: author.peerId, incarnation: 0, audience: FEDERATION };
  let asked = 0;
  const peer = {
    heads: async () => [{ chain, head: { sequence: Number.MAX_SAFE_INTEGER, headerHash: new Uint8Array(32) } }],
    range: async (): Promise<readonly SignedEnvelope[]> => {
      asked += 1;
      return [one];
    },
  };
  t.is(await reader.sharing.sync.catchUp(peer), 1);
  t.is(await reader.sharing.sync.catchUp(peer), 0);
  t.true(asked <= 3);
});

test('a chain that forks brings the proof of it, and its author’s objects are taken no further', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [reader, liar, other] = [sim.node(0), sim.node(1), sim.node(2)];
  const author = authorOf(sim, liar);
  const [mine, theirs] = [1, 2].map(() => author.next('summary', SUMMARY_BYTES, { isTrial: true })) as [
    SignedEnvelope,
    SignedEnvelope,
  ];
  const next = author.next('summary', SUMMARY_BYTES, {
    sequence: 2,
    previousHeaderHash: headerHash(theirs.header),
  });
  await reader.sharing.receiver.receiveEnvelope(mine);
  for (const object of [theirs, next]) await other.sharing.receiver.receiveEnvelope(object);
  // Only the second object of the other branch reaches the reader: it blames nobody and asks for the first.
  const verdict = await sim.mesh.inject(other.peerId, reader.peerId, 'summaries', encodeEnvelope(next));
  t.is(verdict, 'ignore');
  await sim.settle();
  t.true(await reader.sharing.store.hasEquivocation(decodeHeader(mine.header)));
  t.is(await sequenceAt(reader, liar), 1);
});

test('a payload that a peer has cut out is asked for elsewhere, and by gossip nobody can cut one out', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader, liar] = [sim.node(0), sim.node(1), sim.node(2)];
  await sim.round();
  sim.mesh.setOffline(reader.peerId, true);
  const hash = await publishSummary(author);
  await sim.settle();
  const object = await author.sharing.store.getByHash(hash);
  if (object === undefined) throw new Error('not published');
  const cut = withoutPayload(object);
  t.is(await judgementOf(() => reader.sharing.receiver.receiveEnvelope(cut)), 'SHARING_HEADER/reject');

  const chain = { authorPeerId: author.peerId, incarnation: 0, audience: FEDERATION };
  const head = { sequence: 1, headerHash: hash };
  await reader.sharing.sync.catchUp({ heads: async () => [{ chain, head }], range: async () => [cut] });
  t.is((await reader.sharing.store.getByHash(hash))?.payload.length, 0);
  t.is((await Array.fromAsync(reader.sharing.summariesReceived.list(SIM_SYSTEM))).length, 0);

  sim.mesh.setOffline(reader.peerId, false);
  await reader.sharing.catchUp(liar.peerId);
  t.deepEqual((await reader.sharing.store.getByHash(hash))?.payload, object.payload);
  t.is((await Array.fromAsync(reader.sharing.summariesReceived.list(SIM_SYSTEM))).length, 1, 'and it has its effect');
  t.deepEqual(await reader.sharing.store.hollow(10), []);
});

test('an answer to a range is cut by its bytes, so that it always fits a message', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [author, reader] = [sim.node(0), sim.node(1)];
  const big = new Uint8Array(LIMITS.envelopePayloadBytes - 10);
  for (let object = 0; object < 4; object += 1)
    await author.sharing.publisher.publish({
      kind: 'summary',
      audience: FEDERATION,
      epoch: 1,
      payload: big,
      marking: { tlp: 'GREEN', classification: 'UNCLASSIFIED', compartments: [], groups: [] },
      gateway: 'synthetic',
      purpose: 'aml',
      caseHandle: '',
      lifeMs: 1_000,
      sinks: [],
    });
  const range = {
    authorPeerId: author.peerId,
    incarnation: 0,
    audience: FEDERATION,
    firstSequence: 1,
    lastSequence: 4,
  };
  const answer = await author.inbound.range(reader.peerId, range);
  const bytes = answer.reduce((sum, envelope) => sum + encodeEnvelope(envelope).length, 0);
  t.true(answer.length >= 1 && answer.length < 4);
  t.true(bytes < LIMITS.streamMessageBytes);
});
