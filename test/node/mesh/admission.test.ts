import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { dhtProtocolOf } from '../../../node/mesh/topics.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { buildNode, FakeDirectory, FEDERATION, nodeAt, peerIdOf, startMesh, startTogether } from './mesh-harness.ts';
import { RawPeer, sendRaw } from './raw-peer.ts';

const PROTOCOLS = [
  '/concordat/sync/1.0.0',
  '/concordat/keys/1.0.0',
  '/concordat/oprf/1.0.0',
  '/concordat/match/1.0.0',
  '/concordat/hints/1.0.0',
  '/concordat/id/1.0.0',
  '/concordat/ping/1.0.0',
  '/meshsub/1.2.0',
  '/meshsub/1.1.0',
  dhtProtocolOf(FEDERATION),
];

test('F-05 (transport) an outsider is cut after noise and reaches no protocol, not even hello', async (t) => {
  const node = await buildNode(t, 'member', new FakeDirectory(['member']));
  await startTogether([node]);
  const outsider = await RawPeer.start(t, 'outsider');
  // With TLS or noise the dialer may believe in a connection for a moment; what counts is what it can reach.
  const connection = await outsider.dial(node).catch(() => undefined);
  await waitUntil('the connection is gone', () => outsider.libp2p.getConnections().length === 0);
  for (const protocol of ['/concordat/hello/1.0.0', ...PROTOCOLS]) {
    await t.throwsAsync(async () => connection?.newStream(protocol) ?? Promise.reject(new Error('no connection')));
  }
  t.true(node.counts.of({ metric: 'connection', outcome: 'outsider' }) >= 1);
  t.is(node.counts.of({ metric: 'connection', outcome: 'opened' }), 0);
  t.deepEqual(node.mesh.peers(), []);
});

test('F-05 (transport) a member that has not said hello gets no byte from any protocol', async (t) => {
  const node = await buildNode(t, 'member', new FakeDirectory(['member', 'silent']));
  node.mesh.serve({ sync: { ...UNREACHABLE, heads: async () => t.fail('reached without hello') } });
  await startTogether([node]);
  const silent = await RawPeer.start(t, 'silent');
  for (const protocol of PROTOCOLS) {
    const connection = await silent.dial(node);
    const stream = await connection.newStream(protocol, { negotiateFully: true }).catch(() => undefined);
    if (stream !== undefined) {
      t.deepEqual(await sendRaw(stream, HEADS_REQUEST), { bytes: 0, reset: true }, protocol);
    }
    connection.abort(new Error('next'));
  }
  t.true(node.counts.of({ metric: 'stream', outcome: 'before_hello' }) >= PROTOCOLS.length);
  t.deepEqual(node.mesh.peers(), []);
});

test('F-05 (transport) the same member reaches the protocols once it has said hello', async (t) => {
  const node = await buildNode(t, 'member', new FakeDirectory(['member', 'polite']));
  node.mesh.serve({ sync: { ...UNREACHABLE, heads: async () => [] } });
  await startTogether([node]);
  const polite = await RawPeer.start(t, 'polite');
  const connection = await polite.greet(node);
  const stream = await connection.newStream('/concordat/sync/1.0.0');
  const answered = sendRaw(stream, HEADS_REQUEST);
  await stream.close();
  t.true((await answered).bytes > 0);
});

test('a connection on which nobody says hello is cut', async (t) => {
  const node = await buildNode(t, 'member', new FakeDirectory(['member', 'silent']));
  await startTogether([node]);
  const silent = await RawPeer.start(t, 'silent');
  await silent.dial(node);
  t.is(silent.libp2p.getConnections().length, 1);
  await waitUntil('the connection is gone', () => silent.libp2p.getConnections().length === 0);
  t.is(node.counts.of({ metric: 'hello', outcome: 'late' }), 1);
});

test('a hello that names another federation or peer id is refused and the peer told why', async (t) => {
  const node = await buildNode(t, 'member', new FakeDirectory(['member', 'odd']));
  await startTogether([node]);
  const odd = await RawPeer.start(t, 'odd');
  await t.throwsAsync(odd.greet(node, { federationId: sha256(utf8('another')) }), { code: 'MESH_FEDERATION' });
  await waitUntil('the connection is gone', () => odd.libp2p.getConnections().length === 0);
  await t.throwsAsync(odd.greet(node, { peerId: peerIdOf('member') }), { code: 'MESH_PEER_ID' });
  await waitUntil('the connection is gone', () => odd.libp2p.getConnections().length === 0);
  t.deepEqual(node.mesh.peers(), []);
});

