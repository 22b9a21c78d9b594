import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { toHex } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { enrol as enrolHere } from '../../../coordinator/enrolment/enrol.ts';
import { readEnrolment } from '../../../coordinator/rpc/services/enrolment.ts';
import type { Turns } from '../../../coordinator/turns.ts';
import type { ConcordatError } from '../../../proto/domain/errors.ts';
import { proveRenewal } from '../../../crypto/renewal-proof.ts';
import { createTlsKey, parseCertificate, verifyCertificate } from '../../../crypto/x509.ts';
import { asBuffer } from '../../../proto/codec/envelope.ts';
import type { EnrolRequest, EnrolResponse, RenewResponse } from '../../../proto/gen/concordat/v1/enrolment.ts';
import { ask, codeOf, enrolmentClient, memberClients } from '../../fixtures/coordinator-client.ts';
import {
  type EnrolledNode,
  requestOf,
  startTestCoordinator,
  type TestCoordinator,
} from '../../fixtures/coordinator.ts';

async function started(t: ExecutionContext): Promise<TestCoordinator> {
  const world = await startTestCoordinator({ seed: t.title });
  t.teardown(() => world.stop());
  return world;
}

function enrolAt(t: ExecutionContext, world: TestCoordinator): (request: EnrolRequest) => Promise<EnrolResponse> {
  const client = enrolmentClient(world);
  t.teardown(() => client.close());
  return (request) => ask(client.enrol.bind(client), request);
}

function renewAt(t: ExecutionContext, world: TestCoordinator) {
  const client = enrolmentClient(world);
  t.teardown(() => client.close());
  return async (
    node: EnrolledNode,
    change: { issuedAtMs?: number; peerId?: string; tls?: EnrolledNode['tls'] } = {},
  ) => {
    const issuedAtMs = change.issuedAtMs ?? world.clock.nowMs();
    const request = await requestOf({ ...node, tls: change.tls ?? node.tls }, world.federationId);
    const proof = proveRenewal(node.identity.secretKey, { federationId: world.federationId, issuedAtMs, request });
    return ask<object, RenewResponse>(client.renew.bind(client) as never, {
      peerId: change.peerId ?? node.peerId,
      certificateRequest: asBuffer(request),
      issuedAtMs: BigInt(issuedAtMs),
      identityProof: asBuffer(proof),
    });
  };
}

test('F-01 (coordinator) a node joins by a one-time token and is served with the certificate that it gets', async (t) => {
  const world = await started(t);
  const node = await world.createNode(0);
  const enrol = enrolAt(t, world);
  const answer = await enrol(await world.enrolRequest(node, await world.createToken('agency-0')));
  const [certificate = Buffer.alloc(0)] = answer.certificateChain;
  const { root } = world.coordinator.core.issuer;
  const info = verifyCertificate({ certificate, root, atMs: world.clock.nowMs() });
  t.deepEqual(info.spkiHash, node.record.tlsKeyHash);
  t.is(info.notAfterMs, Math.floor((world.clock.nowMs() + 604_800_000) / 1_000) * 1_000, 'seven days');
  t.is(answer.memberAddress, world.addresses.members);
  const { controlLog } = world.coordinator.core;
  t.is(controlLog.membership.node(node.peerId)?.nodeId, 'node-1');
  t.is(controlLog.membership.node(node.peerId)?.position, Number(answer.controlLogIndex));
  const clients = memberClients(world, { certificate, tls: node.tls });
  t.is(await codeOf(ask(clients.exchange.getHeads.bind(clients.exchange), {})), 'OK');
  clients.close();
});

test('F-01 (coordinator) fifty parallel redemptions of one token give exactly one member', async (t) => {
  const world = await started(t);
  const token = await world.createToken();
  const enrol = enrolAt(t, world);
  const nodes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => world.createNode(index % 3, `node-${index}`)),
  );
  const requests = await Promise.all(nodes.map((node) => world.enrolRequest(node, token)));
  const codes = await Promise.all(requests.map((request) => codeOf(enrol(request))));
  t.is(codes.filter((code) => code === 'OK').length, 1);
  t.is(codes.filter((code) => code === 'ENROL_TOKEN').length, 49);
  t.is(world.coordinator.core.controlLog.membership.nodes().length, 1);
  const certificates: string[] = [];
  for await (const { key } of world.coordinator.core.store.list('certificate')) certificates.push(key);
  t.is(certificates.length, 1);
});

