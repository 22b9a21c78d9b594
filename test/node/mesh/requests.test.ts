import { assert as checkProperty, asyncProperty, uint8Array } from 'fast-check';
import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { MESH_QUOTAS } from '../../../node/mesh/quotas.ts';
import type { SyncAnswers } from '../../../node/mesh/protocols/sync/handler.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { buildNode, FakeDirectory, nodeAt, peerIdOf, startMesh, type TestNode } from './mesh-harness.ts';
import { RawPeer, sendRaw } from './raw-peer.ts';
import { ENVELOPE, GRANT, HEADS, INDICATOR, RECEIPT } from './wire-samples.ts';

const SYNC: SyncAnswers = {
  heads: async () => [HEADS],
  range: async (_asker, { firstSequence, lastSequence }) =>
    Array.from({ length: lastSequence - firstSequence + 1 }, () => ENVELOPE),
  statements: async (_asker, start) => ({
    start,
    entries: [Uint8Array.of(1)],
    checkpoint: Uint8Array.of(2),
    pending: [Uint8Array.of(3)],
  }),
  indicators: async () => [INDICATOR],
};

const RANGE = {
  authorPeerId: HEADS.peerId,
  incarnation: 0,
  audience: { scope: 'federation', id: '' },
  firstSequence: 3,
  lastSequence: 5,
} as const;

async function pair(t: Parameters<typeof startMesh>[0], clock?: { nowMs(): number }): Promise<[TestNode, TestNode]> {
  const nodes = await startMesh(t, ['asker', 'answerer'], clock === undefined ? {} : { clock });
  return [nodeAt(nodes, 0), nodeAt(nodes, 1)];
}

test('sync answers heads, ranges, statements and indicators, and knows who asks', async (t) => {
  const [asker, answerer] = await pair(t);
  const askers: string[] = [];
  answerer.mesh.serve({
    sync: {
      ...SYNC,
      heads: async (peerId) => {
        askers.push(peerId);
        return [HEADS];
      },
    },
  });
  const { sync } = asker.mesh;
  t.deepEqual(await sync.heads(answerer.peerId), [HEADS]);
  t.deepEqual(await sync.range(answerer.peerId, RANGE), [ENVELOPE, ENVELOPE, ENVELOPE]);
  t.is((await sync.statements(answerer.peerId, 9)).start, 9);
  t.deepEqual(await sync.indicators(answerer.peerId, 0), [INDICATOR]);
  t.deepEqual(askers, [asker.peerId]);
});

test('keys, oprf, match and hints are asked and answered', async (t) => {
  const [asker, answerer] = await pair(t);
  const element = new Uint8Array(32).fill(5);
  const evaluation = { evaluated: [element], proof: new Uint8Array(64).fill(6) };
  const chunk = { epoch: 4, keyId: element, totalBytes: 10, offset: 8, chunk: Uint8Array.of(1, 2) };
  const delivered: unknown[] = [];
  answerer.mesh.serve({
    keys: { grant: async () => GRANT },
    oprf: { evaluate: async () => evaluation },
    match: {
      filter: async () => chunk,
      evaluate: async () => ({ ...evaluation, receipt: RECEIPT }),
      receipt: async (_asker, receipt) => receipt,
    },
    hints: {
      deliver: async (_sender, envelope) => {
        delivered.push(envelope);
      },
    },
  });
  const { keys, oprf, match, hints } = asker.mesh;
  const { peerId } = answerer;
  t.deepEqual(await keys.grant(peerId, { epoch: GRANT.epoch, generation: GRANT.generation }), GRANT);
  t.deepEqual(await oprf.evaluate(peerId, { epoch: 4, blinded: [element], done: false }), evaluation);
  t.deepEqual(await match.filter(peerId, { epoch: 4, offset: 8 }), chunk);
  const query = { epoch: 4, tokenType: 'name', blinded: [element], gateway: 'g', purpose: 'p', caseHandle: 'c' };
  t.deepEqual(await match.evaluate(peerId, query), { ...evaluation, receipt: RECEIPT });
  t.deepEqual(await match.receipt(peerId, RECEIPT), RECEIPT);
  await hints.deliver(peerId, ENVELOPE);
  t.deepEqual(delivered, [ENVELOPE]);
});

test('an answer to another question is refused by the asker', async (t) => {
  const [asker, answerer] = await pair(t);
  answerer.mesh.serve({
    keys: { grant: async () => ({ ...GRANT, generation: GRANT.generation + 1 }) },
    oprf: { evaluate: async () => ({ evaluated: [], proof: new Uint8Array(0) }) },
  });
  const key = { epoch: GRANT.epoch, generation: GRANT.generation };
  await t.throwsAsync(asker.mesh.keys.grant(answerer.peerId, key), { code: 'MESH_ANSWER' });
  const request = { epoch: 1, blinded: [new Uint8Array(32)], done: false };
  await t.throwsAsync(asker.mesh.oprf.evaluate(answerer.peerId, request), { code: 'MESH_ANSWER' });
});

