import type { ClientReadableStream } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { createMembership } from '../../../config/policy/membership.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { equalBytes } from '../../../crypto/bytes.ts';
import { cosign, openCheckpoint } from '../../../crypto/checkpoint.ts';
import { CompactTree, leafHash, verifyConsistency, verifyInclusion } from '../../../crypto/merkle.ts';
import { parseCertificate, parseCrl } from '../../../crypto/x509.ts';
import { originOf } from '../../../coordinator/log/tree-log.ts';
import { asBuffer } from '../../../proto/codec/envelope.ts';
import { decodeStatement, toWireStatement } from '../../../proto/codec/statement.ts';
import type { StreamControlResponse } from '../../../proto/gen/concordat/v1/log.ts';
import { ask, codeOf, memberClients } from '../../fixtures/coordinator-client.ts';
import { type EnrolledNode, startTestCoordinator, type TestCoordinator } from '../../fixtures/coordinator.ts';
import { waitUntil } from '../../tools/wait-until.ts';

const CONTROL = 1;

type Scene = {
  readonly world: TestCoordinator;
  readonly node: EnrolledNode;
  readonly clients: ReturnType<typeof memberClients>;
};

async function scene(t: ExecutionContext): Promise<Scene> {
  const world = await startTestCoordinator({ seed: t.title });
  t.teardown(() => world.stop());
  const node = await world.addMember(0);
  const clients = memberClients(world, node);
  t.teardown(() => clients.close());
  await world.setPolicy();
  return { world, node, clients };
}

function collect(stream: ClientReadableStream<StreamControlResponse>): StreamControlResponse[] {
  const seen: StreamControlResponse[] = [];
  stream.on('error', () => undefined);
  stream.on('data', (message: StreamControlResponse) => seen.push(message));
  return seen;
}

test('a member that follows the control log verifies each message by itself and comes to the same membership', async (t) => {
  const { world, node, clients } = await scene(t);
  const stream = clients.log.streamControl({ start: 0n });
  const messages = collect(stream);
  await waitUntil('the log as it stands', () => messages.length === 1);
  await world.beginEpoch(node);
  await world.addMember(1);
  await waitUntil('what was added since', () => messages.flatMap(({ entries }) => entries).length === 5);
  stream.cancel();
  const origin = originOf(world.federationId, 'control');
  const membership = createMembership(world.coordinator.core.genesis);
  const tree = new CompactTree();
  for (const { start, entries, checkpoint, consistencyProof } of messages) {
    t.is(Number(start), tree.size);
    const [oldSize, oldRoot] = [tree.size, tree.root()];
    for (const entry of entries) {
      membership.apply(decodeStatement(entry, LIMITS), tree.size);
      tree.append(leafHash(entry));
    }
    const { size, root } = openCheckpoint(checkpoint, origin, membership.genesis.logKey);
    t.true(size === tree.size && equalBytes(root, tree.root()));
    const proof = consistencyProof.map((hash) => new Uint8Array(hash));
    t.true(oldSize === 0 || verifyConsistency({ oldSize, newSize: size, oldRoot, newRoot: root, proof }));
  }
  t.deepEqual(
    membership.nodes().map(({ peerId }) => peerId),
    world.coordinator.core.controlLog.membership.nodes().map(({ peerId }) => peerId),
  );
  t.is(membership.currentEpoch(), 1);
  const crl = await parseCrl(membership.crl()?.crl ?? new Uint8Array(0), membership.genesis.rootCertificate);
  t.deepEqual(crl.revoked, []);
});

test('entries, inclusion and consistency are proved at every size, and asked for beyond it are refused', async (t) => {
  const { world, clients } = await scene(t);
  for (const agency of [1, 2]) await world.addMember(agency);
  const { log } = clients;
  const { checkpoint } = await ask(log.getCheckpoint.bind(log), { log: CONTROL });
  const origin = originOf(world.federationId, 'control');
  const { logKey } = world.coordinator.core.controlLog.membership.genesis;
  const { size, root } = openCheckpoint(checkpoint, origin, logKey);
  const { entries } = await ask(log.getEntries.bind(log), { log: CONTROL, start: 0n, count: 1_000 });
  t.is(entries.length, size);
  const leaves = entries.map((entry) => leafHash(entry));
  const rootAt = (count: number): Uint8Array => {
    const tree = new CompactTree();
    for (const leaf of leaves.slice(0, count)) tree.append(leaf);
    return tree.root();
  };
  for (let index = 0; index < size; index += 1) {
    const request = { log: CONTROL, index: BigInt(index), treeSize: BigInt(size) } as const;
    const { hashes } = await ask(log.getInclusionProof.bind(log), request);
    const leaf = leaves[index] ?? new Uint8Array(0);
    t.true(verifyInclusion({ leafHash: leaf, index, treeSize: size, proof: hashes, root }));
  }
  for (let oldSize = 1; oldSize <= size; oldSize += 1) {
    const request = { log: CONTROL, oldSize: BigInt(oldSize), newSize: BigInt(size) } as const;
    const { hashes } = await ask(log.getConsistencyProof.bind(log), request);
    t.true(verifyConsistency({ oldSize, newSize: size, oldRoot: rootAt(oldSize), newRoot: root, proof: hashes }));
  }
  const beyond = { log: CONTROL, index: BigInt(size), treeSize: BigInt(size + 1) } as const;
  t.is(await codeOf(ask(log.getInclusionProof.bind(log), beyond)), 'CRYPTO_PROOF');
  const late = log.streamControl({ start: BigInt(size + 1) });
  const code = await new Promise<string>((resolve) => {
    late.on('data', () => undefined);
    late.on('error', (error: Error & { details?: string }) => resolve(error.details ?? ''));
  });
  t.is(code, 'CALL_UNKNOWN');
});

