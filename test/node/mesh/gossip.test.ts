import { gossipsub, type GossipSub, StrictNoSign } from '@libp2p/gossipsub';
import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import { ConcordatError, type Verdict } from '../../../proto/domain/errors.ts';
import { MESH_QUOTAS } from '../../../node/mesh/quotas.ts';
import { topicOf } from '../../../node/mesh/topics.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { FEDERATION, nodeAt, peerIdOf, startMesh, type TestNode } from './mesh-harness.ts';
import { RawPeer } from './raw-peer.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** A mesh whose nodes all reach one another by gossip; what each heard, from whom, judged by `judge`. */
async function gossiping(
  t: ExecutionContext,
  names: readonly string[],
  judge: (node: TestNode, words: string) => Promise<Verdict> = async () => 'accept',
) {
  const nodes = await startMesh(t, names);
  const heard = new Map<string, string[]>(names.map((name) => [name, []]));
  const reached = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
  for (const node of nodes) {
    node.mesh.onMessage('control', async (from, bytes) => {
      reached.get(node.name)?.add(from);
      return bytes.length > 0 ? 'ignore' : 'reject';
    });
    node.mesh.onMessage('summaries', async (_from, bytes) => {
      heard.get(node.name)?.push(text(bytes));
      return judge(node, text(bytes));
    });
  }
  let probe = 0;
  await waitUntil('gossip streams stand', async () => {
    for (const { mesh, name } of nodes) await mesh.publish('control', utf8(`${name} ${(probe += 1)}`));
    return nodes.every(({ name }) => reached.get(name)?.size === names.length - 1);
  });
  return { nodes, heard: (name: string) => heard.get(name) ?? [] };
}

test('what one member publishes reaches every other, once, and not itself', async (t) => {
  const { nodes, heard } = await gossiping(t, ['a', 'b', 'c']);
  t.is(await nodeAt(nodes, 0).mesh.publish('summaries', utf8('one')), 2);
  await nodeAt(nodes, 1).mesh.publish('summaries', utf8('two'));
  await waitUntil('all heard', () => heard('a').length === 1 && heard('b').length === 1 && heard('c').length === 2);
  t.deepEqual([heard('a'), heard('b'), heard('c').toSorted()], [['two'], ['one'], ['one', 'two']]);
  t.is(await nodeAt(nodes, 0).mesh.publish('summaries', utf8('one')), 0, 'the same bytes are not sent again');
  t.is(nodeAt(nodes, 2).counts.of({ metric: 'gossip', topic: 'summaries', outcome: 'accept' }), 2);
});

test('a message is passed on by who accepts it, and by nobody else', async (t) => {
  // The line a - b - c: what a says reaches c only through b.
  const names = ['a', 'b', 'c'];
  const { nodes, heard } = await gossiping(t, names, async (_node, words) =>
    words.startsWith('good') ? 'accept' : 'ignore',
  );
  const [a, , c] = [nodeAt(nodes, 0), nodeAt(nodes, 1), nodeAt(nodes, 2)];
  a.directory.suspend(c.peerId);
  c.directory.suspend(a.peerId);
  await waitUntil('a and c are apart', () => a.mesh.peers().length === 1 && c.mesh.peers().length === 1);
  await a.mesh.publish('summaries', utf8('dull'));
  await a.mesh.publish('summaries', utf8('good'));
  await waitUntil('c hears through b', () => heard('c').length > 0);
  t.deepEqual(heard('b').toSorted(), ['dull', 'good']);
  t.deepEqual(heard('c'), ['good']);
});

test('a refusal carries its verdict; a fault of ours is held against nobody', async (t) => {
  const { nodes } = await gossiping(t, ['a', 'b'], async (_node, words) => {
    if (words.startsWith('fault')) throw new TypeError('a bug of ours');
    throw new ConcordatError('WIRE_FIELD', 'bad', { verdict: 'reject' });
  });
  const [a, b] = [nodeAt(nodes, 0), nodeAt(nodes, 1)];
  for (let sent = 0; sent < 20; sent += 1) await a.mesh.publish('summaries', utf8(`fault ${sent}`));
  const of = (outcome: string) => b.counts.of({ metric: 'gossip', topic: 'summaries', outcome });
  await waitUntil('all were ignored', () => of('ignore') === 20);
  t.is(b.mesh.peers().length, 1);
  for (let sent = 0; sent < 12; sent += 1) await a.mesh.publish('summaries', utf8(`bad ${sent}`));
  await waitUntil('who sends what must be rejected is cut off', () => b.mesh.peers().length === 0);
  t.is(b.counts.of({ metric: 'misbehaviour', outcome: 'banned' }), 1);
});