test('F-01 (coordinator) the burning itself lets one through, even if redemptions did not wait for one another', async (t) => {
  const world = await started(t);
  const { core } = world.coordinator;
  const token = await world.createToken();
  const impatient = Object.assign(Object.create(core.turns) as Turns, {
    run: <Result>(work: () => Promise<Result>): Promise<Result> => work(),
  });
  const burnt: string[] = [];
  const desk = {
    ...core,
    turns: impatient,
    clock: world.clock,
    enrolmentSecretKey: core.enrolmentKey.secretKey,
    encodeAnswer: () => new Uint8Array(0),
  };
  const nodes = await Promise.all(Array.from({ length: 20 }, (_, index) => world.createNode(0, `node-${index}`)));
  await Promise.all(
    nodes.map(async (node) => {
      const request = await world.enrolRequest(node, token);
      burnt.push(
        await enrolHere(desk, readEnrolment(request)).then(
          () => 'OK',
          (error: ConcordatError) => error.code,
        ),
      );
    }),
  );
  t.is(burnt.filter((code) => code === 'OK').length, 1);
  t.is(burnt.filter((code) => code === 'ENROL_TOKEN').length, 19);
  t.is(core.controlLog.membership.nodes().length, 1);
});

test('F-01 (coordinator) unknown, used, revoked and expired tokens look alike', async (t) => {
  const world = await started(t);
  const enrol = enrolAt(t, world);
  const { tokens } = world.coordinator.core;
  const used = await world.createToken();
  await enrol(await world.enrolRequest(await world.createNode(0), used));
  const revoked = await world.createToken();
  await tokens.revoke(toHex(sha256(revoked)).slice(0, 16), 'test');
  const expired = await world.createToken();
  world.clock.advance(3_600_001);
  const refusals: unknown[] = [];
  for (const token of [world.random(32), used, revoked, expired]) {
    const request = await world.enrolRequest(await world.createNode(1), token);
    refusals.push(
      await enrol(request).then(
        () => 'OK',
        (error: Error & { code: number; details: string; metadata: { getMap(): object } }) => {
          const { date: _, ...metadata } = error.metadata.getMap() as Record<string, unknown>;
          return { code: error.code, details: error.details, message: error.message, metadata };
        },
      ),
    );
  }
  t.deepEqual(refusals[0], { ...(refusals[0] as object), details: 'ENROL_TOKEN' });
  for (const refusal of refusals) t.deepEqual(refusal, refusals[0]);
  t.is(world.coordinator.core.controlLog.membership.nodes().length, 1);
});

test('the same request again within ten minutes gets the same answer, later none', async (t) => {
  const world = await started(t);
  const enrol = enrolAt(t, world);
  const request = await world.enrolRequest(await world.createNode(0), await world.createToken());
  const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => enrol(request)));
  for (const other of others) t.deepEqual(other, first);
  world.clock.advance(LIMITS.enrolmentRepeatMs - 1);
  t.deepEqual(await enrol(request), first);
  world.clock.advance(1);
  t.is(await codeOf(enrol(request)), 'ENROL_TOKEN');
});

test('a request that was cut short after its token was burnt is completed when it comes again', async (t) => {
  const world = await started(t);
  const enrol = enrolAt(t, world);
  const node = await world.createNode(0);
  const request = await world.enrolRequest(node, await world.createToken());
  const { store, issuer } = world.coordinator.core;
  const issue = issuer.issueMember.bind(issuer);
  issuer.issueMember = () => Promise.reject(new Error('power cut'));
  t.is(await codeOf(enrol(request)), 'INTERNAL');
  issuer.issueMember = issue;
  const states: string[] = [];
  for await (const { value } of store.list('token')) states.push(JSON.parse(Buffer.from(value).toString()).state);
  t.deepEqual(states, ['burnt']);
  const again = await world.restart();
  t.teardown(() => again.stop());
  const answer = await enrolAt(t, again)(request);
  t.is(answer.certificateChain.length, 1);
  t.is(again.coordinator.core.controlLog.membership.nodes().length, 1);
});

test('nothing that does not prove its keys, or is not signed by its own officer, burns a token', async (t) => {
  const world = await started(t);
  const enrol = enrolAt(t, world);
  const token = await world.createToken('agency-0');
  const node = await world.createNode(0);
  const good = await world.enrolRequest(node, token);
  const other = await world.enrolRequest(await world.createNode(0, 'node-2'), token);
  const foreign = world.sign({ kind: 'node', value: node.record }, world.officer(1));
  const { toWireStatement } = await import('../../../proto/codec/statement.ts');
  const flip = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte)));
  const cases: readonly [string, EnrolRequest][] = [
    ['ENROL_PROOF', { ...good, identityProof: flip(good.identityProof) }],
    ['ENROL_PROOF', { ...good, sealingProof: flip(good.sealingProof) }],
    ['ENROL_PROOF', { ...good, certificateRequest: other.certificateRequest }],
    ['ENROL_PROOF', { ...good, nodeRecord: other.nodeRecord }],
    ['ENROL_MEMBER', { ...good, nodeRecord: toWireStatement(foreign) }],
    ['ENROL_FEDERATION', { ...good, federationId: flip(good.federationId) }],
    ['WIRE_FIELD', { ...good, identityProof: Buffer.alloc(3) }],
    ['WIRE_FIELD', { ...good, token: Buffer.alloc(3) }],
    ['CALL_INVALID', { ...good, nodeRecord: undefined }],
    ['ENROL_TOKEN', await world.enrolRequest(await world.createNode(1), token)],
  ];
  for (const [code, request] of cases) t.is(await codeOf(enrol(request)), code);
  t.is(await codeOf(enrol(good)), 'OK', 'the token is still there');
});

