import { readFileSync } from 'node:fs';
import test from 'ava';
import * as fc from 'fast-check';
import nacl from 'tweetnacl';
import { concat, fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { createIdentityKey, identityKeyFromSeed } from '../../crypto/keys.ts';
import { isReducedScalar, sign, verify } from '../../crypto/sign.ts';
import { seededRandom } from '../tools/random-sources.ts';
import { publishedTest, wycheproofCases } from './published-vectors.ts';

/** RFC 8032, section 7.1, tests 1 to 3. */
const RFC_8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
] as const;
const GROUP_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature with S + n·L in place of S, undefined where that needs more than 32 bytes. */
function addOrder(signature: Uint8Array, times: bigint): Uint8Array | undefined {
  const s = BigInt(`0x${toHex(signature.slice(32).reverse())}`) + times * GROUP_ORDER;
  return s < 2n ** 256n
    ? concat(signature.subarray(0, 32), fromHex(s.toString(16).padStart(64, '0')).reverse())
    : undefined;
}

test('RFC 8032, section 7.1: signatures of the tests 1 to 3', (t) => {
  for (const vector of RFC_8032) {
    const message = fromHex(vector.message);
    t.is(toHex(identityKeyFromSeed(fromHex(vector.seed)).publicKey), vector.publicKey);
    t.is(toHex(sign(fromHex(vector.seed), message)), vector.signature);
    t.true(verify(fromHex(vector.publicKey), message, fromHex(vector.signature)));
    t.false(verify(fromHex(vector.publicKey), concat(message, Uint8Array.of(0)), fromHex(vector.signature)));
  }
});

publishedTest('RFC 8032: the sign.input vectors', 'rfc8032/sign.input', (t, path) => {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  t.true(lines.length >= 128);
  for (const line of lines) {
    const [secret = '', publicKey = '', message = '', signed = ''] = line.split(':');
    const signature = signed.slice(0, 128);
    t.is(toHex(sign(fromHex(secret.slice(0, 64)), fromHex(message))), signature);
    t.true(verify(fromHex(publicKey), fromHex(message), fromHex(signature)));
  }
});

publishedTest('Wycheproof: every Ed25519 case', 'wycheproof/ed25519_test.json', (t, path) => {
  for (const { tcId, result, pk, msg, sig } of wycheproofCases(path))
    t.is(verify(fromHex(pk), fromHex(msg), fromHex(sig)), result === 'valid', `case ${tcId}`);
});

test('RFC 8032, section 5.1.7: S of L or more is refused, where tweetnacl takes it', (t) => {
  const seed = 'sign/malleable';
  t.log(`seed ${seed}`);
  const { publicKey, secretKey } = createIdentityKey(seededRandom(seed));
  const message = utf8('once');
  const signature = sign(secretKey, message);
  const second = addOrder(signature, 1n) ?? signature;
  t.true(nacl.sign.detached.verify(message, second, publicKey));
  for (let times = 1n; times < 16n; times += 1n) {
    const forged = addOrder(signature, times);
    if (forged !== undefined) t.false(verify(publicKey, message, forged), `S + ${times} L`);
  }
});

test('a scalar is compared with L to the last bit', (t) => {
  const bytes = (scalar: bigint): Uint8Array => fromHex(scalar.toString(16).padStart(64, '0')).reverse();
  t.true(isReducedScalar(bytes(0n)));
  t.true(isReducedScalar(bytes(GROUP_ORDER - 1n)));
  t.false(isReducedScalar(bytes(GROUP_ORDER)));
  t.false(isReducedScalar(bytes(GROUP_ORDER + 1n)));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), fc.nat(255), (value, shift) => {
      const scalar = value >> BigInt(shift);
      t.is(isReducedScalar(bytes(scalar)), scalar < GROUP_ORDER);
    }),
  );
});

test('a small-order key verifies nothing, where tweetnacl lets one signature fit every message', (t) => {
  const neutral = fromHex(`01${'00'.repeat(31)}`);
  const signature = concat(neutral, new Uint8Array(32));
  for (const text of ['one', 'another']) {
    t.true(nacl.sign.detached.verify(utf8(text), signature, neutral));
    t.false(verify(neutral, utf8(text), signature));
  }
});

test('a signature or key of another length is false and never throws', (t) => {
  const { publicKey, secretKey } = identityKeyFromSeed(new Uint8Array(32).fill(5));
  const signature = sign(secretKey, utf8('x'));
  for (const bad of [new Uint8Array(0), signature.subarray(0, 63), concat(signature, Uint8Array.of(0))])
    t.false(verify(publicKey, utf8('x'), bad));
  for (const bad of [new Uint8Array(0), publicKey.subarray(0, 31), concat(publicKey, Uint8Array.of(0))])
    t.false(verify(bad, utf8('x'), signature));
  t.throws(() => sign(new Uint8Array(64), utf8('x')), { code: 'CRYPTO_ENCODING' });
});

test('a changed secret is another key, though keys are kept imported', (t) => {
  const secret = new Uint8Array(32).fill(1);
  const before = sign(secret, utf8('x'));
  secret.fill(2);
  t.notDeepEqual(sign(secret, utf8('x')), before);
  t.deepEqual(sign(new Uint8Array(32).fill(1), utf8('x')), before);
});

test('tweetnacl as an independent engine signs the same bytes and judges the same, apart from S', (t) => {
  const seed = 'sign/differential';
  t.log(`seed ${seed}`);
  const random = seededRandom(seed);
  for (let round = 0; round < 12; round += 1) {
    const { publicKey, secretKey } = createIdentityKey(random);
    const message = random(round * 7);
    const signature = sign(secretKey, message);
    t.deepEqual(nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(secretKey).secretKey), signature);
    const [place = 0, flip = 0] = random(2);
    const changed = signature.map((byte, index) => (index === place % 64 ? byte ^ (flip | 1) : byte));
    t.is(verify(publicKey, message, changed), nacl.sign.detached.verify(message, changed, publicKey));
  }
});
