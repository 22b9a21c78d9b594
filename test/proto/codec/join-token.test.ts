import test from 'ava';
import * as fc from 'fast-check';
import { decodeJoinToken, encodeJoinToken } from '../../../proto/codec/join-token.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';

const TOKEN = {
  federationId: new Uint8Array(32).fill(1),
  genesis: new Uint8Array([1, 2, 3]),
  address: '127.0.0.1:9700',
  secret: new Uint8Array(32).fill(2),
};

test('a join token is one word and says again what went in', (t) => {
  const text = encodeJoinToken(TOKEN);
  t.regex(text, /^concordat-join-1\.[A-Za-z0-9_-]+$/);
  t.deepEqual(decodeJoinToken(text), TOKEN);
  t.deepEqual(decodeJoinToken(encodeJoinToken({ ...TOKEN, address: '[::1]:9700' })).address, '[::1]:9700');
});

test('whatever is not a join token is refused with a code', (t) => {
  const body = (value: unknown): string =>
    `concordat-join-1.${Buffer.from(JSON.stringify(value)).toString('base64url')}`;
  const fields = { federation_id: '00'.repeat(32), genesis: '', address: 'a:1', secret: 'A'.repeat(43) };
  t.notThrows(() => decodeJoinToken(body(fields)));
  const cases = [
    '',
    'concordat-join-2.AAAA',
    'concordat-join-1.',
    'concordat-join-1.!!!',
    body(null),
    body([]),
    body({ ...fields, secret: 5 }),
    body({ ...fields, secret: 'AAAA' }),
    body({ ...fields, federation_id: 'zz' }),
    body({ ...fields, address: 'no port' }),
    'x'.repeat(3_000_000),
  ];
  for (const text of cases) t.throws(() => decodeJoinToken(text), { instanceOf: ConcordatError });
});

test('no text makes the reader of tokens throw anything but a refusal', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => `concordat-join-1.${Buffer.from(text).toString('base64url')}`),
      ),
      (text) => {
        try {
          decodeJoinToken(text);
        } catch (error) {
          return error instanceof ConcordatError;
        }
        return true;
      },
    ),
  );
  t.pass();
});