test('refusals arrive as their code; of a fault the asker learns only that there was one', async (t) => {
  const [asker, answerer] = await pair(t);
  const { sync } = asker.mesh;
  await t.throwsAsync(sync.heads(answerer.peerId), { code: 'MESH_NOT_SERVED' });
  answerer.mesh.serve({
    sync: {
      ...SYNC,
      heads: () => Promise.reject(new ConcordatError('SYNC_SHADOW', 'internal words')),
      statements: () => Promise.reject(new Error('disk /secret/path broke')),
    },
  });
  const refused = await t.throwsAsync(sync.heads(answerer.peerId), { code: 'SYNC_SHADOW' });
  t.false(refused?.message.includes('internal'));
  const failed = await t.throwsAsync(sync.statements(answerer.peerId, 0), { code: 'MESH_INTERNAL' });
  t.false(failed?.message.includes('secret'));
  t.is(answerer.counts.of({ metric: 'request', outcome: 'failed' }), 1);
});

test('a refusal of an object says whether it is final, whatever its code', async (t) => {
  const [asker, answerer] = await pair(t);
  let refusal = new ConcordatError('SHARING_NEWER', 'of a newer program', { detail: { final: true } });
  answerer.mesh.serve({ hints: { deliver: () => Promise.reject(refusal) } });
  const finalityOf = async (code: string) => {
    const error = await t.throwsAsync<ConcordatError>(asker.mesh.hints.deliver(answerer.peerId, ENVELOPE), { code });
    return error?.detail['final'] === true;
  };
  t.true(await finalityOf('SHARING_NEWER'));
  refusal = new ConcordatError('no code of this house', '', { detail: { final: true } });
  t.true(await finalityOf('MESH_REFUSED'));
  refusal = new ConcordatError('SHARING_NEWER', 'may pass');
  t.false(await finalityOf('SHARING_NEWER'));
});

test('an answer over the bound is not sent; the stream stays usable', async (t) => {
  const [asker, answerer] = await pair(t);
  const large = { ...ENVELOPE, payload: new Uint8Array(LIMITS.envelopePayloadBytes) };
  answerer.mesh.serve({ sync: { ...SYNC, range: async () => Array.from({ length: 5 }, () => large) } });
  await t.throwsAsync(asker.mesh.sync.range(answerer.peerId, RANGE), { code: 'MESH_OVERSIZE' });
  t.deepEqual(await asker.mesh.sync.heads(answerer.peerId), [HEADS]);
});

test('requests of one family share a stream and are answered in order', async (t) => {
  const [asker, answerer] = await pair(t);
  const order: number[] = [];
  answerer.mesh.serve({
    sync: {
      ...SYNC,
      statements: async (peerId, start) => {
        order.push(start);
        return SYNC.statements(peerId, start);
      },
    },
  });
  const starts = Array.from({ length: 50 }, (_, index) => index);
  const answers = await Promise.all(starts.map((start) => asker.mesh.sync.statements(answerer.peerId, start)));
  t.deepEqual(
    answers.map(({ start }) => start),
    starts,
  );
  t.deepEqual(order, starts);
});

test('more requests than may wait for one peer are refused at once', async (t) => {
  const [asker, answerer] = await pair(t);
  const release = Promise.withResolvers<void>();
  answerer.mesh.serve({ sync: { ...SYNC, heads: () => release.promise.then(() => []) } });
  const waiting = Array.from({ length: LIMITS.requestsWaitingPerPeer }, () => asker.mesh.sync.heads(answerer.peerId));
  await t.throwsAsync(asker.mesh.sync.heads(answerer.peerId), { code: 'MESH_BUSY' });
  release.resolve();
  t.is((await Promise.all(waiting)).length, LIMITS.requestsWaitingPerPeer);
});

test('a request of a peer that is not there is refused at once, and one that is cancelled ends', async (t) => {
  const [asker, answerer] = await pair(t);
  await t.throwsAsync(asker.mesh.sync.heads(HEADS.peerId), { code: 'MESH_NOT_CONNECTED' });
  answerer.mesh.serve({ sync: { ...SYNC, heads: () => new Promise(() => {}) } });
  const cancel = new AbortController();
  const asked = asker.mesh.sync.heads(answerer.peerId, { signal: cancel.signal });
  cancel.abort();
  await t.throwsAsync(asked, { code: 'MESH_TIMEOUT' });
});

