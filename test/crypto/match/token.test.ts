import test from 'ava';
import { toHex, utf8 } from '../../../crypto/bytes.ts';
import { labelKeyOf, matchToken, tagOf, TOKEN_TYPES } from '../../../crypto/match/token.ts';

const OUTPUT = new Uint8Array(64).fill(7);

test('the token of an identifier has these bytes, for ever', (t) => {
  t.is(
    Buffer.from(matchToken({ type: 'phone', epoch: 258, value: '+1 23' })).toString('latin1'),
    ['concordat/match-token/1\0', '\0\0\0\x05phone', '\0\0\0\0\0\0\x01\x02', '\0\0\0\x03123'].join(''),
  );
});

test('another type, epoch or value is another token, and no part can stand for its neighbour', (t) => {
  const tokens = TOKEN_TYPES.flatMap((type) =>
    [0, 1, 2n ** 64n - 1n].flatMap((epoch) =>
      ['1', '12', '1234567890'].map((value) => toHex(matchToken({ type, epoch, value }))),
    ),
  );
  t.is(new Set(tokens).size, tokens.length);
  for (const token of tokens) t.false(tokens.some((other) => other !== token && other.startsWith(token)));
});

test('a value of which nothing is left, or more than 512 bytes, is no token', (t) => {
  for (const value of ['', '  ', '\u0000', 'x'.repeat(513), 'é'.repeat(257)])
    t.throws(() => matchToken({ type: 'email', epoch: 1, value }), { code: 'MATCH_TOKEN' });
  t.notThrows(() => matchToken({ type: 'email', epoch: 1, value: 'x'.repeat(512) }));
});

test('tag and label key of one output are independent, and differ between outputs', (t) => {
  t.is(tagOf(OUTPUT).length, 16);
  t.is(labelKeyOf(OUTPUT).length, 32);
  t.notDeepEqual(tagOf(OUTPUT), labelKeyOf(OUTPUT).slice(0, 16));
  t.notDeepEqual(tagOf(OUTPUT), tagOf(utf8('another')));
});
