import { readFileSync } from 'node:fs';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { compareNames } from '../../../node/screening/compare-names.ts';
import { NAME_THRESHOLD } from '../../../node/screening/weights.ts';
import type { EntityType } from '../../../proto/domain/alert.ts';
import { sharedPath } from '../../tools/shared.ts';

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

const bench = sharedPath('data/name-bench/cases.csv');
const maybe = bench === undefined ? test.skip : test;

maybe(
  'M-02 (names) F1 on the labelled name pairs at one threshold is .88 and more, strong pairs .98 (../shared/data/name-bench)',
  (t) => {
    const rows = parse<Record<'schema' | 'name1' | 'name2' | 'is_match' | 'quality', string>>(
      readFileSync(bench ?? ''),
      {
        columns: true,
      },
    );
    const judged = rows.map((row) => {
      const type = row.schema === 'Person' ? 'INDIVIDUAL' : row.schema === 'LegalEntity' ? null : 'BUSINESS';
      const found = compareNames(row.name1, row.name2, type).score >= NAME_THRESHOLD;
      return { found, match: row.is_match === 'true', strong: row.quality === 'STRONG' };
    });
    const count = (test: (pair: (typeof judged)[number]) => boolean): number => judged.filter(test).length;
    const right = count((pair) => pair.found && pair.match);
    const f1 = (2 * right) / (count((pair) => pair.found) + count((pair) => pair.match));
    const strong = count((pair) => pair.strong && pair.found === pair.match) / count((pair) => pair.strong);
    t.log(`F1 ${f1.toFixed(3)} on ${judged.length} pairs, strong ${strong.toFixed(3)}`);
    t.true(f1 >= 0.88);
    t.true(strong >= 0.98);
  },
);
