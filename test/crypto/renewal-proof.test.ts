import test from 'ava';
import { createIdentityKey } from '../../crypto/keys.ts';
import { proveRenewal, verifyRenewal } from '../../crypto/renewal-proof.ts';
import { verify } from '../../crypto/sign.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('renewal proof');
const identity = createIdentityKey(random);
const CLAIM = { federationId: random(32), issuedAtMs: 258, request: random(300) };

test('a renewal is signed over domain, federation, time as eight bytes and request', (t) => {
  const proof = proveRenewal(identity.secretKey, CLAIM);
  t.true(verifyRenewal(identity.publicKey, CLAIM, proof));
  const domain = Buffer.from('concordat/renewal/1\0', 'latin1');
  const time = Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 2);
  t.true(verify(identity.publicKey, Buffer.concat([domain, CLAIM.federationId, time, CLAIM.request]), proof));
});

test('a renewal proof fits no other federation, time, request or member', (t) => {
  const proof = proveRenewal(identity.secretKey, CLAIM);
  t.false(verifyRenewal(identity.publicKey, { ...CLAIM, federationId: random(32) }, proof));
  t.false(verifyRenewal(identity.publicKey, { ...CLAIM, issuedAtMs: 259n }, proof));
  t.false(verifyRenewal(identity.publicKey, { ...CLAIM, request: random(300) }, proof));
  t.false(verifyRenewal(createIdentityKey(random).publicKey, CLAIM, proof));
});
