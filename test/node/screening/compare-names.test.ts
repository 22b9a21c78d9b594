import test from 'ava';
import * as fc from 'fast-check';
import { compareNames } from '../../../node/screening/compare-names.ts';
import { NAME_THRESHOLD } from '../../../node/screening/weights.ts';
import type { EntityType } from '../../../proto/domain/alert.ts';

const SAME: readonly (readonly [string, string, EntityType])[] = [
  ['BEISPIEL, Anna Maria', 'Anna Maria Beispiel', 'INDIVIDUAL'],
  ['AnnaBeispiel', 'Anna Beispiel', 'INDIVIDUAL'],
  ['Муаммар Каддафи', 'Muammar Qaddafi', 'INDIVIDUAL'],
  ['حسین موسوی', 'Hossein Mousavi', 'INDIVIDUAL'],
  ['Abdurrahman al-Zahir', 'ABD AL-RAHMAN ZAHIR', 'INDIVIDUAL'],
  ['Bill Beispiel', 'William Beispiel', 'INDIVIDUAL'],
  ['A. Beispiel', 'Anna Beispiel', 'INDIVIDUAL'],
  ['Dr. Anna Beispeil', 'Anna Beispiel', 'INDIVIDUAL'],
  ['Beispiel Handels GmbH', 'Beispiel Handels Gesellschaft mit beschränkter Haftung', 'BUSINESS'],
  ['OAO Obrazets', 'Obrazets JSC', 'BUSINESS'],
  ['Muster & Söhne', 'Muster and Sohne', 'BUSINESS'],
];
const DIFFERENT: readonly (readonly [string, string, EntityType])[] = [
  ['Anna Beispiel', 'Berta Beispiel', 'INDIVIDUAL'],
  ['Anna Maria Beispiel', 'Anna Klara Beispiel', 'INDIVIDUAL'],
  ['Ahmad Yusuf al-Basri', 'Ahmad Yusuf al-Kufi', 'INDIVIDUAL'],
  ['Anna O. Beispiel', 'Anna Klara Beispiel', 'INDIVIDUAL'],
  ['习近朋', '习近平', 'INDIVIDUAL'],
  ['Muster Aktiengesellschaft', 'Beispiel Aktiengesellschaft', 'BUSINESS'],
  ['Muster (Berlin) GmbH', 'Muster (Hamburg) GmbH', 'BUSINESS'],
  ['Management Company', 'Western Management Company', 'BUSINESS'],
];

for (const [one, other, type] of SAME) {
  test(`taken for one: ${one} and ${other}`, (t) => {
    t.true(compareNames(one, other, type).score >= NAME_THRESHOLD);
  });
}

for (const [one, other, type] of DIFFERENT) {
  test(`kept apart: ${one} and ${other}`, (t) => {
    t.true(compareNames(one, other, type).score < NAME_THRESHOLD);
  });
}

test('what the considerations contribute adds up to the score', (t) => {
  const { score, features } = compareNames('Muster 3 Handel GmbH', 'Mustar 4 Bau und Handel AG', 'BUSINESS');
  const sum = features.reduce((total, feature) => total + feature.contribution, 0);
  t.true(Math.abs(sum - score) < 1e-12);
  t.true(features.length >= 3);
});

test('a difference in a longer name weighs as a difference, a part left out does not', (t) => {
  const whole = 'Ali Hasan Omar Yusuf Karim';
  const leftOut = compareNames('Ali Hasan Omar Karim', whole, 'INDIVIDUAL').score;
  t.true(leftOut > NAME_THRESHOLD);
  t.true(compareNames('Ali Hasan Omar Tariq Karim', whole, 'INDIVIDUAL').score < NAME_THRESHOLD);
});

test('any two texts give a score between 0 and 1, and any text is like itself', (t) => {
  const name = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('a', 'l', ' ', '-', ',', '김', 'д', '1') }),
  );
  const type = fc.constantFrom<EntityType | null>('INDIVIDUAL', 'BUSINESS', null);
  fc.assert(
    fc.property(name, name, type, (one, other, entityType) => {
      const { score } = compareNames(one, other, entityType);
      return score >= 0 && score <= 1;
    }),
  );
  t.pass();
});
