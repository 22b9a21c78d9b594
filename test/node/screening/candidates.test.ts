import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { findCandidates } from '../../../node/screening/candidates.ts';
import { parseName } from '../../../node/screening/parsed-name.ts';
import { buildScreeningIndex } from '../../../node/screening/screening-index.ts';
import { listEntry } from './entries.ts';

const ENTRIES = [
  listEntry('1', 'Qadhafi, Muammar'),
  listEntry('2', 'Shcherbakov, Yevgeny', { aliases: ['Щербаков Евгений'] }),
  listEntry('3', 'Walkenhorst, William'),
  ...Array.from({ length: 200 }, (_, index) => listEntry(`x${index}`, `Common Other${index}`)),
];

const INDEX = buildScreeningIndex(ENTRIES);

function found(name: string, index = INDEX): string[] {
  const names = findCandidates(index, parseName(name, 'INDIVIDUAL'));
  return names.map((number) => index.names[number]?.entry.entryId ?? '');
}

test('a name is reached though no word of it is spelt as on the list', (t) => {
  t.is(found('Moammar Gadafi')[0], '1');
  t.is(found('Wiliam Walkenhurst')[0], '3');
  t.is(found('Evgeniy Scherbakow')[0], '2');
  t.is(found('Bill Walkenhorts')[0], '3');
});

test('a name is reached without blanks, and in another script', (t) => {
  t.is(found('MuammarQadhafi')[0], '1');
  t.is(found('WilliamWalkenhorst')[0], '3');
  t.is(found('ЩЕРБАКОВ')[0], '2');
});

test('a word that many share brings no more names than are worth scoring', (t) => {
  t.is(found('Common').length, 64);
  t.deepEqual(found('Nobody Nowhere'), []);
});

test('what is remembered of a word is what a fresh index finds, for words that only look the same too', (t) => {
  const names = [
    'Moammar Gadafi',
    'William Walkenhorst',
    'Wilbur Walkman',
    'Евгений Щербаков',
    'Evgeniy Scherbakov',
    'Bill Common',
    '王 William',
    'wang William',
  ];
  for (const name of [...names, ...names.toReversed()])
    t.deepEqual(found(name), found(name, buildScreeningIndex(ENTRIES)), name);
});

test('no more than LIMITS.screeningAlikeWords words are remembered', (t) => {
  const index = buildScreeningIndex(ENTRIES.slice(0, 3));
  for (let at = 0; at <= LIMITS.screeningAlikeWords; at += 1) found(`Word${at}x`, index);
  t.is(index.alike.size, LIMITS.screeningAlikeWords);
});
