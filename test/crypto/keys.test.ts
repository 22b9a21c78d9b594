import test from 'ava';
import { fromHex, toHex } from '../../crypto/bytes.ts';
import {
  assertIdentityKey,
  assertSealingKey,
  createIdentityKey,
  createSealingKey,
  identityKeyFromSeed,
  sealingKeyFromSecret,
  sharedSecret,
} from '../../crypto/keys.ts';
import { queuedRandom } from '../tools/random-sources.ts';
import { publishedTest, wycheproofCases } from './published-vectors.ts';

const FIELD_PRIME = 2n ** 255n - 19n;

function littleEndian(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, '0')).reverse();
}

test('RFC 7748, section 6.1: X25519 key agreement', (t) => {
  const alice = sealingKeyFromSecret(fromHex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'));
  const bob = sealingKeyFromSecret(fromHex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'));
  t.is(toHex(alice.publicKey), '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a');
  t.is(toHex(bob.publicKey), 'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f');
  const shared = '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742';
  t.is(toHex(sharedSecret(alice.secretKey, bob.publicKey)), shared);
  t.is(toHex(sharedSecret(bob.secretKey, alice.publicKey)), shared);
});

test('RFC 8032, section 7.1, test 1: the public key of a seed', (t) => {
  const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const pair = createIdentityKey(queuedRandom(fromHex(seed)));
  t.is(toHex(pair.publicKey), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  t.is(toHex(pair.secretKey), seed);
});

test('a seed or secret of another length makes no key', (t) => {
  for (const length of [0, 31, 33, 64]) {
    t.throws(() => identityKeyFromSeed(new Uint8Array(length)), { code: 'CRYPTO_ENCODING' });
    t.throws(() => sealingKeyFromSecret(new Uint8Array(length)), { code: 'CRYPTO_ENCODING' });
  }
});

test('an Ed25519 key of small order is refused, with either sign', (t) => {
  // y of the eight points of order 1, 2, 4 and 8. Source: "Taming the many EdDSAs" (eprint 2020/1244), table 1.
  const ys = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  ];
  for (const y of ys) {
    const key = fromHex(y);
    t.throws(() => assertIdentityKey(key), { code: 'CRYPTO_KEY' }, y);
    key[31] = (key[31] ?? 0) | 0x80;
    t.throws(() => assertIdentityKey(key), { code: 'CRYPTO_KEY' }, `${y} with sign`);
  }
});

test('an X25519 key of small order is refused', (t) => {
  // Source: cr.yp.to/ecdh.html, "Validate public keys", reduced modulo the field prime.
  const us = [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const u of us) t.throws(() => assertSealingKey(fromHex(u)), { code: 'CRYPTO_KEY' }, u);
});

test('a key that is not the canonical encoding of its coordinate is refused', (t) => {
  const good = createSealingKey(() => new Uint8Array(32).fill(7)).publicKey;
  t.notThrows(() => assertSealingKey(good));
  const highBit = Uint8Array.from(good, (byte, index) => (index === 31 ? byte | 0x80 : byte));
  t.throws(() => assertSealingKey(highBit), { code: 'CRYPTO_KEY' });
  for (const excess of [0n, 2n, 18n]) {
    t.throws(() => assertSealingKey(littleEndian(FIELD_PRIME + excess)), { code: 'CRYPTO_KEY' });
    t.throws(() => assertIdentityKey(littleEndian(FIELD_PRIME + excess)), { code: 'CRYPTO_KEY' });
  }
  t.notThrows(() => assertIdentityKey(littleEndian(FIELD_PRIME - 2n)));
});

test('an Ed25519 key is taken with either sign of x', (t) => {
  const keys = Array.from({ length: 16 }, (_, index) => identityKeyFromSeed(new Uint8Array(32).fill(index)).publicKey);
  t.deepEqual(new Set(keys.map((key) => (key[31] ?? 0) >> 7)), new Set([0, 1]));
  for (const key of keys) t.notThrows(() => assertIdentityKey(key));
});

test('a key of another length is refused', (t) => {
  for (const length of [0, 31, 33]) {
    t.throws(() => assertIdentityKey(new Uint8Array(length).fill(9)), { code: 'CRYPTO_KEY' });
    t.throws(() => assertSealingKey(new Uint8Array(length).fill(9)), { code: 'CRYPTO_KEY' });
  }
});

publishedTest(
  'Wycheproof: every X25519 case, low-order and non-canonical keys refused',
  'wycheproof/x25519_test.json',
  (t, path) => {
    for (const { tcId, flags, public: publicKey, private: secretKey, shared } of wycheproofCases(path)) {
      const agree = (): string => toHex(sharedSecret(fromHex(secretKey), fromHex(publicKey)));
      const refused = flags.includes('LowOrderPublic') || flags.includes('NonCanonicalPublic');
      if (refused) t.throws(agree, { code: 'CRYPTO_KEY' }, `case ${tcId}`);
      else t.is(agree(), shared, `case ${tcId}`);
    }
  },
);
