import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { headerHash } from '../../../crypto/envelope.ts';
import { decodeEnvelopeRecord } from '../../../coordinator/ingest/envelope-record.ts';
import { encodeSummary, encodeWithdrawal } from '../../../proto/codec/payload.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import { ask, memberClients } from '../../fixtures/coordinator-client.ts';
import { type EnrolledNode, startTestCoordinator, type TestCoordinator } from '../../fixtures/coordinator.ts';
import { COORDINATOR, FEDERATION, TestAuthor } from '../../fixtures/envelopes.ts';
import { TestPublisher } from '../../fixtures/publisher.ts';

const SUMMARY = encodeSummary({
  windowStartMs: 0,
  windowEndMs: 1,
  epsilon: 1,
  capPerCustomer: 1,
  minimumCell: 5,
  cells: [{ typology: 'structuring', jurisdiction: 'XX', channel: 'wire', outcome: 'open', count: 7 }],
});

type Scene = {
  readonly world: TestCoordinator;
  readonly node: EnrolledNode;
  readonly author: TestAuthor;
  readonly publisher: TestPublisher;
  readonly clients: ReturnType<typeof memberClients>;
};

async function scene(t: ExecutionContext): Promise<Scene> {
  const world = await startTestCoordinator({ seed: t.title });
  t.teardown(() => world.stop());
  const node = await world.addMember(0);
  await world.setPolicy();
  const clients = memberClients(world, node);
  t.teardown(() => clients.close());
  return { world, node, author: authorOf(world, node), clients, publisher: new TestPublisher(clients.exchange) };
}

function authorOf(world: TestCoordinator, node: EnrolledNode): TestAuthor {
  return new TestAuthor(node, { ...world, nowMs: () => world.clock.nowMs() });
}

async function kept(world: TestCoordinator): Promise<readonly { refusedWith: string; payloadBytes: number }[]> {
  const records: { refusedWith: string; payloadBytes: number }[] = [];
  for await (const { value } of world.coordinator.core.store.list('envelope')) {
    const { refusedWith, envelope } = decodeEnvelopeRecord(value);
    records.push({ refusedWith, payloadBytes: envelope.payload.length });
  }
  return records;
}

test('F-06 (coordinator) objects in sequence are acknowledged together once they are durable', async (t) => {
  const { world, author, publisher, clients } = await scene(t);
  const objects = Array.from({ length: 300 }, () => author.next('summary', SUMMARY));
  t.deepEqual(new Set(await publisher.publish(...objects)), new Set(['ok']));
  t.is(await publisher.close(), 'OK');
  t.is((await kept(world)).length, 300);
  const heads = await ask(clients.exchange.getHeads.bind(clients.exchange), {});
  t.deepEqual(
    heads.heads.map(({ sequence }) => Number(sequence)),
    [300],
  );
  t.is(toHex(heads.headerHashes[0] ?? Buffer.alloc(0)), toHex(headerHash(objects.at(-1)?.header ?? new Uint8Array())));
});

test('F-06 (coordinator) replays are taken once, also after a restart', async (t) => {
  const { world, node, author, publisher } = await scene(t);
  const objects = Array.from({ length: 5 }, () => author.next('summary', SUMMARY));
  await publisher.publish(...objects);
  t.deepEqual(new Set(await publisher.publish(...objects)), new Set(['ok']), 'the same again is acknowledged again');
  t.is((await kept(world)).length, 5);
  const before = world.coordinator.core.store.head().sequence;
  const again = await world.restart();
  t.teardown(() => again.stop());
  const clients = memberClients(again, node);
  t.teardown(() => clients.close());
  const replay = new TestPublisher(clients.exchange);
  t.deepEqual(new Set(await replay.publish(...objects)), new Set(['ok']));
  t.is((await kept(again)).length, 5);
  t.is(again.coordinator.core.store.head().sequence, before, 'nothing was written for them');
  t.deepEqual(await replay.publish(author.next('summary', SUMMARY)), ['ok'], 'and the sequence goes on');
});

