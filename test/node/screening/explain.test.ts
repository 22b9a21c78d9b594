import test from 'ava';
import { explainNames } from '../../../node/screening/explain.ts';
import { parseName } from '../../../node/screening/parsed-name.ts';

function explained(one: string, other: string) {
  return explainNames({ query: parseName(one, 'INDIVIDUAL'), entry: parseName(other, 'INDIVIDUAL') });
}

test('M-02 (explanation) it says which parts were paired, why, and what was left over', (t) => {
  const { pairs, queryRest, entryRest } = explained('Bill Wolkenhorst Junior', 'WALKENHORST, William Otto');
  t.deepEqual(
    pairs.map(({ query, entry, because }) => [query, entry, because]),
    [
      ['wolkenhorst', 'walkenhorst', 'sound'],
      ['bill', 'william', 'nickname'],
    ],
  );
  t.deepEqual(queryRest, ['junior']);
  t.deepEqual(entryRest, ['otto']);
});

test('initials, spellings, joined words and slips are told apart', (t) => {
  const because = (one: string, other: string): string[] => explained(one, other).pairs.map((pair) => pair.because);
  t.deepEqual(because('A Muster', 'Anna Muster').sort(), ['initial', 'same']);
  t.deepEqual(because('Mohammed Muster', 'Muhammad Muster').sort(), ['same', 'variant']);
  t.deepEqual(because('AnnaMuster', 'Anna Muster'), ['joined']);
  t.deepEqual(because('Anna Mustirer', 'Anna Mustarer').sort(), ['same', 'sound']);
  t.deepEqual(because('Anna Mastersohn', 'Anna Nastersohn').sort(), ['same', 'spelling']);
  t.deepEqual(because('김', 'Kim'), ['variant']);
});
