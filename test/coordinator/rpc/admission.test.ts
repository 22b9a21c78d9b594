import { connect } from 'node:tls';
import test from 'ava';
import { asBuffer } from '../../../proto/codec/envelope.ts';
import { toWireStatement } from '../../../proto/codec/statement.ts';
import { createAuthority, createSerial, createTlsKey, issueCertificate, toPem } from '../../../crypto/x509.ts';
import { certificateUris } from '../../../crypto/certificate-identity.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { ask, clientsAt, codeOf, enrolmentClient, memberClients } from '../../fixtures/coordinator-client.ts';
import { startTestCoordinator, type TestCoordinator } from '../../fixtures/coordinator.ts';
import { credentials, Server } from '@grpc/grpc-js';
import { issueListenerIdentity } from '../../../coordinator/listener-identity.ts';
import { Listener } from '../../../coordinator/rpc/listener.ts';
import { ListenerCredentials } from '../../../coordinator/rpc/listener-credentials.ts';
import { waitUntil } from '../../tools/wait-until.ts';

function heartbeat(clients: ReturnType<typeof memberClients>, addresses: string[] = []): Promise<unknown> {
  return ask(clients.registry.heartbeat.bind(clients.registry), { addresses, version: 'test' });
}

async function started(t: { teardown(fn: () => unknown): void }): Promise<TestCoordinator> {
  const world = await startTestCoordinator();
  t.teardown(() => world.stop());
  return world;
}

test('F-02 (coordinator) a member with its certificate is served', async (t) => {
  const world = await started(t);
  const clients = memberClients(world, await world.addMember(0));
  t.is(await codeOf(heartbeat(clients)), 'OK');
  clients.close();
});

test('F-02 (coordinator) nobody is served without a certificate, or with one of another authority', async (t) => {
  const world = await started(t);
  const member = await world.addMember(0);
  const without = memberClients(world, undefined);
  t.not(await codeOf(heartbeat(without)), 'OK');
  const nowMs = world.clock.nowMs();
  const stranger = await createAuthority({ name: 'Other', notBeforeMs: nowMs - 1_000, notAfterMs: nowMs + 1e7 });
  const { agencyId, nodeId } = member.record;
  const foreign = await issueCertificate({
    authority: stranger,
    spki: member.tls.spki,
    commonName: 'node-1',
    uris: certificateUris({ federation: toHex(world.federationId), agencyId, nodeId, peerId: member.peerId }),
    dnsNames: [],
    ipAddresses: [],
    serial: createSerial(world.random),
    notBeforeMs: nowMs - 1_000,
    notAfterMs: nowMs + 1e7,
    usages: ['client'],
  });
  const forged = memberClients(world, { certificate: foreign, tls: member.tls });
  t.not(await codeOf(heartbeat(forged)), 'OK');
  without.close();
  forged.close();
});

test('F-02 (coordinator) a certificate of the right authority serves its own keys and names alone', async (t) => {
  const world = await started(t);
  const member = await world.addMember(0);
  const other = await world.addMember(1);
  const nowMs = world.clock.nowMs();
  const issue = async (change: {
    spki?: Uint8Array;
    uris?: readonly string[];
    usages?: readonly ('client' | 'server')[];
  }) => {
    const { agencyId, nodeId } = member.record;
    return issueCertificate({
      authority: world.coordinator.core.issuer.authority,
      spki: member.tls.spki,
      commonName: 'node-1',
      uris: certificateUris({ federation: toHex(world.federationId), agencyId, nodeId, peerId: member.peerId }),
      dnsNames: [],
      ipAddresses: [],
      serial: createSerial(world.random),
      notBeforeMs: nowMs - 1_000,
      notAfterMs: nowMs + 1e7,
      usages: ['client'],
      ...change,
    });
  };
  const stranger = await createTlsKey();
  const { agencyId, nodeId } = other.record;
  const foreignNames = certificateUris({
    federation: toHex(world.federationId),
    agencyId,
    nodeId,
    peerId: other.peerId,
  });
  const otherFederation = certificateUris({
    federation: 'f'.repeat(64),
    agencyId: member.record.agencyId,
    nodeId: member.record.nodeId,
    peerId: member.peerId,
  });
  const cases = [
    { certificate: await issue({ spki: stranger.spki }), tls: stranger },
    { certificate: await issue({ uris: foreignNames }), tls: member.tls },
    { certificate: await issue({ uris: otherFederation }), tls: member.tls },
    { certificate: await issue({ uris: [] }), tls: member.tls },
  ];
  for (const identity of cases) {
    const clients = memberClients(world, identity);
    t.is(await codeOf(heartbeat(clients)), 'CALL_BINDING');
    clients.close();
  }
});

test('F-02 (coordinator) a lapsed certificate is refused on the connection on which it was valid', async (t) => {
  const world = await started(t);
  await world.setPolicy({ certificateLifeMs: 60_000 });
  const clients = memberClients(world, await world.addMember(0));
  t.is(await codeOf(heartbeat(clients)), 'OK');
  world.clock.advance(61_000);
  t.is(await codeOf(heartbeat(clients)), 'CALL_CERTIFICATE');
  clients.close();
});

