import test from 'ava';
import { utf8 } from '../../crypto/bytes.ts';
import {
  proveIdentity,
  proveSealing,
  transcriptHash,
  verifyIdentity,
  verifySealing,
} from '../../crypto/enrolment-proof.ts';
import { sha256 } from '../../crypto/hash.ts';
import { createIdentityKey, createSealingKey } from '../../crypto/keys.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('enrolment proof');
const identity = createIdentityKey(random);
const sealing = createSealingKey(random);
const enrolment = createSealingKey(random);
const CLAIM = {
  federationId: random(32),
  tokenHash: sha256(utf8('token')),
  request: random(300),
  nodeRecord: random(120),
};
const TRANSCRIPT = transcriptHash(CLAIM);

test('the transcript is the hash of domain, federation, token hash, request and record', (t) => {
  const { federationId, tokenHash, request, nodeRecord } = CLAIM;
  const domain = Buffer.from('concordat/enrolment/1\0', 'latin1');
  t.deepEqual(TRANSCRIPT, sha256(Buffer.concat([domain, federationId, tokenHash, request, nodeRecord])));
  for (const field of ['federationId', 'tokenHash', 'request', 'nodeRecord'] as const) {
    const other = CLAIM[field].map((byte, index) => (index === 5 ? byte ^ 1 : byte));
    t.notDeepEqual(transcriptHash({ ...CLAIM, [field]: other }), TRANSCRIPT, field);
  }
  t.throws(() => transcriptHash({ ...CLAIM, tokenHash: random(16) }), { code: 'CRYPTO_ENCODING' });
});

test('F-01 (possession) only the holder of the identity key proves it, for this transcript', (t) => {
  const proof = proveIdentity(identity.secretKey, TRANSCRIPT);
  t.true(verifyIdentity(identity.publicKey, TRANSCRIPT, proof));
  t.false(verifyIdentity(identity.publicKey, random(32), proof));
  t.false(verifyIdentity(createIdentityKey(random).publicKey, TRANSCRIPT, proof));
});

test('F-01 (possession) only the holder of the sealing key proves it, for this transcript and listener', (t) => {
  const secrets = { enrolmentSecretKey: enrolment.secretKey, sealingPublicKey: sealing.publicKey };
  const keys = { sealingSecretKey: sealing.secretKey, enrolmentPublicKey: enrolment.publicKey };
  const proof = proveSealing({ ...keys, transcript: TRANSCRIPT });
  t.true(verifySealing({ ...secrets, transcript: TRANSCRIPT, proof }));
  t.false(verifySealing({ ...secrets, transcript: random(32), proof }));
  t.false(verifySealing({ ...secrets, transcript: TRANSCRIPT, proof: proof.subarray(1) }));
  const stranger = createSealingKey(random);
  t.false(verifySealing({ ...secrets, sealingPublicKey: stranger.publicKey, transcript: TRANSCRIPT, proof }));
  t.false(verifySealing({ ...secrets, enrolmentSecretKey: stranger.secretKey, transcript: TRANSCRIPT, proof }));
});

test('F-01 (possession) a small-order sealing key proves nothing: its shared secret would be known to all', (t) => {
  const secrets = { enrolmentSecretKey: enrolment.secretKey, sealingPublicKey: new Uint8Array(32) };
  const error = { code: 'CRYPTO_KEY' };
  t.throws(() => verifySealing({ ...secrets, transcript: TRANSCRIPT, proof: new Uint8Array(32) }), error);
});
