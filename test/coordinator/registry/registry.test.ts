import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { StreamRosterResponse } from '../../../proto/gen/concordat/v1/registry.ts';
import { ask, codeOf, memberClients } from '../../fixtures/coordinator-client.ts';
import { startTestCoordinator } from '../../fixtures/coordinator.ts';
import { waitUntil } from '../../tools/wait-until.ts';

test('a member hears the whole roster first, then what matters of the changes', async (t) => {
  const world = await startTestCoordinator();
  t.teardown(() => world.stop());
  const [one, other] = [await world.addMember(0), await world.addMember(1)];
  const clients = [memberClients(world, one), memberClients(world, other)] as const;
  const [first, second] = clients;
  t.teardown(() => clients.forEach(({ close }) => close()));
  const beat = (of: typeof first, ...addresses: string[]): Promise<{ serverTimeMs: bigint }> =>
    ask(of.registry.heartbeat.bind(of.registry), { addresses, version: '1' });
  t.is(Number((await beat(first, '/ip4/10.0.0.1/tcp/9600')).serverTimeMs), world.clock.nowMs());
  const messages: StreamRosterResponse[] = [];
  const stream = second.registry.streamRoster({});
  stream.on('error', () => undefined);
  stream.on('data', (message: StreamRosterResponse) => messages.push(message));
  await waitUntil('the whole roster', () => messages.length === 1);
  t.deepEqual(
    messages[0]?.entries.map(({ peerId, addresses }) => [peerId, addresses]),
    [[one.peerId, ['/ip4/10.0.0.1/tcp/9600']]],
  );
  await beat(first, '/ip4/10.0.0.1/tcp/9600');
  await beat(second, '/ip4/10.0.0.2/tcp/9600');
  await waitUntil('the news', () => messages.length === 2);
  t.deepEqual(
    messages[1]?.entries.map(({ peerId }) => peerId),
    [other.peerId],
    'the same again is no news',
  );
  world.clock.advance(4 * LIMITS.heartbeatMs);
  await beat(first, '/ip4/10.0.0.1/tcp/9600');
  await waitUntil('the return', () => messages.length === 3);
  t.deepEqual(
    messages[2]?.entries.map(({ peerId }) => peerId),
    [one.peerId],
  );
  stream.cancel();
});

test('addresses are few, short and of the form of multiaddrs', async (t) => {
  const world = await startTestCoordinator();
  t.teardown(() => world.stop());
  const clients = memberClients(world, await world.addMember(0));
  t.teardown(() => clients.close());
  const beat = (addresses: string[]): Promise<string> =>
    codeOf(ask(clients.registry.heartbeat.bind(clients.registry), { addresses, version: '1' }));
  t.is(await beat([]), 'OK', 'an outbound-only node has none');
  t.is(await beat(['/dns4/node.example/tcp/9600', '/ip6/::1/tcp/1']), 'OK');
  t.is(await beat(['10.0.0.1:9600']), 'CALL_INVALID');
  t.is(await beat(['/ip4/1.1.1.1/tcp/1\n']), 'CALL_INVALID');
  t.is(await beat([`/${'a'.repeat(LIMITS.addressCharacters)}`]), 'CALL_INVALID');
  t.is(await beat(Array.from({ length: LIMITS.addressesPerPeer + 1 }, () => '/ip4/1.1.1.1/tcp/1')), 'CALL_INVALID');
});

test('a member calls so often and no more, others are served meanwhile', async (t) => {
  const world = await startTestCoordinator();
  t.teardown(() => world.stop());
  const [greedy, modest] = [
    memberClients(world, await world.addMember(0)),
    memberClients(world, await world.addMember(1)),
  ];
  t.teardown(() => [greedy, modest].forEach(({ close }) => close()));
  const beat = (of: typeof greedy): Promise<string> =>
    codeOf(ask(of.registry.heartbeat.bind(of.registry), { addresses: [], version: '1' }));
  const codes = await Promise.all(Array.from({ length: LIMITS.memberCallsBurst + 10 }, () => beat(greedy)));
  t.is(codes.filter((code) => code === 'OK').length, LIMITS.memberCallsBurst);
  t.is(codes.filter((code) => code === 'CALL_RATE').length, 10);
  t.is(await beat(modest), 'OK');
});
