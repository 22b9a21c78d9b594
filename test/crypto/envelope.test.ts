import test from 'ava';
import { fromHex, toHex, utf8 } from '../../crypto/bytes.ts';
import { headerHash, payloadHash, signHeader, verifyHeader } from '../../crypto/envelope.ts';
import { sha256 } from '../../crypto/hash.ts';
import { createIdentityKey } from '../../crypto/keys.ts';
import { sign, verify } from '../../crypto/sign.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('envelope');
const author = createIdentityKey(random);
const HEADER = random(200);

test('F-06 (signature) a header is signed over its exact bytes, under the domain of envelopes', (t) => {
  const signature = signHeader(author.secretKey, HEADER);
  t.true(verifyHeader(author.publicKey, HEADER, signature));
  const message = Buffer.concat([Buffer.from('concordat/envelope/1\0', 'latin1'), HEADER]);
  t.true(verify(author.publicKey, message, signature));
});

test('F-06 (signature) a header with any byte changed, or by another author, is refused', (t) => {
  const signature = signHeader(author.secretKey, HEADER);
  for (const place of HEADER.keys()) {
    const changed = HEADER.map((byte, index) => (index === place ? byte ^ 1 : byte));
    t.false(verifyHeader(author.publicKey, changed, signature), `byte ${place}`);
  }
  t.false(verifyHeader(createIdentityKey(random).publicKey, HEADER, signature));
  t.false(verifyHeader(author.publicKey, HEADER, sign(author.secretKey, HEADER)), 'signed without domain');
});

test('the payload hash is over salt and payload, and the salt has one length', (t) => {
  const salt = random(32);
  t.deepEqual(payloadHash(salt, utf8('hello')), sha256(salt, utf8('hello')));
  t.throws(() => payloadHash(random(31), utf8('hello')), { code: 'CRYPTO_ENCODING' });
  t.throws(() => payloadHash(random(33), utf8('hello')), { code: 'CRYPTO_ENCODING' });
});

test('a header is named by the SHA-256 of its bytes', (t) => {
  t.is(toHex(headerHash(fromHex('616263'))), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