test('F-02 (coordinator) keys that the log replaced open nothing any more', async (t) => {
  const world = await started(t);
  const member = await world.addMember(0);
  const clients = memberClients(world, member);
  t.is(await codeOf(heartbeat(clients)), 'OK');
  const value = { ...member.record, tlsKeyHash: world.random(32) };
  await world.submit(world.sign({ kind: 'node', value }, world.officer(0)));
  t.is(await codeOf(heartbeat(clients)), 'CALL_BINDING');
  clients.close();
});

test('F-02 (coordinator) both listeners speak TLS 1.3 and nothing older', async (t) => {
  const world = await started(t);
  const root = toPem('CERTIFICATE', world.coordinator.core.issuer.root);
  const offer = (address: string, version: 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
    new Promise((resolve) => {
      const [host, port] = address.split(':');
      const socket = connect({
        host,
        port: Number(port),
        ca: root,
        minVersion: version,
        maxVersion: version,
        ALPNProtocols: ['h2'],
      });
      socket.once('secureConnect', () => resolve(socket.getProtocol() ?? 'none'));
      socket.once('error', (error) => resolve(String((error as Error & { code?: string }).code)));
      socket.once('close', () => resolve('closed'));
      t.teardown(() => socket.destroy());
    });
  for (const address of [world.addresses.members, world.addresses.enrolment]) {
    t.is(await offer(address, 'TLSv1.3'), 'TLSv1.3');
    t.is(await offer(address, 'TLSv1.2'), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  }
});

test('F-02 (coordinator) a listener whose certificate was replaced shows the new one, still over TLS 1.3 alone', async (t) => {
  const world = await started(t);
  const { core } = world.coordinator;
  const credentials = new ListenerCredentials(
    (await issueListenerIdentity(core, world.settings.coordinator)).identity,
    {
      asksForCertificate: true,
    },
  );
  const listener = await Listener.start(new Server(), credentials, { host: '127.0.0.1', port: 0 });
  t.teardown(() => listener.close(0));
  const root = toPem('CERTIFICATE', core.issuer.root);
  const shown = (maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
    new Promise((resolve) => {
      const at = { host: '127.0.0.1', port: listener.port, ca: root, ALPNProtocols: ['h2'] };
      const socket = connect({ ...at, minVersion: 'TLSv1.2', maxVersion });
      socket.once('secureConnect', () => resolve(socket.getPeerCertificate().serialNumber));
      socket.once('error', (error) => resolve(String((error as Error & { code?: string }).code)));
      t.teardown(() => socket.destroy());
    });
  const first = await shown('TLSv1.3');
  credentials.replace((await issueListenerIdentity(core, world.settings.coordinator)).identity);
  const second = await shown('TLSv1.3');
  t.regex(second, /^[0-9A-F]{32}$/);
  t.not(second, first);
  t.is(await shown('TLSv1.2'), 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
});

test('F-02 (coordinator) the enrolment listener knows Enrol and Renew only, the member listener neither', async (t) => {
  const world = await started(t);
  const member = await world.addMember(0);
  const root = Buffer.from(toPem('CERTIFICATE', world.coordinator.core.issuer.root));
  const identity = credentials.createSsl(
    root,
    Buffer.from(toPem('PRIVATE KEY', member.tls.pkcs8)),
    Buffer.from(toPem('CERTIFICATE', member.certificate)),
  );
  const misdirected = clientsAt(world.addresses.enrolment, identity);
  const answers = await Promise.all([
    codeOf(heartbeat(misdirected)),
    codeOf(ask(misdirected.exchange.getHeads.bind(misdirected.exchange), {})),
    codeOf(ask(misdirected.log.getCheckpoint.bind(misdirected.log), { log: 1 })),
    codeOf(ask(misdirected.health.check.bind(misdirected.health), { service: '' })),
  ]);
  for (const answer of answers) t.regex(answer, /does not implement the method/);
  misdirected.close();
  const enrolment = enrolmentClient({
    ...world,
    addresses: { ...world.addresses, enrolment: world.addresses.members },
  });
  const request = await world.enrolRequest(await world.createNode(1), await world.createToken());
  t.not(await codeOf(ask(enrolment.enrol.bind(enrolment), request)), 'OK');
  enrolment.close();
});

test('F-04 (coordinator) a suspension by the CA cuts open streams and connections in under two seconds', async (t) => {
  const world = await started(t);
  const member = await world.addMember(2);
  const bystander = memberClients(world, await world.addMember(0));
  const clients = memberClients(world, member);
  t.is(await codeOf(heartbeat(clients, ['/ip4/127.0.0.1/tcp/1'])), 'OK');
  const streams = [
    clients.log.streamControl({ start: 0n }),
    clients.exchange.streamIndicators({ cursor: 0n }),
    clients.registry.streamRoster({}),
    clients.exchange.publish(),
  ];
  const ends = streams.map(
    (stream) =>
      new Promise<{ code: string; atMs: number }>((resolve) => {
        stream.on('data', () => undefined);
        stream.on('error', (error: Error & { details?: string }) =>
          resolve({ code: error.details ?? '', atMs: performance.now() }),
        );
      }),
  );
  const { sessions, connections } = await figures(world);
  await waitUntil('four streams open', async () => (await sessions()) === 4);
  const beganMs = performance.now();
  const value = {
    suspensionId: world.random(16),
    target: { kind: 'node', peerId: member.peerId },
    reason: 'test',
    issuedAtMs: world.clock.nowMs(),
    heads: [],
  } as const;
  await world.coordinator.core.statements.issue({ kind: 'suspension', value }, 'test');
  const ended = await Promise.all(ends);
  for (const { code, atMs } of ended) {
    t.is(code, 'CALL_SUSPENDED');
    t.true(atMs - beganMs < 2_000, `${atMs - beganMs} ms`);
  }
  t.log(`last stream cut after ${Math.max(...ended.map(({ atMs }) => atMs - beganMs)).toFixed(0)} ms`);
  t.is(await codeOf(heartbeat(bystander)), 'OK');
  await waitUntil('only the other member is connected', async () => (await connections()) === 1);
  t.log(`last connection ended after ${(performance.now() - beganMs).toFixed(0)} ms`);
  t.is(await codeOf(heartbeat(clients)), 'CALL_SUSPENDED');
  const crl = world.coordinator.core.controlLog.membership.crl();
  t.is(crl?.number, 2, 'the list that follows the suspension');
  clients.close();
  bystander.close();
});

test('a member opens so many streams and no more', async (t) => {
  const world = await started(t);
  const clients = memberClients(world, await world.addMember(0));
  const streams = Array.from({ length: 17 }, () => clients.registry.streamRoster({}));
  const refused = await Promise.race(
    streams.map(
      (stream) =>
        new Promise<string>((resolve) => {
          stream.on('data', () => undefined);
          stream.on('error', (error: Error & { details?: string }) => resolve(error.details ?? ''));
        }),
    ),
  );
  t.is(refused, 'CALL_RATE');
  for (const stream of streams) stream.cancel();
  clients.close();
});

test('what goes to a caller is a code: no text, no stack, no detail', async (t) => {
  const world = await started(t);
  const member = await world.addMember(0);
  const clients = memberClients(world, member);
  const { store } = world.coordinator.core;
  const commit = store.commit.bind(store);
  store.commit = () => Promise.reject(new Error('secret path /var/lib'));
  t.teardown(() => {
    store.commit = commit;
  });
  const statement = world.sign(
    { kind: 'crl', value: { number: 9, crl: new Uint8Array(1) } },
    {
      role: 'coordinator',
      agencyId: '',
      key: world.coordinator.core.logKey,
    },
  );
  const submit = clients.policy.submitStatement.bind(clients.policy);
  t.is(await codeOf(ask(submit, { statement: toWireStatement(statement) })), 'INTERNAL');
  store.commit = commit;
  t.is(await codeOf(ask(submit, { statement: undefined })), 'CALL_INVALID');
  const cosign = clients.log.cosign.bind(clients.log);
  t.is(
    await codeOf(
      ask(cosign, { log: 1, checkpoint: asBuffer(new Uint8Array(3)), cosignature: asBuffer(new Uint8Array(1)) }),
    ),
    'CRYPTO_CHECKPOINT',
  );
  clients.close();
});

test('calls are entered in the audit trail, refused ones too', async (t) => {
  const world = await started(t);
  const member = await world.addMember(0);
  const clients = memberClients(world, member);
  await ask(clients.log.getEntries.bind(clients.log), { log: 1, start: 0n, count: 10 });
  await codeOf(ask(clients.log.getEntries.bind(clients.log), { log: 0, start: 0n, count: 10 }));
  const { auditTail } = await import('../../../coordinator/operator/audit-tail.ts');
  const entries = await auditTail(world.coordinator.core.store, 100);
  const calls = entries.filter(({ action }) => action === 'call');
  t.deepEqual(
    calls.map(({ actor, object, outcome, code }) => ({ actor, object, outcome, code })),
    [
      { actor: member.peerId, object: 'method:Log/GetEntries', outcome: 'done', code: null },
      { actor: member.peerId, object: 'method:Log/GetEntries', outcome: 'refused', code: 'CALL_INVALID' },
    ],
  );
  clients.close();
});

test('grpc.health.v1 answers members', async (t) => {
  const world = await started(t);
  const clients = memberClients(world, await world.addMember(0));
  const check = clients.health.check.bind(clients.health);
  t.is((await ask(check, { service: '' })).status, 1);
  t.is((await ask(check, { service: 'concordat.v1.ExchangeService' })).status, 1);
  t.is(await codeOf(ask(check, { service: 'other' })), 'CALL_UNKNOWN');
  clients.close();
});

/** Figures from the metrics port, as a probe reads them. */
async function figures(world: TestCoordinator) {
  const read = async (name: string): Promise<number> => {
    const text = await (await fetch(`${world.addresses.metrics}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  return {
    sessions: () => read('concordat_coordinator_member_streams'),
    connections: () => read('concordat_coordinator_member_connections'),
  };
}