test('a message over the bound is not published', async (t) => {
  const { nodes } = await gossiping(t, ['a', 'b']);
  const large = new Uint8Array(LIMITS.gossipMessageBytes + 1);
  await t.throwsAsync(nodeAt(nodes, 0).mesh.publish('summaries', large), { code: 'MESH_OVERSIZE' });
});

test('no more messages than the bound wait for a slow judge; the rest are dropped and counted', async (t) => {
  const release = Promise.withResolvers<void>();
  const { nodes } = await gossiping(t, ['a', 'b'], () => release.promise.then((): Verdict => 'accept'));
  const [a, b] = [nodeAt(nodes, 0), nodeAt(nodes, 1)];
  const over = 44;
  for (let sent = 0; sent < LIMITS.gossipPendingPerPeer + over; sent += 1) {
    await a.mesh.publish('summaries', utf8(`message ${sent}`));
  }
  const of = (outcome: string) => b.counts.of({ metric: 'gossip', topic: 'summaries', outcome });
  await waitUntil('the queue is full', () => of('queue_full') === over);
  release.resolve();
  await waitUntil('those that waited are judged', () => of('accept') === LIMITS.gossipPendingPerPeer);
  t.pass();
});

test('a member that floods is cut off, and what others publish meanwhile arrives', async (t) => {
  const { nodes, heard } = await gossiping(t, ['a', 'b', 'c'], async (_node, words) =>
    words.startsWith('flood') ? 'ignore' : 'accept',
  );
  const [a, b, c] = [nodeAt(nodes, 0), nodeAt(nodes, 1), nodeAt(nodes, 2)];
  const startMs = performance.now();
  for (let sent = 0; a.mesh.peers().length > 0 && sent < 20_000; sent += 1) {
    await a.mesh.publish('summaries', utf8(`flood ${sent}`));
    if (sent % 500 === 0) await b.mesh.publish('summaries', utf8(`honest ${sent}`));
    if (sent % 50 === 0) await new Promise(setImmediate);
  }
  t.log(`cut off after ${Math.round(performance.now() - startMs)} ms`);
  const flooded = heard('c').filter((words) => words.startsWith('flood')).length;
  t.true(flooded <= MESH_QUOTAS.gossipMessages.burst + 20 * MESH_QUOTAS.gossipMessages.perSecond);
  await b.mesh.publish('summaries', utf8('honest at last'));
  await waitUntil('c hears b', () => heard('c').includes('honest at last'));
  t.is(c.mesh.peers().length, 1);
});

test('gossip of a peer that has not said hello is not heard', async (t) => {
  const { nodes, heard } = await gossiping(t, ['a', 'b']);
  const a = nodeAt(nodes, 0);
  a.directory.setAddresses(peerIdOf('silent'), []);
  const silent = await RawPeer.start(t, 'silent', {
    pubsub: gossipsub({ globalSignaturePolicy: StrictNoSign, allowPublishToZeroTopicPeers: true }),
  });
  const pubsub = silent.libp2p.services['pubsub'] as GossipSub;
  const topic = topicOf(FEDERATION, 'summaries');
  pubsub.subscribe(topic);
  const connection = await silent.dial(a);
  // Identify is not answered either, so the stream is opened by hand.
  const stream = await connection.newStream('/meshsub/1.2.0').catch(() => undefined);
  await pubsub.publish(topic, utf8('heard by nobody'));
  await waitUntil('the stream is ended', () => stream === undefined || stream.status !== 'open');
  t.true(a.counts.of({ metric: 'stream', outcome: 'before_hello' }) >= 1);
  t.deepEqual(heard('a'), []);
});
