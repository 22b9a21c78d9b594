import test from 'ava';
import { findCandidates } from '../../../node/screening/candidates.ts';
import { parseName } from '../../../node/screening/parsed-name.ts';
import { buildScreeningIndex } from '../../../node/screening/screening-index.ts';
import { SCORING_WEIGHTS } from '../../../node/screening/weights.ts';
import { wordSimilarity } from '../../../node/screening/word-similarity.ts';
import { listEntry } from './entries.ts';

const INDEX = buildScreeningIndex([
  listEntry('1', 'Qadhafi, Muammar'),
  listEntry('2', 'Shcherbakov, Yevgeny', { aliases: ['Щербаков Евгений'] }),
  listEntry('3', 'Walkenhorst, William'),
  ...Array.from({ length: 200 }, (_, index) => listEntry(`x${index}`, `Common Other${index}`)),
]);

function found(name: string): string[] {
  const similarity = (one: Parameters<typeof wordSimilarity>[0], other: Parameters<typeof wordSimilarity>[1]): number =>
    wordSimilarity(one, other, SCORING_WEIGHTS);
  const names = findCandidates(INDEX, parseName(name, 'INDIVIDUAL'), similarity);
  return names.map((number) => INDEX.names[number]?.entry.entryId ?? '');
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
