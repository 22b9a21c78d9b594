import test from 'ava';
import * as fc from 'fast-check';
import {
  concat,
  equalBytes,
  fromBase64url,
  fromHex,
  toBase64url,
  toHex,
  uint32be,
  uint64be,
  utf8,
} from '../../crypto/bytes.ts';
import { fromBase64, toBase64 } from '../../crypto/base64.ts';

test('hex and base64url give back the bytes, also of a view into a larger buffer', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(10), (bytes, offset) => {
      const view = concat(new Uint8Array(offset), bytes, new Uint8Array(3)).subarray(offset, offset + bytes.length);
      t.deepEqual(fromHex(toHex(view)), bytes);
      t.deepEqual(fromBase64url(toBase64url(view)), bytes);
      t.deepEqual(fromBase64(toBase64(view)), bytes);
    }),
  );
});

test('a text that is not the one spelling of some bytes is refused', (t) => {
  for (const text of ['0', '0g', 'AB', ' 00', '00\n']) t.throws(() => fromHex(text), { code: 'CRYPTO_ENCODING' });
  // The last two end in loose bits, as Buffer would ignore.
  for (const text of ['A', 'AA==', 'A+', 'AB', 'AAB']) t.throws(() => fromBase64url(text), { code: 'CRYPTO_ENCODING' });
  for (const text of ['A', 'AA', 'A-A=', 'AB==', 'AA==\n']) t.is(fromBase64(text), undefined);
});

test('RFC 4648, section 10: base64 of its own examples', (t) => {
  t.is(toBase64(utf8('foobar')), 'Zm9vYmFy');
  t.is(toBase64(utf8('fo')), 'Zm8=');
  t.is(toBase64url(Uint8Array.of(0xfb, 0xff)), '-_8');
});

test('integers are big endian and stay within their width', (t) => {
  t.is(toHex(uint32be(0x01020304)), '01020304');
  t.is(toHex(uint32be(2 ** 32 - 1)), 'ffffffff');
  t.is(toHex(uint64be(258)), '0000000000000102');
  t.is(toHex(uint64be(2n ** 64n - 1n)), 'ffffffffffffffff');
  for (const value of [-1, 2 ** 32, 1.5, Number.NaN]) t.throws(() => uint32be(value), { code: 'CRYPTO_ENCODING' });
  for (const value of [-1, 1.5, 2 ** 53, -1n, 2n ** 64n]) t.throws(() => uint64be(value), { code: 'CRYPTO_ENCODING' });
});

test('byte strings are equal only when length and every byte are', (t) => {
  t.true(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
  t.false(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)));
  t.false(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)));
  t.true(equalBytes(new Uint8Array(0), new Uint8Array(0)));
});
