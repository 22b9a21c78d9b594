import test from 'ava';
import * as fc from 'fast-check';
import { AEAD_OVERHEAD_BYTES, decrypt, encrypt } from '../../crypto/aead.ts';
import { fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { queuedRandom, seededRandom } from '../tools/random-sources.ts';
import { publishedTest, wycheproofCases } from './published-vectors.ts';

const NOTHING = new Uint8Array(0);

test('McGrew and Viega, The Galois/Counter Mode, appendix B, test cases 13 and 14', (t) => {
  const key = new Uint8Array(32);
  const nonce = new Uint8Array(12);
  t.is(toHex(encrypt(key, NOTHING, NOTHING, queuedRandom(nonce))), `${toHex(nonce)}530f8afbc74536b9a963b4f1c4cb738b`);
  t.is(
    toHex(encrypt(key, new Uint8Array(16), NOTHING, queuedRandom(nonce))),
    `${toHex(nonce)}cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919`,
  );
});

publishedTest(
  'Wycheproof: every AES-GCM case of 256-bit keys and 96-bit nonces, the only ones used',
  'wycheproof/aes_gcm_test.json',
  (t, path) => {
    const cases = wycheproofCases(path).filter(({ keySize, ivSize }) => keySize === 256 && ivSize === 96);
    t.true(cases.length >= 66);
    for (const { tcId, result, key, iv, aad, msg, ct, tag } of cases) {
      const sealed = fromHex(iv + ct + tag);
      const opened = (): string => toHex(decrypt(fromHex(key), sealed, fromHex(aad)));
      if (result !== 'valid') {
        t.throws(opened, { code: 'CRYPTO_OPEN' }, `case ${tcId}`);
        continue;
      }
      t.is(opened(), msg, `case ${tcId}`);
      t.deepEqual(encrypt(fromHex(key), fromHex(msg), fromHex(aad), queuedRandom(fromHex(iv))), sealed);
    }
  },
);

test('sealed bytes open with their key and associated data alone, unchanged in every byte', (t) => {
  const random = seededRandom('aead');
  const key = random(32);
  const sealed = encrypt(key, utf8('plain'), utf8('place'), random);
  t.is(sealed.length, 5 + AEAD_OVERHEAD_BYTES);
  t.deepEqual(decrypt(key, sealed, utf8('place')), utf8('plain'));
  t.throws(() => decrypt(random(32), sealed, utf8('place')), { code: 'CRYPTO_OPEN' });
  t.throws(() => decrypt(key, sealed, utf8('elsewhere')), { code: 'CRYPTO_OPEN' });
  for (const place of sealed.keys()) {
    const changed = sealed.map((byte, index) => (index === place ? byte ^ 0x80 : byte));
    t.throws(() => decrypt(key, changed, utf8('place')), { code: 'CRYPTO_OPEN' }, `byte ${place}`);
  }
  t.throws(() => decrypt(random(16), sealed, utf8('place')), { code: 'CRYPTO_ENCODING' });
});

test('arbitrary bytes are refused and nothing else', (t) => {
  const key = new Uint8Array(32).fill(1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      t.throws(() => decrypt(key, bytes, NOTHING), { code: 'CRYPTO_OPEN' });
    }),
  );
});

test('each sealing takes a nonce of its own', (t) => {
  const random = seededRandom('aead/nonce');
  const key = random(32);
  const nonces = Array.from({ length: 50 }, () => toHex(encrypt(key, NOTHING, NOTHING, random).subarray(0, 12)));
  t.is(new Set(nonces).size, 50);
});
