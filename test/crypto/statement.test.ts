import test from 'ava';
import { utf8 } from '../../crypto/bytes.ts';
import { federationIdOf } from '../../crypto/genesis.ts';
import { sha256 } from '../../crypto/hash.ts';
import { createIdentityKey } from '../../crypto/keys.ts';
import { memberKeyId } from '../../crypto/member-key.ts';
import { verify } from '../../crypto/sign.ts';
import { signStatement, verifyStatement } from '../../crypto/statement.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('statement');
const officer = createIdentityKey(random);
const FEDERATION = random(32);
const BODY = utf8('body');

test('a statement is signed over domain, federation, kind as four bytes and exact body', (t) => {
  const signature = signStatement(officer.secretKey, FEDERATION, 258, BODY);
  t.true(verifyStatement(officer.publicKey, FEDERATION, 258, BODY, signature));
  const message = Buffer.concat([
    Buffer.from('concordat/statement/1\0', 'latin1'),
    FEDERATION,
    Uint8Array.of(0, 0, 1, 2),
    BODY,
  ]);
  t.true(verify(officer.publicKey, message, signature));
});

test('a statement counts in no other federation, as no other kind, with no other body, from no other officer', (t) => {
  const signature = signStatement(officer.secretKey, FEDERATION, 3, BODY);
  t.false(verifyStatement(officer.publicKey, random(32), 3, BODY, signature));
  t.false(verifyStatement(officer.publicKey, FEDERATION, 4, BODY, signature));
  t.false(verifyStatement(officer.publicKey, FEDERATION, 3, utf8('body '), signature));
  t.false(verifyStatement(createIdentityKey(random).publicKey, FEDERATION, 3, BODY, signature));
  t.throws(() => verifyStatement(officer.publicKey, random(31), 3, BODY, signature), { code: 'CRYPTO_ENCODING' });
});

test('the federation id is the hash of the genesis bytes under its domain', (t) => {
  const genesis = random(300);
  const message = Buffer.concat([Buffer.from('concordat/genesis/1\0', 'latin1'), genesis]);
  t.deepEqual(federationIdOf(genesis), sha256(message));
});

test('a member key is named by its hash under its domain', (t) => {
  const key = random(32);
  t.deepEqual(memberKeyId(key), sha256(Buffer.concat([Buffer.from('concordat/member-key-id/1\0', 'latin1'), key])));
  t.throws(() => memberKeyId(random(16)), { code: 'CRYPTO_ENCODING' });
});
