import test from 'ava';
import { toHex } from '../../../crypto/bytes.ts';
import { deriveFlag, flagInput } from '../../../crypto/flag/flag.ts';
import { isScalar } from '../../../crypto/oprf/ristretto255.ts';
import { blind, createOprfKey, evaluateBatch, finalizeBatch, ready } from '../../../crypto/oprf/voprf.ts';
import { seededRandom } from '../../tools/random-sources.ts';
import { EPOCH, flagOf } from './scenario.ts';

test.before(ready);

test('the input of an identifier has these bytes, for ever', (t) => {
  const input = flagInput({ type: 'account', epoch: 258, value: 'ab 1' });
  const parts = ['concordat/flag-input/1\0', '\0\0\0\x07account', '\0\0\0\0\0\0\x01\x02', '\0\0\0\x03AB1'];
  t.is(Buffer.from(input).toString('latin1'), parts.join(''));
  t.throws(() => flagInput({ type: 'phone', epoch: 1, value: 'unknown' }), { code: 'MATCH_TOKEN' });
});

test('two agencies that never met come to one flag, from other spellings and other blinds', (t) => {
  const key = createOprfKey(seededRandom('flag/holder'));
  const ask = (value: string, seed: string): ReturnType<typeof deriveFlag>[] => {
    const random = seededRandom(seed);
    const inputs = [flagInput({ type: 'account', epoch: EPOCH, value })];
    const blindings = inputs.map((input) => blind(input, random));
    const blinded = blindings.map((blinding) => blinding.blinded);
    const answer = evaluateBatch(key.secretKey, blinded, random);
    const blinds = blindings.map((blinding) => blinding.blind);
    return finalizeBatch({ inputs, blinds, blinded, ...answer, publicKey: key.publicKey }).map(deriveFlag);
  };
  t.deepEqual(ask('GB33 BUKB 2020', 'one agency'), ask('gb33bukb2020', 'another agency'));
});

test('flags of one identifier under two keys, and of two identifiers, have nothing in common', (t) => {
  const flags = [flagOf('epoch 1'), flagOf('epoch 2'), flagOf('epoch 1', 'GB33BUKB20201555555556')];
  for (const part of ['tag', 'outerKey', 'polynomial'] as const)
    t.is(new Set(flags.map((flag) => toHex(flag[part]))).size, flags.length, part);
});

test('tag, key and polynomial of one output are independent and of their lengths', (t) => {
  const { tag, outerKey, polynomial } = flagOf('lengths');
  t.deepEqual([tag.length, outerKey.length, polynomial.length], [16, 32, 32]);
  t.true(isScalar(outerKey));
  t.is(new Set([tag, outerKey, polynomial].map((part) => toHex(part.subarray(0, 16)))).size, 3);
});
