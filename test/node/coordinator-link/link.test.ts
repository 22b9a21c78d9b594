import { status } from '@grpc/grpc-js';
import test from 'ava';
import { createServer } from 'node:tls';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toPem } from '../../../crypto/x509.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { refuse } from './fake-coordinator.ts';
import { buildLink, envelopeOf, type LinkUnderTest } from './link-harness.ts';
import { Pki } from './pki.ts';

const STATEMENT = { kind: 'suspension', body: Uint8Array.of(1), signatures: [] } as const;
const HASH = Buffer.alloc(32, 1);
const SIGNED = {
  indicator: HASH,
  signature: Buffer.alloc(64),
  salt: Buffer.alloc(32),
  checkpoint: HASH,
  inclusionProof: [HASH],
  leaf: Buffer.alloc(0),
};

async function started(t: Parameters<typeof buildLink>[0]): Promise<LinkUnderTest> {
  const built = await buildLink(t);
  built.link.start();
  await waitUntil('the link is connected', () => built.link.state() === 'connected');
  return built;
}

test("heartbeats tell where the node listens and bring the coordinator's clock", async (t) => {
  const { coordinator, taken, link } = await started(t);
  t.deepEqual(coordinator.heartbeats[0], { addresses: ['/ip4/127.0.0.1/tcp/9600'], version: '0.0.0-test' });
  t.is(taken.serverTimes[0], 5_000);
  link.announce();
  await waitUntil('it beats at once when asked to', () => coordinator.heartbeats.length === 2);
});

test('the roster comes whole first and then in changes, and whole again after the stream broke', async (t) => {
  const { coordinator, taken } = await started(t);
  const entry = { peerId: 'a', addresses: ['/ip4/10.0.0.1/tcp/1'], lastSeenMs: 1n };
  const at = async (index: number) => {
    await waitUntil('the stream is open', () => coordinator.rosters.length > index);
    return coordinator.rosters[index];
  };
  (await at(0))?.write({ entries: [entry] });
  (await at(0))?.write({ entries: [] });
  await waitUntil('both came', () => taken.rosters.length === 2);
  (await at(0))?.end();
  (await at(1))?.write({ entries: [entry] });
  await waitUntil('a third came', () => taken.rosters.length === 3);
  t.deepEqual(
    taken.rosters.map(({ whole }) => whole),
    [true, false, true],
  );
  t.like(taken.rosters[0]?.entries[0], { ...entry, lastSeenMs: 1 });
});

test('control entries come from where the node stands, also after one that it did not believe', async (t) => {
  const { coordinator, taken } = await started(t);
  const at = async (index: number) => {
    await waitUntil('the stream is open', () => coordinator.controls.length > index);
    return coordinator.controls[index];
  };
  const batch = (start: bigint) => ({ start, entries: [HASH, HASH], checkpoint: HASH, consistencyProof: [HASH] });
  (await at(0))?.write(batch(0n));
  await waitUntil('it is taken', () => taken.batches.length === 1);
  const bytes = new Uint8Array(HASH);
  t.deepEqual(taken.batches, [{ start: 0, entries: [bytes, bytes], checkpoint: bytes, consistencyProof: [bytes] }]);
  taken.refusal = new Error('does not verify');
  (await at(0))?.write(batch(2n));
  const second = await at(1);
  t.is(second?.request.start, 2n);
  t.true(taken.counts.some((event) => event.metric === 'stream' && event.outcome === 'not_believed'));
  taken.refusal = undefined;
  second?.write(batch(2n));
  await waitUntil('it is taken now', () => taken.batches.length === 2);
});

test('F-19 (cursor) indicators stream from a cursor and go on there when the coordinator comes back', async (t) => {
  const { coordinator, taken } = await started(t);
  const write = async (index: number, position: bigint) => {
    await waitUntil('the stream is open', () => coordinator.indicators.length > index);
    coordinator.indicators[index]?.write({ indicator: { position, ...SIGNED } });
  };
  await write(0, 0n);
  await write(0, 1n);
  await waitUntil('both came', () => taken.indicators.length === 2);
  coordinator.stop();
  await coordinator.start();
  await write(1, 2n);
  await waitUntil('the third came', () => taken.indicators.length === 3);
  t.is(coordinator.indicators[1]?.request.cursor, 2n);
  t.deepEqual(
    taken.indicators.map(({ position }) => position),
    [0, 1, 2],
  );
});

test('while the coordinator is away calls fail at once, and the link connects by itself when it is back', async (t) => {
  const { coordinator, link, taken } = await started(t);
  const states: string[] = [];
  link.onState((state) => states.push(state));
  coordinator.stop();
  await t.throwsAsync(link.submitStatement(STATEMENT), { code: 'LINK_AWAY' });
  await waitUntil('the link has noticed', () => link.state() === 'away', LIMITS.heartbeatMs / 2);
  await t.throwsAsync(link.heads(), { code: 'LINK_AWAY' });
  await t.throwsAsync(link.logs.checkpoint('control'), { code: 'LINK_AWAY' });
  await coordinator.start();
  await waitUntil('the link is back', () => link.state() === 'connected');
  t.deepEqual(states, ['away', 'connected']);
  t.is(await link.submitStatement(STATEMENT), 3);
  t.true(taken.counts.some((event) => event.metric === 'stream' && event.outcome === 'broken'));
});

