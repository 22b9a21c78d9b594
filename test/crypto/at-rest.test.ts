import test from 'ava';
import { openWithKey, openWithPassphrase, sealWithKey, sealWithPassphrase } from '../../crypto/at-rest.ts';
import { fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('at rest');

test('bytes under a passphrase open with that passphrase alone', (t) => {
  const sealed = sealWithPassphrase('correct horse', utf8('secret'), random);
  t.deepEqual(openWithPassphrase('correct horse', sealed), utf8('secret'));
  t.throws(() => openWithPassphrase('correct horse ', sealed), { code: 'CRYPTO_OPEN' });
});

test('a passphrase is one passphrase however its accents are typed', (t) => {
  const sealed = sealWithPassphrase('caf\u00e9', utf8('secret'), random);
  t.deepEqual(openWithPassphrase('cafe\u0301', sealed), utf8('secret'));
});

test('one changed byte, in salt, nonce, text or tag, and another version are refused', (t) => {
  const sealed = sealWithPassphrase('p', utf8('secret'), random);
  for (const place of [0, 1, 17, 30, sealed.length - 1]) {
    const changed = sealed.map((byte, index) => (index === place ? byte ^ 1 : byte));
    t.throws(() => openWithPassphrase('p', changed), { code: 'CRYPTO_OPEN' }, `byte ${place}`);
  }
  for (const length of [0, 1, 16, 17, 40]) {
    t.throws(() => openWithPassphrase('p', sealed.subarray(0, length)), { code: 'CRYPTO_OPEN' }, `length ${length}`);
  }
});

test('format 1 of the first release stays readable', (t) => {
  const stored =
    '01aec51ce807625a3435ba91a8880b8474e37a47caffabb11cccc1a7d062ea45b1e42cd948f9c837c53af25e6208b693ce62f5459d81be3d130de8d335e5507a5dde4521f6e2778942';
  t.deepEqual(openWithPassphrase('old passphrase', fromHex(stored)), utf8('kept since the first release'));
});

test('bytes under a key open with that key and in that place alone', (t) => {
  const key = random(32);
  const sealed = sealWithKey(key, utf8('value'), utf8('store/1'), random);
  t.deepEqual(openWithKey(key, sealed, utf8('store/1')), utf8('value'));
  t.throws(() => openWithKey(key, sealed, utf8('store/2')), { code: 'CRYPTO_OPEN' });
  t.throws(() => openWithKey(random(32), sealed, utf8('store/1')), { code: 'CRYPTO_OPEN' });
  for (const place of sealed.keys()) {
    const changed = sealed.map((byte, index) => (index === place ? byte ^ 1 : byte));
    t.throws(() => openWithKey(key, changed, utf8('store/1')), { code: 'CRYPTO_OPEN' }, `byte ${place}`);
  }
  t.throws(() => openWithKey(key, new Uint8Array(0), utf8('store/1')), { code: 'CRYPTO_OPEN' });
});

test('what a passphrase sealed is not what a key sealed', (t) => {
  const key = random(32);
  t.throws(() => openWithPassphrase('p', sealWithKey(key, utf8('x'), utf8(''), random)), { code: 'CRYPTO_OPEN' });
  t.is(toHex(sealWithKey(key, utf8('x'), utf8(''), random)).slice(0, 2), '02');
});
