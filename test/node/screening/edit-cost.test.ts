import test from 'ava';
import * as fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { editCost } from '../../../node/screening/edit-cost.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'e', 'h', 'k', 'l', 'r', 's', '7'), maxLength: 12 });

test('like letters, doublings and vowels cost less than other edits', (t) => {
  t.true(editCost('gaddafi', 'qadafi', 9) < editCost('gaddafi', 'paddafi', 9));
  t.true(editCost('lavrov', 'lavrow', 9) < editCost('lavrov', 'lavrob', 9));
  t.is(editCost('merkel', 'merkel', 9), 0);
});

test('a swap of neighbours is one edit', (t) => {
  t.true(editCost('scholz', 'schloz', 9) <= 1);
});

test('above the limit no cost is told', (t) => {
  t.is(editCost('haqqani', 'noorzai', 1), Number.POSITIVE_INFINITY);
  t.is(editCost('a', 'abcdefghijklmnop', 2), Number.POSITIVE_INFINITY);
});

test('it is symmetric, zero for equal words only, and never above plain Levenshtein', (t) => {
  fc.assert(
    fc.property(word, word, (one, other) => {
      const cost = editCost(one, other, 99);
      const plain = distance(one, other);
      return Math.abs(cost - editCost(other, one, 99)) < 1e-9 && cost <= plain && (cost === 0) === (one === other);
    }),
  );
  t.pass();
});

test('words longer than any before are compared too', (t) => {
  const long = 'ab'.repeat(200);
  t.true(editCost(long, `${long}x`, 9) === 1);
});
