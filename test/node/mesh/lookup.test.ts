import test from 'ava';
import { waitUntil } from '../../tools/wait-until.ts';
import { buildNode, FakeDirectory, peerIdOf, startTogether } from './mesh-harness.ts';

const NAMES = ['a', 'b', 'c'];

test('a member whose address the roster does not have is found through another member', async (t) => {
  const build = (name: string) => buildNode(t, name, new FakeDirectory(NAMES));
  const [a, b, c] = [await build('a'), await build('b'), await build('c')];
  await startTogether([a, b]);
  await waitUntil('a and b greet', () => a.mesh.peers().length === 1);
  await c.mesh.start();
  // c knows where b is; nobody but b knows where a is, and a does not know where c is.
  c.directory.setAddresses(b.peerId, b.mesh.addresses());
  await waitUntil('c and a greet', () => c.mesh.peers().length === 2 && a.mesh.peers().length === 2);
  const lookedUp = [a, c].map(({ counts }) => counts.of({ metric: 'dial', outcome: 'looked_up' }));
  t.true(
    lookedUp.some((times) => times >= 1),
    'whichever end was first',
  );
});

test('an address in the roster at which another member answers leads to no connection under the wrong name', async (t) => {
  const build = (name: string) => buildNode(t, name, new FakeDirectory(NAMES));
  const [a, b] = [await build('a'), await build('b')];
  await Promise.all([a.mesh.start(), b.mesh.start()]);
  const [address = ''] = b.mesh.addresses();
  a.directory.setAddresses(peerIdOf('c'), [address.replace(/\/p2p\/.*/, '')]);
  await waitUntil('a has tried', () => a.counts.of({ metric: 'dial', outcome: 'failed' }) >= 2);
  t.deepEqual(a.mesh.peers(), []);
});

test('nobody is looked up who is not in the roster, and an outsider is not found', async (t) => {
  const build = (name: string) => buildNode(t, name, new FakeDirectory(['a', 'b']));
  const [a, b] = [await build('a'), await build('b')];
  const outsider = await buildNode(t, 'outsider', new FakeDirectory(['a', 'b', 'outsider']));
  await startTogether([a, b, outsider]);
  await waitUntil('a and b greet', () => a.mesh.peers().length === 1);
  await waitUntil('the outsider has tried', () => outsider.counts.of({ metric: 'dial', outcome: 'failed' }) >= 2);
  t.deepEqual(outsider.mesh.peers(), []);
  t.deepEqual(
    a.mesh.peers().map(({ peerId }) => peerId),
    [b.peerId],
  );
});
