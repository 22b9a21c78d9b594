import test from 'ava';
import { fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { hkdfSha256, hmacSha256, sha256, sha256Hex, sha512 } from '../../crypto/hash.ts';
import { seededRandom } from '../tools/random-sources.ts';
import { publishedTest, wycheproofCases } from './published-vectors.ts';

test('FIPS 180-4: SHA-256 and SHA-512 of the message "abc", whole and in parts', (t) => {
  const short = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  t.is(toHex(sha256(utf8('abc'))), short);
  t.is(sha256Hex('abc'), short);
  t.is(sha256Hex('Zürich 苏'), toHex(sha256(utf8('Zürich 苏'))));
  t.is(toHex(sha256(utf8('a'), new Uint8Array(0), utf8('bc'))), short);
  t.is(toHex(sha256()), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  t.is(
    toHex(sha512(utf8('abc'))),
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
      '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  );
});

test('parts are hashed as if joined, however long they are', (t) => {
  const random = seededRandom('hash');
  for (const lengths of [
    [0, 0],
    [64, 64],
    [64, 65],
    [32, 5_000],
    [1, 0, 200],
  ]) {
    const parts = lengths.map((length) => random(length));
    t.deepEqual(sha256(...parts), sha256(Buffer.concat(parts)), lengths.join());
    t.deepEqual(sha512(...parts), sha512(Buffer.concat(parts)), lengths.join());
  }
});

test('RFC 4231, section 4.3: HMAC-SHA-256 with a key shorter than the output', (t) => {
  const mac = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  t.is(toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want for nothing?'))), mac);
  t.is(toHex(hmacSha256(utf8('Jefe'), utf8('what do ya want '), utf8('for nothing?'))), mac);
});

test('RFC 5869, appendix A.1: HKDF-SHA-256', (t) => {
  const okm = hkdfSha256(
    fromHex('0b'.repeat(22)),
    fromHex('000102030405060708090a0b0c'),
    fromHex('f0f1f2f3f4f5f6f7f8f9'),
    42,
  );
  t.is(toHex(okm), '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
});

publishedTest('Wycheproof: every HMAC-SHA-256 case', 'wycheproof/hmac_sha256_test.json', (t, path) => {
  for (const { tcId, result, key, msg, tag, tagSize = 0 } of wycheproofCases(path)) {
    const mac = toHex(hmacSha256(fromHex(key), fromHex(msg))).slice(0, tagSize / 4);
    t.is(mac === tag, result === 'valid', `case ${tcId}`);
  }
});

publishedTest('Wycheproof: every HKDF-SHA-256 case', 'wycheproof/hkdf_sha256_test.json', (t, path) => {
  for (const { tcId, result, ikm, salt, info, size = 0, okm } of wycheproofCases(path)) {
    const derive = (): string => toHex(hkdfSha256(fromHex(ikm), fromHex(salt), fromHex(info), size));
    if (result === 'valid') t.is(derive(), okm, `case ${tcId}`);
    else t.throws(derive, undefined, `case ${tcId}`);
  }
});