test("a refusal arrives as the coordinator's code; other words from there are not passed on", async (t) => {
  const { coordinator, link } = await started(t);
  coordinator.onSubmit = (_call, done) => done(refuse('MEMBERSHIP_SIGNERS', status.FAILED_PRECONDITION));
  await t.throwsAsync(link.submitStatement(STATEMENT), { code: 'MEMBERSHIP_SIGNERS' });
  const cases: [status, string][] = [
    [status.INVALID_ARGUMENT, 'LINK_REFUSED'],
    [status.PERMISSION_DENIED, 'LINK_DENIED'],
    [status.UNAUTHENTICATED, 'LINK_DENIED'],
    [status.RESOURCE_EXHAUSTED, 'LINK_OVERSIZE'],
    [status.UNAVAILABLE, 'LINK_AWAY'],
  ];
  for (const [code, expected] of cases) {
    coordinator.onSubmit = (_call, done) => done({ code, details: 'words <b>from</b> afar' });
    const error = await t.throwsAsync(link.submitStatement(STATEMENT), { code: expected });
    t.false(error?.message.includes('afar'));
  }
});

test('heads and log calls are read and checked in form', async (t) => {
  const { link } = await started(t);
  const head = { audience: { scope: 'coordinator', id: '' }, incarnation: 0, sequence: 4 } as const;
  t.deepEqual(await link.heads(), [{ ...head, headerHash: new Uint8Array(32).fill(9) }]);
  t.is(Buffer.from(await link.logs.checkpoint('indicators')).toString(), 'note');
  t.is((await link.logs.entries('control', 0, 10)).length, 1);
  t.deepEqual(await link.logs.inclusionProof('control', 0, 1), [new Uint8Array(32).fill(1)]);
  await t.notThrowsAsync(link.logs.cosign('control', Uint8Array.of(1), Uint8Array.of(2)));
  await t.throwsAsync(link.logs.consistencyProof('control', 0, 1), { code: 'WIRE_FIELD' });
});

test('another certificate takes over without a failed call, for streams and calls alike', async (t) => {
  const { coordinator, link, pki } = await started(t);
  const release = Promise.withResolvers<void>();
  const { onSubmit } = coordinator;
  coordinator.onSubmit = (call, done) => void release.promise.then(() => onSubmit(call, done));
  const slow = link.submitStatement(STATEMENT);
  await waitUntil('streams are open', () => coordinator.controls.length === 1 && coordinator.indicators.length === 1);
  const before = coordinator.serials.at(-1);
  link.useCertificate(await pki.member('node'));
  await waitUntil('the next heartbeat is under the new one', () => coordinator.serials.at(-1) !== before);
  await waitUntil(
    'streams are open again',
    () => coordinator.controls.length === 2 && coordinator.indicators.length === 2,
  );
  release.resolve();
  t.is(await slow, 3);
  t.is(await link.submitStatement(STATEMENT), 3);
  t.is(link.state(), 'connected');
});

test('a coordinator that the root did not certify is not spoken to', async (t) => {
  const { link, coordinator } = await buildLink(t, { root: (await Pki.create()).root });
  await t.throwsAsync(link.submitStatement(STATEMENT), { code: 'LINK_AWAY' });
  t.deepEqual(coordinator.serials, []);
});

test('F-02 (client) a listener that speaks nothing newer than TLS 1.2 is not spoken to', async (t) => {
  const { link, pki, coordinator } = await buildLink(t);
  coordinator.stop();
  const { certificate, pkcs8 } = await pki.server();
  const server = createServer({
    cert: toPem('CERTIFICATE', certificate),
    key: toPem('PRIVATE KEY', pkcs8),
    maxVersion: 'TLSv1.2',
  });
  const refused = new Promise<Error>((resolve) => server.once('tlsClientError', resolve));
  await new Promise<void>((resolve) => server.listen(coordinator.port, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  await t.throwsAsync(link.submitStatement(STATEMENT), { code: 'LINK_AWAY' });
  t.regex((await refused).message, /unsupported protocol/);
});

test('a member certificate of another root opens nothing', async (t) => {
  const other = await Pki.create();
  const { link, coordinator } = await buildLink(t, { certificate: await other.member('node') });
  await t.throwsAsync(link.submitStatement(STATEMENT), { code: 'LINK_AWAY' });
  t.deepEqual(coordinator.serials, []);
});

test('garbage in a stream is refused, the stream is begun again, and nothing else suffers', async (t) => {
  const { coordinator, link, taken } = await started(t);
  await waitUntil('the stream is open', () => coordinator.indicators.length === 1);
  coordinator.indicators[0]?.write({ indicator: { position: 0n, ...SIGNED, signature: Buffer.alloc(7) } });
  await waitUntil('it is begun again', () => coordinator.indicators.length === 2);
  coordinator.indicators[1]?.write({ indicator: undefined });
  await waitUntil('and again', () => coordinator.indicators.length === 3);
  t.deepEqual(taken.indicators, []);
  t.is(await link.submitStatement(STATEMENT), 3);
});

test('a link that is stopped before it ever connected lets go of everything', async (t) => {
  const { coordinator, link } = await buildLink(t);
  coordinator.stop();
  link.start();
  await link.stop();
  await t.throwsAsync(link.submitStatement(STATEMENT), { code: 'LINK_STOPPED' });
  await t.throwsAsync(link.publish(envelopeOf(1)), { code: 'LINK_STOPPED' });
});
