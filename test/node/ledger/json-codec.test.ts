import test from 'ava';
import * as fc from 'fast-check';
import { decodeJson, encodeJson } from '../../../node/ledger/json-codec.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, '$bigint', '$$'),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.bigInt(),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$bigint', '$bytes', '$', '$$x', '__proto__')), tie('value'), {
      noNullPrototype: true,
    }),
  ),
})).value;

test('whatever is encoded is read back equal, also keys that look like our own', (t) => {
  fc.assert(fc.property(values, (value) => t.deepEqual(decodeJson(encodeJson(value)), value) ?? true));
});

test('integers beyond 2^53 keep every digit, and bytes are bytes', (t) => {
  const row = { id: 9_007_199_254_740_993n, hash: new Uint8Array([0, 255]), note: undefined };
  t.is(Buffer.from(encodeJson(row)).toString(), '{"id":{"$bigint":"9007199254740993"},"hash":{"$bytes":"AP8"}}');
  t.deepEqual(decodeJson(encodeJson(row)), { id: row.id, hash: row.hash });
});

test('a source that sends our own key gets its text back, not a number', (t) => {
  const metadata = { $bigint: '12', inner: [{ $bytes: 'AP8' }], $$: 1 };
  t.deepEqual(decodeJson(encodeJson(metadata)), metadata);
});

test('what JSON would change without a word is refused', (t) => {
  for (const value of [Number.NaN, Infinity, new Date(0), new Map(), () => 1, Symbol('x'), { a: [new Set()] }])
    t.true(
      isRefusal(
        t.throws(() => encodeJson(value)),
        'LEDGER_VALUE',
      ),
    );
});

test('bytes that are not JSON, or a bigint that is none, are refused', (t) => {
  for (const text of ['', '{', '{"$bigint":"x"}', '{"$bigint":""}', '{"$bigint":"1n"}'])
    t.true(
      isRefusal(
        t.throws(() => decodeJson(Buffer.from(text))),
        'LEDGER_VALUE',
      ),
      text,
    );
});