test('the authority certifies the recorded key for the recorded names and nothing else', async (t) => {
  const world = await started(t);
  const { issuer, controlLog } = world.coordinator.core;
  const node = await world.addMember(0);
  const other = await world.addMember(1);
  const member = controlLog.membership.node(node.peerId);
  if (member === undefined) return t.fail();
  const refusal = async (request: Uint8Array): Promise<unknown> =>
    issuer.issueMember(controlLog.membership, member, request).then(
      () => 'OK',
      (error: { code: string; detail: { rule?: string } }) => `${error.code} ${error.detail.rule ?? ''}`.trim(),
    );
  t.is(
    await refusal(await requestOf({ ...node, tls: await createTlsKey() }, world.federationId)),
    'CA_REQUEST recorded key',
  );
  t.is(await refusal(await requestOf({ ...other, tls: node.tls }, world.federationId)), 'CA_REQUEST own names');
  t.is(await refusal(await requestOf(node, world.random(32))), 'CA_REQUEST own names');
  t.is(await refusal(world.random(200)), 'CRYPTO_REQUEST');
  const value = {
    suspensionId: world.random(16),
    target: { kind: 'node', peerId: node.peerId },
    reason: '',
    issuedAtMs: 1,
    heads: [],
  } as const;
  await world.submit(world.sign({ kind: 'suspension', value }, world.officer(0)));
  t.is(await refusal(await requestOf(node, world.federationId)), 'CA_REQUEST good standing');
});

test('a member renews with a proof of now, until a month after its certificate ended', async (t) => {
  const world = await started(t);
  const node = await world.addMember(0);
  const renew = renewAt(t, world);
  world.clock.advance(3 * 86_400_000);
  const [renewed = Buffer.alloc(0)] = (await renew(node)).certificateChain;
  t.true(parseCertificate(renewed).notAfterMs > parseCertificate(node.certificate).notAfterMs);
  t.is(await codeOf(renew(node, { issuedAtMs: world.clock.nowMs() - LIMITS.clockSkewMs - 1 })), 'RENEW_PROOF');
  t.is(await codeOf(renew(node, { tls: await createTlsKey() })), 'CA_REQUEST');
  const other = await world.addMember(1);
  t.is(await codeOf(renew(node, { peerId: other.peerId })), 'RENEW_PROOF');
  const stranger = { ...(await world.createNode(2)), certificate: new Uint8Array(0) };
  t.is(await codeOf(renew(stranger)), 'RENEW_MEMBER');
  world.clock.advance(7 * 86_400_000 + LIMITS.renewalGraceMs - 1_000);
  t.is(await codeOf(renew(node)), 'OK');
  world.clock.advance(7 * 86_400_000 + LIMITS.renewalGraceMs + 1);
  t.is(await codeOf(renew(node)), 'RENEW_MEMBER');
});

test('a suspended member does not renew', async (t) => {
  const world = await started(t);
  const node = await world.addMember(0);
  const value = {
    suspensionId: world.random(16),
    target: { kind: 'node', peerId: node.peerId },
    reason: '',
    issuedAtMs: 1,
    heads: [],
  } as const;
  await world.submit(world.sign({ kind: 'suspension', value }, world.officer(0)));
  t.is(await codeOf(renewAt(t, world)(node)), 'RENEW_MEMBER');
});

test('more enrolments of one host a minute than the limit are turned away', async (t) => {
  const world = await started(t);
  const enrol = enrolAt(t, world);
  const request = await world.enrolRequest(await world.createNode(0), world.random(32));
  const codes: string[] = [];
  for (let turn = 0; turn <= LIMITS.enrolmentsPerMinutePerHost; turn += 1) codes.push(await codeOf(enrol(request)));
  t.is(codes.at(-1), 'CALL_RATE');
  t.is(codes.filter((code) => code === 'ENROL_TOKEN').length, LIMITS.enrolmentsPerMinutePerHost);
  world.clock.advance(1_000);
  t.is(await codeOf(enrol(request)), 'ENROL_TOKEN');
});

test('a token’s list shows neither its secret nor its hash', async (t) => {
  const world = await started(t);
  const secret = await world.createToken('agency-1');
  const text = JSON.stringify(await world.coordinator.core.tokens.list());
  t.false(text.includes(toHex(secret)));
  t.false(text.includes(toHex(sha256(secret))));
  t.true(text.includes('agency-1'));
});
