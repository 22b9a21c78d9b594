import test from 'ava';
import { concat, fromHex } from '../../crypto/bytes.ts';
import { assertOneSequence, parsing } from '../../crypto/der.ts';
import { cryptoRefusal } from '../../crypto/errors.ts';

test('X.690: one SEQUENCE of definite length, and nothing behind it, passes', (t) => {
  const passes = (der: Uint8Array, maximum = 1_000): void => assertOneSequence(der, maximum, 'CRYPTO_REQUEST');
  t.notThrows(() => passes(fromHex('3000')));
  t.notThrows(() => passes(concat(fromHex('307f'), new Uint8Array(127))));
  t.notThrows(() => passes(concat(fromHex('308180'), new Uint8Array(128))));
  t.notThrows(() => passes(concat(fromHex('30820100'), new Uint8Array(256))));
  t.throws(() => passes(concat(fromHex('30820100'), new Uint8Array(256)), 259), { code: 'CRYPTO_REQUEST' });
  for (const bad of ['', '30', '3100', '300000', '3001', '30800000', '3081', '308200', '3085000000000000', '30ff'])
    t.throws(() => passes(fromHex(bad)), { code: 'CRYPTO_REQUEST' }, bad);
});

test('what a parser throws becomes the refusal, and a refusal stays itself', (t) => {
  const cause = new TypeError('inside');
  const refusal = t.throws(
    () =>
      parsing('CRYPTO_CRL', () => {
        throw cause;
      }),
    { code: 'CRYPTO_CRL' },
  );
  t.is(refusal?.cause, cause);
  const ours = cryptoRefusal('CRYPTO_KEY');
  t.is(
    t.throws(() =>
      parsing('CRYPTO_CRL', () => {
        throw ours;
      }),
    ),
    ours,
  );
  t.is(
    parsing('CRYPTO_CRL', () => 7),
    7,
  );
});