test('F-06 (coordinator) what is forged, foreign or somebody else’s is refused and takes no place', async (t) => {
  const { world, author, publisher } = await scene(t);
  const other = authorOf(world, await world.addMember(1));
  const trial = (change: Parameters<TestAuthor['next']>[2] = {}): SignedEnvelope =>
    author.next('summary', SUMMARY, { ...change, isTrial: true });
  const flipped = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index === 20 ? byte ^ 1 : byte));
  const good = trial();
  const cases: readonly [string, SignedEnvelope][] = [
    ['INGEST_SIGNATURE', { ...good, signature: flipped(good.signature) }],
    ['INGEST_SIGNATURE', { ...good, header: flipped(good.header) }],
    ['INGEST_AUTHOR', other.next('summary', SUMMARY)],
    ['INGEST_SIGNATURE', { ...other.next('summary', SUMMARY), authorPeerId: author.node.peerId }],
    ['INGEST_AUTHOR', trial({ authorPeerId: other.node.peerId })],
    ['INGEST_FEDERATION', trial({ federationId: new Uint8Array(32).fill(7) })],
    ['INGEST_AUDIENCE', trial({ audience: { scope: 'pair', id: other.node.peerId } })],
    ['INGEST_AUDIENCE', trial({ audience: COORDINATOR })],
    ['INGEST_CHAIN', trial({ previousHeaderHash: new Uint8Array(32).fill(1) })],
    ['INGEST_INCARNATION', trial({ incarnation: 1 })],
    ['INGEST_PAYLOAD', { ...trial(), payload: new Uint8Array([1, 2, 3]) }],
    ['INGEST_PAYLOAD', { ...trial(), payload: new Uint8Array(0) }],
    ['INGEST_PAYLOAD', { ...trial(), salt: new Uint8Array(32) }],
    ['WIRE_FIELD', { ...trial(), signature: new Uint8Array(63) }],
    ['WIRE_VERSION', trial({ version: 2 })],
  ];
  for (const [code, envelope] of cases) t.deepEqual(await publisher.publish(envelope), [code]);
  t.is((await kept(world)).length, 0);
  t.deepEqual(await publisher.publish(author.next('summary', SUMMARY)), ['ok']);
});

test('an object of the right place that policy or its dates bar keeps its place without payload, for good', async (t) => {
  const { world, author, publisher } = await scene(t);
  const nowMs = world.clock.nowMs();
  const cases: readonly [string, Parameters<TestAuthor['next']>[2]][] = [
    ['INGEST_EXPIRED', { expiresAtMs: nowMs - LIMITS.clockSkewMs }],
    ['INGEST_FUTURE', { issuedAtMs: nowMs + LIMITS.clockSkewMs + 1 }],
    ['INGEST_EPOCH', { epoch: 1 }],
    ['INGEST_GATEWAY', { gateway: 'other' }],
  ];
  const objects = cases.map(([, change]) => author.next('summary', SUMMARY, change));
  t.deepEqual(await publisher.publish(...objects, author.next('summary', SUMMARY)), [
    ...cases.map(([code]) => code),
    'ok',
  ]);
  t.deepEqual(
    await publisher.publish(...objects),
    cases.map(([code]) => code),
    'refused alike the second time',
  );
  t.deepEqual(
    (await kept(world)).map(({ refusedWith, payloadBytes }) => [refusedWith, payloadBytes]),
    [...cases.map(([code]) => [code, 0]), ['', SUMMARY.length]],
  );
});

test('without a gateway for its kind nothing is taken', async (t) => {
  const { world, author, publisher } = await scene(t);
  await world.setPolicy({ gateways: [{ gateway: 'synthetic', kinds: ['flag'], agencies: [], releaseByRule: true }] });
  t.deepEqual(await publisher.publish(author.next('summary', SUMMARY)), ['INGEST_GATEWAY']);
});

test('an object out of turn ends the stream: what came before is acknowledged, the rest is asked for again', async (t) => {
  const { author, publisher, clients } = await scene(t);
  const [first, second, third] = [1, 2, 3].map(() => author.next('summary', SUMMARY)) as [
    SignedEnvelope,
    SignedEnvelope,
    SignedEnvelope,
  ];
  t.deepEqual(await publisher.publish(first, third), ['ok', 'unanswered']);
  t.is(await publisher.ended, 'INGEST_GAP');
  const again = new TestPublisher(clients.exchange);
  t.deepEqual(await again.publish(second, third), ['ok', 'ok']);
});

test('F-08 (coordinator) two objects signed for one place are kept as a proof and the second is refused', async (t) => {
  const { world, author, publisher } = await scene(t);
  const rival = author.next('summary', SUMMARY, { isTrial: true, purpose: 'other' });
  await publisher.publish(author.next('summary', SUMMARY));
  t.deepEqual(await publisher.publish(rival), ['INGEST_EQUIVOCATION']);
  const evidence: Uint8Array[] = [];
  for await (const { value } of world.coordinator.core.store.list('equivocation')) evidence.push(value);
  t.is(evidence.length, 2);
  const { decodeEnvelope, decodeHeader } = await import('../../../proto/codec/envelope.ts');
  const { verifyHeader } = await import('../../../crypto/envelope.ts');
  const places = evidence.map((bytes) => {
    const { header, signature } = decodeEnvelope(bytes, LIMITS);
    t.true(verifyHeader(author.node.identity.publicKey, header, signature));
    return decodeHeader(header);
  });
  t.is(places[0]?.sequence, places[1]?.sequence);
  t.not(places[0]?.purpose, places[1]?.purpose);
});