test('a member cosigns our checkpoints under its own key, and nobody else’s', async (t) => {
  const { world, node, clients } = await scene(t);
  const { log } = clients;
  const { checkpoint } = await ask(log.getCheckpoint.bind(log), { log: CONTROL });
  const line = (secretKey: Uint8Array, note: Uint8Array = checkpoint): Buffer =>
    asBuffer(cosign(note, node.peerId, secretKey, world.clock.nowMs()));
  const send = (cosignature: Buffer, note: Buffer = checkpoint): Promise<string> =>
    codeOf(ask(log.cosign.bind(log), { log: CONTROL, checkpoint: note, cosignature }));
  t.is(await send(line(node.identity.secretKey)), 'OK');
  t.is(await send(line(world.random(32))), 'CRYPTO_CHECKPOINT');
  const { checkpoint: other } = await ask(log.getCheckpoint.bind(log), { log: 2 });
  t.is(await send(line(node.identity.secretKey, other), other), 'CRYPTO_CHECKPOINT', 'the other log');
  const kept: string[] = [];
  for await (const { key } of world.coordinator.core.store.list('cosignature')) kept.push(key);
  t.deepEqual(kept, [`control/${node.peerId}`]);
});

test('a statement is logged once, whoever hands it in, and not when its signatures do not suffice', async (t) => {
  const { world, clients } = await scene(t);
  const { policy } = clients;
  const submit = policy.submitStatement.bind(policy);
  const value = {
    suspensionId: world.random(16),
    target: { kind: 'agency', agencyId: 'agency-2' as never },
    reason: 'test',
    issuedAtMs: 1,
    heads: [],
  } as const;
  const body = { kind: 'suspension', value } as const;
  const few = world.sign(body, world.officer(2));
  t.is(await codeOf(ask(submit, { statement: toWireStatement(few) })), 'MEMBERSHIP_APPROVALS');
  const full = world.sign(body, world.officer(0), world.officer(1));
  const first = await ask(submit, { statement: toWireStatement(full) });
  t.deepEqual(await ask(submit, { statement: toWireStatement(full) }), first);
  const otherSigners = world.sign(body, world.officer(1), world.officer(0, 1));
  t.deepEqual(await ask(submit, { statement: toWireStatement(otherSigners) }), first, 'the body names it');
  const node = await world.createNode(1);
  const record = world.sign({ kind: 'node', value: node.record }, world.officer(1));
  t.is(await codeOf(ask(submit, { statement: toWireStatement(record) })), 'ENROL_MEMBER', 'a node joins by its token');
});

test('a log whose store refuses an entry stays as it was, and takes it when the store does', async (t) => {
  const { world, clients } = await scene(t);
  const { core } = world.coordinator;
  const before = { size: core.controlLog.tree.size, version: core.controlLog.membership.policy()?.version };
  const { storeError } = await import('../../../coordinator/store/errors.ts');
  const commit = core.store.commit.bind(core.store);
  core.store.commit = () => Promise.reject(storeError('STORE_READ_ONLY'));
  await t.throwsAsync(world.setPolicy(), { message: /takes no writes/ });
  t.deepEqual({ size: core.controlLog.tree.size, version: core.controlLog.membership.policy()?.version }, before);
  core.store.commit = commit;
  await world.setPolicy();
  t.is(core.controlLog.membership.policy()?.version, 2);
  t.is(await codeOf(ask(clients.log.getCheckpoint.bind(clients.log), { log: CONTROL })), 'OK');
});

test('the logs are the same after a restart, and fsck proves them', async (t) => {
  const { world } = await scene(t);
  const root = world.coordinator.core.controlLog.tree.root();
  const again = await world.restart();
  t.teardown(() => again.stop());
  t.deepEqual(again.coordinator.core.controlLog.tree.root(), root);
  const { fsck } = await import('../../../coordinator/operator/fsck.ts');
  t.true((await fsck(again.coordinator.core)).healthy);
});

test('the revocation list names the certificates of whom is suspended, and is made good when its writing failed', async (t) => {
  const { world, node } = await scene(t);
  const { core } = world.coordinator;
  const value = {
    suspensionId: world.random(16),
    target: { kind: 'node', peerId: node.peerId },
    reason: 'test',
    issuedAtMs: 1,
    heads: [],
  } as const;
  const { storeError } = await import('../../../coordinator/store/errors.ts');
  const commit = core.store.commit.bind(core.store);
  let commits = 0;
  core.store.commit = (unit) => {
    commits += 1;
    return commits === 2 ? Promise.reject(storeError('STORE_READ_ONLY')) : commit(unit);
  };
  await t.throwsAsync(world.submit(world.sign({ kind: 'suspension', value }, world.officer(0))));
  core.store.commit = commit;
  t.true(core.controlLog.membership.isSuspended(node.peerId), 'the suspension itself stands');
  const revoked = async (): Promise<readonly string[]> => {
    const { crl } = core.controlLog.membership.crl() ?? { crl: new Uint8Array(0) };
    return (await parseCrl(crl, core.issuer.root)).revoked.map(({ serial }) => serial);
  };
  t.deepEqual(await revoked(), []);
  await core.statements.refreshCrl();
  t.deepEqual(await revoked(), [parseCertificate(node.certificate).serial]);
  const number = core.controlLog.membership.crl()?.number;
  await core.statements.refreshCrl();
  t.is(core.controlLog.membership.crl()?.number, number, 'a list that is right stays');
  world.clock.advance(4 * 86_400_000);
  await core.statements.refreshCrl();
  t.is(core.controlLog.membership.crl()?.number, Number(number) + 1, 'one that is half over does not');
});
