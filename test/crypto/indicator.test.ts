import test from 'ava';
import { indicatorLeaf, signIndicator, verifyIndicator } from '../../crypto/indicator.ts';
import { sha256 } from '../../crypto/hash.ts';
import { createIdentityKey } from '../../crypto/keys.ts';
import { verify } from '../../crypto/sign.ts';
import { seededRandom } from '../tools/random-sources.ts';

const random = seededRandom('indicator');
const logKey = createIdentityKey(random);
const INDICATOR = random(500);

test('F-19 (signature) an indicator is signed by the log key over its exact bytes', (t) => {
  const signature = signIndicator(logKey.secretKey, INDICATOR);
  t.true(verifyIndicator(logKey.publicKey, INDICATOR, signature));
  const domain = Buffer.from('concordat/indicator/1\0', 'latin1');
  t.true(verify(logKey.publicKey, Buffer.concat([domain, INDICATOR]), signature));
  t.false(verifyIndicator(logKey.publicKey, INDICATOR.subarray(1), signature));
  t.false(verifyIndicator(createIdentityKey(random).publicKey, INDICATOR, signature));
});

test('F-19 (commitment) the log entry is a salted hash, and no byte can move between salt and indicator', (t) => {
  const salt = random(32);
  t.deepEqual(indicatorLeaf(salt, INDICATOR), sha256(salt, INDICATOR));
  t.notDeepEqual(indicatorLeaf(random(32), INDICATOR), indicatorLeaf(salt, INDICATOR));
  t.throws(() => indicatorLeaf(random(33), INDICATOR), { code: 'CRYPTO_ENCODING' });
});