test('a new incarnation goes on after the head that its announcement lists, the old one is over', async (t) => {
  const { world, node, author, publisher } = await scene(t);
  const last = author.next('summary', SUMMARY);
  await publisher.publish(last);
  const headHash = headerHash(last.header);
  const head = { audience: FEDERATION, incarnation: 0, sequence: 1, headerHash: headHash };
  const value = { peerId: node.peerId, incarnation: 1, heads: [head] };
  await world.submit(world.sign({ kind: 'incarnation', value }, world.officer(0)));
  t.deepEqual(await publisher.publish(author.next('summary', SUMMARY)), ['INGEST_INCARNATION']);
  const renewed = authorOf(world, node);
  const wrong = renewed.next('summary', SUMMARY, { incarnation: 1, isTrial: true });
  t.deepEqual(await publisher.publish(wrong), ['INGEST_CHAIN']);
  const first = renewed.next('summary', SUMMARY, { incarnation: 1, previousHeaderHash: headHash });
  t.deepEqual(await publisher.publish(first, renewed.next('summary', SUMMARY, { incarnation: 1 })), ['ok', 'ok']);
});

test('F-17 (coordinator) a withdrawn summary loses its payload here, its header and chain stay', async (t) => {
  const { world, author, publisher } = await scene(t);
  const other = authorOf(world, await world.addMember(1));
  const otherClients = memberClients(world, other.node as EnrolledNode);
  t.teardown(() => otherClients.close());
  const foreign = other.next('summary', SUMMARY);
  await new TestPublisher(otherClients.exchange).publish(foreign);
  const own = author.next('summary', SUMMARY);
  await publisher.publish(own, author.next('summary', SUMMARY));
  const withdrawal = encodeWithdrawal({
    withdrawalId: world.random(16),
    headerHashes: [headerHash(own.header), headerHash(foreign.header), world.random(32)],
    flagHandles: [],
  });
  t.deepEqual(await publisher.publish(author.next('withdrawal', withdrawal)), ['ok']);
  t.deepEqual(
    (await kept(world)).map(({ payloadBytes }) => payloadBytes).sort((one, two) => one - two),
    [0, withdrawal.length, SUMMARY.length, SUMMARY.length].sort((one, two) => one - two),
  );
  t.deepEqual(await world.coordinator.core.store.verify(), []);
  t.deepEqual(await publisher.publish(own), ['ok'], 'a replay does not bring it back');
  t.is((await kept(world)).filter(({ payloadBytes }) => payloadBytes === 0).length, 1);
});

test('nothing is acknowledged that the store did not confirm', async (t) => {
  const { world, author, publisher } = await scene(t);
  const { store } = world.coordinator.core;
  const { storeError } = await import('../../../coordinator/store/errors.ts');
  const commit = store.commit.bind(store);
  store.commit = () => Promise.reject(storeError('STORE_WRITE_FAILED'));
  const object = author.next('summary', SUMMARY);
  t.deepEqual(await publisher.publish(object), ['unanswered']);
  t.is(await publisher.ended, 'STORE_WRITE_FAILED');
  store.commit = commit;
  const clients = memberClients(world, author.node as EnrolledNode);
  t.teardown(() => clients.close());
  t.deepEqual(await new TestPublisher(clients.exchange).publish(object), ['ok']);
});

test('objects of a suspended author are refused on whatever way they come', async (t) => {
  const { world, node, author } = await scene(t);
  const value = {
    suspensionId: world.random(16),
    target: { kind: 'node', peerId: node.peerId },
    reason: '',
    issuedAtMs: 1,
    heads: [],
  } as const;
  await world.submit(world.sign({ kind: 'suspension', value }, world.officer(0)));
  const clients = memberClients(world, node);
  t.teardown(() => clients.close());
  const publisher = new TestPublisher(clients.exchange);
  t.deepEqual(await publisher.publish(author.next('summary', SUMMARY)), ['unanswered']);
  t.is(await publisher.ended, 'CALL_SUSPENDED');
  t.is((await kept(world)).length, 0);
});