test('what the root says against a hello reaches the peer as its code, and nothing else of it does', async (t) => {
  const verify = () => Promise.reject(new ConcordatError('MEMBER_LAPSED', 'internal words'));
  const node = await buildNode(t, 'member', new FakeDirectory(['member', 'late']), { hello: { verify } });
  await startTogether([node]);
  const late = await RawPeer.start(t, 'late');
  const error = await t.throwsAsync(late.greet(node), { code: 'MEMBER_LAPSED' });
  t.false(error?.message.includes('internal words'));
  t.is(node.counts.of({ metric: 'hello', outcome: 'refused' }), 1);
});

test('a member has no more connections than the bound; further ones are cut after noise', async (t) => {
  const node = await buildNode(t, 'member', new FakeDirectory(['member', 'eager']));
  await startTogether([node]);
  const eager = await RawPeer.start(t, 'eager');
  for (let made = 0; made < LIMITS.connectionsPerPeer; made += 1) await eager.greet(node);
  await eager.dial(node).catch(() => undefined);
  await waitUntil('one was refused', () => node.counts.of({ metric: 'connection', outcome: 'too_many' }) === 1);
  await waitUntil('it is gone', () => eager.libp2p.getConnections().length === LIMITS.connectionsPerPeer);
  t.is(node.counts.of({ metric: 'connection', outcome: 'opened' }), LIMITS.connectionsPerPeer);
});

test('a member that only one end admits is not connected to', async (t) => {
  const a = await buildNode(t, 'a', new FakeDirectory(['a', 'b']));
  const b = await buildNode(t, 'b', new FakeDirectory(['b']));
  await Promise.all([a.mesh.start(), b.mesh.start()]);
  a.directory.setAddresses(b.peerId, b.mesh.addresses());
  await waitUntil('a has tried', () => a.counts.of({ metric: 'dial', outcome: 'failed' }) >= 2);
  t.deepEqual([a.mesh.peers(), b.mesh.peers()], [[], []]);
  t.true(b.counts.of({ metric: 'connection', outcome: 'outsider' }) >= 1);
});

test('a suspended member is cut at both ends within two seconds, and does not come back', async (t) => {
  const nodes = await startMesh(t, ['a', 'b', 'c']);
  const [a, b, c] = [nodeAt(nodes, 0), nodeAt(nodes, 1), nodeAt(nodes, 2)];
  const gone: string[] = [];
  a.mesh.onGone((peerId) => gone.push(peerId));
  const startMs = performance.now();
  a.directory.suspend(c.peerId);
  b.directory.suspend(c.peerId);
  await waitUntil('c is cut', () => c.mesh.peers().length === 0, 2_000);
  t.log(`cut after ${Math.round(performance.now() - startMs)} ms`);
  t.deepEqual(gone, [c.peerId]);
  await waitUntil('c has tried again', () => c.counts.of({ metric: 'dial', outcome: 'failed' }) >= 2);
  t.is(c.mesh.peers().length, 0);
  t.is(a.mesh.peers().length, 1);
});

test('a node keeps trying and is back soon after the other end has come back', async (t) => {
  const a = await buildNode(t, 'a', new FakeDirectory(['a', 'b']));
  const b = await buildNode(t, 'b', new FakeDirectory(['a', 'b']), { listen: false });
  await startTogether([a, b]);
  await waitUntil('they greet', () => a.mesh.peers().length === 1 && b.mesh.peers().length === 1);
  t.is(a.mesh.disconnect(b.peerId), 1);
  await waitUntil('they lost each other', () => b.counts.of({ metric: 'hello', outcome: 'greeted' }) >= 2);
  await waitUntil('they greet again', () => a.mesh.peers().length === 1 && b.mesh.peers().length === 1);
  t.deepEqual(b.mesh.addresses(), []);
});

/** A frame with SyncRequest {heads: {}}. */
const HEADS_REQUEST = Uint8Array.of(2, 10, 0);

const UNREACHABLE = {
  heads: () => Promise.reject(new Error('not asked')),
  range: () => Promise.reject(new Error('not asked')),
  statements: () => Promise.reject(new Error('not asked')),
  indicators: () => Promise.reject(new Error('not asked')),
};
