import test from 'ava';
import { compareBirth, compareCountries, compareIdentifiers } from '../../../node/screening/attributes.ts';

test('dates of birth agree, nearly agree, say nothing or contradict', (t) => {
  for (const [one, other, expected] of [
    ['1960-05-17', '1960-05-17', 'same'],
    ['1960-05-17', '1960-05-18', 'near'],
    ['1960-05-17', '1961-05-17', 'near'],
    ['1960-05-07', '1960-07-05', 'near'],
    ['1960-05-17', '1960-05', 'near'],
    ['1960-05-17', '1960', 'near'],
    ['1960', '1961', 'close'],
    ['1960-05-17', '1960-05-02', 'close'],
    ['1960-05-17', '1960-11-30', 'differs'],
    ['1960-05-17', '1961-06-17', 'contradicts'],
    ['1960', '1962', 'contradicts'],
  ] as const) {
    t.is(compareBirth([one], [other]), expected, `${one} ${other}`);
    t.is(compareBirth([other], [one]), expected, `${other} ${one}`);
  }
});

test('of several dates the best counts, and none says nothing', (t) => {
  t.is(compareBirth(['1960-05-17'], ['1940', '1960-05-17', '1961']), 'same');
  t.is(compareBirth(['1960-05-17'], []), 'unknown');
  t.is(compareBirth([], ['1960']), 'unknown');
});

test('countries compare by code in any case', (t) => {
  t.is(compareCountries(['fr', 'de'], ['AT', 'DE']), 'same');
  t.is(compareCountries(['DE'], ['AT']), 'differs');
  t.is(compareCountries(['DE'], []), 'unknown');
});

test('an identifier agrees however it is written, and another one says nothing', (t) => {
  t.is(compareIdentifiers(['ab 123-456'], ['X', 'AB123456']), 'same');
  t.is(compareIdentifiers(['AB 654321'], ['AB123456']), 'unknown');
  t.is(compareIdentifiers(['12'], ['12']), 'unknown', 'too short to be one');
  t.is(compareIdentifiers(['PASSPORT'], ['passport']), 'unknown', 'no number in it');
});