test('over its quota a peer is refused, and answered again when the quota has grown', async (t) => {
  let frozenMs: number | undefined;
  const [asker, answerer] = await pair(t, { nowMs: () => frozenMs ?? Date.now() });
  frozenMs = Date.now();
  answerer.mesh.serve({ keys: { grant: async () => GRANT } });
  const ask = () => asker.mesh.keys.grant(answerer.peerId, { epoch: GRANT.epoch, generation: GRANT.generation });
  for (let asked = 0; asked < MESH_QUOTAS.keys.burst; asked += 1) await ask();
  await t.throwsAsync(ask(), { code: 'MESH_QUOTA' });
  await t.throwsAsync(ask(), { code: 'MESH_QUOTA' });
  frozenMs += 1_000 / MESH_QUOTAS.keys.perSecond;
  t.deepEqual(await ask(), GRANT);
  await t.throwsAsync(ask(), { code: 'MESH_QUOTA' });
  t.is(answerer.counts.of({ metric: 'request', family: 'keys', outcome: 'over_quota' }), 3);
});

test('disconnecting a peer ends its open requests within two seconds', async (t) => {
  const [asker, answerer] = await pair(t);
  let underWay = false;
  const heads = () => {
    underWay = true;
    return new Promise<never>(() => {});
  };
  answerer.mesh.serve({ sync: { ...SYNC, heads } });
  const asked = asker.mesh.sync.heads(answerer.peerId);
  await waitUntil('the request is under way', () => underWay);
  const startMs = performance.now();
  asker.directory.suspend(answerer.peerId);
  answerer.directory.suspend(asker.peerId);
  await t.throwsAsync(asked, { code: 'MESH_STREAM' });
  t.true(performance.now() - startMs < 2_000);
});

test('a frame over the bound of its family resets the stream before it is read, and is held against the peer', async (t) => {
  const node = nodeAt(await startMesh(t, ['node', 'other']), 0);
  node.directory.setAddresses(RAW_PEER_ID, []);
  const raw = await RawPeer.start(t, RAW);
  const connection = await raw.greet(node);
  for (const prefix of [OVERSIZE_PREFIX, new Uint8Array(100_000).fill(0xff)]) {
    const stream = await connection.newStream('/concordat/keys/1.0.0');
    t.deepEqual(await sendRaw(stream, prefix, 2_000), { bytes: 0, reset: true });
  }
  t.is(node.counts.of({ metric: 'request', family: 'keys', outcome: 'oversize' }), 2);
  t.is(node.mesh.peers().length, 2);
});

test('malformed frames are refused and crash nothing; who keeps sending them is cut and not let in again', async (t) => {
  const node = nodeAt(await startMesh(t, ['node', 'other']), 0);
  node.mesh.serve({ sync: SYNC });
  node.directory.setAddresses(RAW_PEER_ID, []);
  const raw = await RawPeer.start(t, RAW);
  let connection = await raw.greet(node);
  let sent = 0;
  await checkProperty(
    asyncProperty(uint8Array({ minLength: 1, maxLength: 120 }), async (bytes) => {
      if (node.mesh.peers().length < 2) return;
      sent += 1;
      const stream = await connection.newStream('/concordat/sync/1.0.0').catch(() => undefined);
      if (stream === undefined) return;
      const answered = sendRaw(stream, Uint8Array.of(bytes.length, ...bytes));
      await stream.close().catch(() => {});
      await answered;
    }),
    { numRuns: 40 },
  );
  t.true(sent >= 5);
  await waitUntil('the sender is cut', () => node.mesh.peers().every(({ peerId }) => peerId !== RAW_PEER_ID));
  t.is(node.counts.of({ metric: 'misbehaviour', outcome: 'banned' }), 1);
  connection = await raw.dial(node).catch(() => connection);
  await waitUntil('it is not let in again', () => raw.libp2p.getConnections().length === 0);
  t.is(node.mesh.peers().length, 1);
});

const RAW = 'raw';
const RAW_PEER_ID = peerIdOf(RAW);
/** Length 2^28 − 1. */
const OVERSIZE_PREFIX = Uint8Array.of(0xff, 0xff, 0xff, 0x7f);

test('a port that another program has stops the start with the setting at fault', async (t) => {
  const [holder] = await pair(t);
  const [taken = ''] = holder.mesh.addresses();
  const late = await buildNode(t, 'late', new FakeDirectory(['late']), { listen: taken.replace(/\/p2p\/.*$/, '') });
  const error = await t.throwsAsync<ConcordatError>(late.mesh.start(), { code: 'MESH_LISTEN' });
  t.is(error?.detail['field'], 'mesh.listen');
  t.notRegex(error?.message ?? '', /\n/);
});
