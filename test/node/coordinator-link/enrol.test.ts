import test from 'ava';
import { systemRandom } from '../../../config/runtime/random.ts';
import { transcriptHash, verifyIdentity, verifySealing } from '../../../crypto/enrolment-proof.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { createIdentityKey, createSealingKey } from '../../../crypto/keys.ts';
import { verifyRenewal } from '../../../crypto/renewal-proof.ts';
import { enrol, renew } from '../../../node/coordinator-link/enrol.ts';
import { peerIdOf } from '../mesh/mesh-harness.ts';
import { FakeCoordinator } from './fake-coordinator.ts';
import { Pki } from './pki.ts';

const FEDERATION = new Uint8Array(32).fill(3);
const REQUEST = Uint8Array.of(1, 2, 3);
const RECORD = { kind: 'node', body: Uint8Array.of(4, 5), signatures: [] } as const;

async function listening(t: { teardown(fn: () => void): void }) {
  const pki = await Pki.create();
  const coordinator = new FakeCoordinator(pki);
  await coordinator.start({ asksForCertificate: false });
  t.teardown(() => coordinator.stop());
  return { coordinator, listener: { address: coordinator.address, rootCertificate: pki.root } };
}

test('enrolment proves both keys over token, request and record, without a client certificate', async (t) => {
  const { coordinator, listener } = await listening(t);
  const [identity, sealing, desk] = [
    createIdentityKey(systemRandom),
    createSealingKey(systemRandom),
    createSealingKey(systemRandom),
  ];
  const token = systemRandom(32);
  coordinator.onEnrol = ({ request }, done) => {
    const tokenHash = sha256(request.token);
    const nodeRecord = request.nodeRecord?.body ?? new Uint8Array(0);
    const transcript = transcriptHash({
      federationId: FEDERATION,
      tokenHash,
      request: request.certificateRequest,
      nodeRecord,
    });
    t.true(verifyIdentity(identity.publicKey, transcript, request.identityProof));
    t.true(
      verifySealing({
        enrolmentSecretKey: desk.secretKey,
        sealingPublicKey: sealing.publicKey,
        transcript,
        proof: request.sealingProof,
      }),
    );
    done(null, { certificateChain: [Buffer.from(REQUEST)], controlLogIndex: 12n, memberAddress: 'localhost:9701' });
  };
  const enrolled = await enrol(listener, {
    token,
    federationId: FEDERATION,
    enrolmentKey: desk.publicKey,
    certificateRequest: REQUEST,
    nodeRecord: RECORD,
    identitySecretKey: identity.secretKey,
    sealingSecretKey: sealing.secretKey,
  });
  t.deepEqual(enrolled, { certificateChain: [REQUEST], controlLogIndex: 12, memberAddress: 'localhost:9701' });
});

test('renewal carries a fresh proof of the identity key', async (t) => {
  const { coordinator, listener } = await listening(t);
  const identity = createIdentityKey(systemRandom);
  coordinator.onRenew = ({ request }, done) => {
    const claim = { federationId: FEDERATION, issuedAtMs: request.issuedAtMs, request: request.certificateRequest };
    t.true(verifyRenewal(identity.publicKey, claim, request.identityProof));
    done(null, { certificateChain: [Buffer.from(REQUEST)] });
  };
  const input = {
    peerId: peerIdOf('node'),
    federationId: FEDERATION,
    certificateRequest: REQUEST,
    issuedAtMs: 1_700_000_000_000,
    identitySecretKey: identity.secretKey,
  };
  t.deepEqual(await renew(listener, input), [REQUEST]);
  coordinator.onRenew = (_call, done) => done(null, { certificateChain: [] });
  await t.throwsAsync(renew(listener, input), { code: 'LINK_ANSWER' });
});

test('a refused token is told by its code, and a listener of another root is not spoken to', async (t) => {
  const { listener } = await listening(t);
  const keys = createSealingKey(systemRandom);
  const input = {
    token: systemRandom(32),
    federationId: FEDERATION,
    enrolmentKey: keys.publicKey,
    certificateRequest: REQUEST,
    nodeRecord: RECORD,
    identitySecretKey: createIdentityKey(systemRandom).secretKey,
    sealingSecretKey: keys.secretKey,
  };
  await t.throwsAsync(enrol(listener, input), { code: 'ENROL_TOKEN' });
  const stranger = { ...listener, rootCertificate: (await Pki.create()).root };
  await t.throwsAsync(enrol(stranger, input), { code: 'LINK_AWAY' });
});
