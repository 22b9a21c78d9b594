import test, { type ExecutionContext } from 'ava';
import { CoordinatorChannel } from '../../../node/coordinator-link/channel.ts';
import { callUnary } from '../../../node/coordinator-link/unary.ts';
import { RegistryServiceClient } from '../../../proto/gen/concordat/v1/registry.ts';
import { FakeCoordinator } from './fake-coordinator.ts';
import { Pki, type ServerNames } from './pki.ts';

const ADDRESS = '127.0.0.1';

/** One call to a coordinator whose certificate has these names. */
async function call(t: ExecutionContext, host: string, names: ServerNames): Promise<unknown> {
  const pki = await Pki.create();
  const coordinator = new FakeCoordinator(pki);
  await coordinator.start({ names });
  t.teardown(() => coordinator.stop());
  const certificate = await pki.member('node');
  const address = `${host}:${coordinator.port}`;
  const channel = new CoordinatorChannel({ address, rootCertificate: pki.root, certificate });
  t.teardown(() => channel.close());
  const client = channel.client(RegistryServiceClient);
  return callUnary(client.heartbeat.bind(client), { addresses: [], version: '0' });
}

test('a coordinator is reached by an address that stands in its certificate, and the runtime warns of nothing', async (t) => {
  const warnings: string[] = [];
  const keep = (warning: Error): void => void warnings.push(`${warning.name} ${warning.message}`);
  process.on('warning', keep);
  t.teardown(() => process.off('warning', keep));
  t.like(await call(t, ADDRESS, { dnsNames: [], ipAddresses: [ADDRESS] }), { serverTimeMs: 5_000n });
  // Warnings are emitted in a later turn.
  await new Promise((done) => setImmediate(done));
  t.deepEqual(warnings, []);
});

test('an address that does not stand in the certificate is refused, also when the name of the handshake does', async (t) => {
  for (const names of [
    { dnsNames: ['localhost'], ipAddresses: [] },
    { dnsNames: ['coordinator.invalid', ADDRESS], ipAddresses: ['127.0.0.2'] },
  ])
    await t.throwsAsync(call(t, ADDRESS, names), { code: 'LINK_AWAY' }, JSON.stringify(names));
});

test('a name is believed by the names in the certificate, not by its addresses', async (t) => {
  t.like(await call(t, 'localhost', { dnsNames: ['localhost'], ipAddresses: [] }), { serverTimeMs: 5_000n });
  await t.throwsAsync(call(t, 'localhost', { dnsNames: ['other'], ipAddresses: [ADDRESS] }), { code: 'LINK_AWAY' });
});
