import test from 'ava';
import * as fc from 'fast-check';
import { cleanOptional, cleanText } from '../../../node/formats/text.ts';

test('hidden and reordering characters are taken out of a name', (t) => {
  t.is(cleanText('\u202eA\u200bl\u2060-f\u00ada\u2066y\u2069y\u{e0041}ad'), 'Al-fayyad');
});

test('compatibility forms become plain letters', (t) => {
  t.is(cleanText('Ｊｏｓｅ\u0301 ﬁ'), 'José fi');
});

test('blanks and controls of all kinds become one space, and none at the ends', (t) => {
  t.is(cleanText('\t Anna\u00a0\u2003\r\nMaria\u0000 '), 'Anna Maria');
});

test('letters of every script and markup stay', (t) => {
  for (const text of ['Фадеев Родион', 'حسين', '김정은', '<img src=x>', "O'Brien"]) t.is(cleanText(text), text);
});

test('an empty text is none', (t) => {
  t.is(cleanOptional(' \u200b '), null);
  t.is(cleanOptional(undefined), null);
});

test('cleaning a clean text changes nothing', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = cleanText(text);
      return cleanText(once) === once && !/[\p{Cf}\p{Cc}]/u.test(once);
    }),
  );
  t.pass();
});
