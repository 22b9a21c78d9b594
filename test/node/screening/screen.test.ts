import test from 'ava';
import type { ScreeningHit, ScreeningQuery } from '../../../node/screening/query.ts';
import { screen } from '../../../node/screening/screen.ts';
import { buildScreeningIndex } from '../../../node/screening/screening-index.ts';
import { SCREENING_THRESHOLD } from '../../../node/screening/weights.ts';
import { listEntry } from './entries.ts';

const INDEX = buildScreeningIndex([
  listEntry('1', 'BEISPIEL, Anna Maria', { datesOfBirth: ['1960-05-17'], countries: ['DE'], aliases: ['Анна Пример'] }),
  listEntry('2', 'MUSTER, Max', { datesOfBirth: ['1971'] }),
  listEntry('3', 'Muster Handel GmbH', { entityType: 'BUSINESS' }),
  listEntry('4', 'Zufall, Otto', { datesOfBirth: ['1950-01-01'] }),
  ...Array.from({ length: 300 }, (_, index) => listEntry(`x${index}`, `Fremd${index} Person${index * 7}`)),
]);

function hitsOf(query: Partial<ScreeningQuery>, threshold = 0.5, limit = 10): readonly ScreeningHit[] {
  const nothing = { datesOfBirth: [], countries: [], identifiers: [] };
  const unknown = { name: '', aliases: [], ...nothing, entityType: 'INDIVIDUAL' } as const;
  return screen(INDEX, { ...unknown, ...query }, { threshold, limit });
}

test('a listed name is found in every way to write it', (t) => {
  for (const name of [
    'Anna Maria Beispiel',
    'beispiel anna maria',
    'Anna Beispeil',
    'AnnaMaria Beispiel',
    'Anna Primer',
  ]) {
    t.is(hitsOf({ name }, SCREENING_THRESHOLD)[0]?.entry.entryId, '1', name);
  }
});

test('a stranger is not found', (t) => {
  t.deepEqual(hitsOf({ name: 'Berta Fern' }), []);
  t.deepEqual(hitsOf({ name: '' }), []);
  t.deepEqual(hitsOf({ name: '---' }), []);
});

test('a name by itself stays below certainty, a second attribute lifts it', (t) => {
  const alone = hitsOf({ name: 'Anna Maria Beispiel' })[0];
  t.is(alone?.score, 0.9);
  const born = hitsOf({ name: 'Anna Maria Beispiel', datesOfBirth: ['1960-05-17'] })[0];
  const both = hitsOf({ name: 'Anna Maria Beispiel', datesOfBirth: ['1960-05-17'], countries: ['de'] })[0];
  t.true(
    (alone?.score ?? 1) < (born?.score ?? 0) && (born?.score ?? 1) < (both?.score ?? 0) && (both?.score ?? 1) <= 1,
  );
});

test('a date of birth tells namesakes apart: the same, a slip, another day, another person', (t) => {
  const scoreFor = (dateOfBirth: string): number =>
    hitsOf({ name: 'Anna Maria Beispiel', datesOfBirth: [dateOfBirth] })[0]?.score ?? 0;
  const [same, slip, otherDay, other] = ['1960-05-17', '1961-05-17', '1960-05-02', '1985-05-17'].map(scoreFor);
  t.true((same ?? 0) > (slip ?? 0) && (slip ?? 0) > (otherDay ?? 0) && (otherDay ?? 0) > (other ?? 0));
  t.true((slip ?? 0) > SCREENING_THRESHOLD && (other ?? 1) < SCREENING_THRESHOLD);
  t.is(scoreFor('1960'), scoreFor('1960-05'));
});

test('a person is not an organisation of like name', (t) => {
  const [hit] = hitsOf({ name: 'Muster Handel GmbH', entityType: 'BUSINESS' }, SCREENING_THRESHOLD);
  t.is(hit?.entry.entryId, '3');
  t.deepEqual(hitsOf({ name: 'Muster Handel' }, SCREENING_THRESHOLD), []);
});

test('an alias of the query finds too, and the hit says which name met which', (t) => {
  const [hit] = hitsOf({ name: 'Berta Fern', aliases: ['Max Muster'] });
  t.is(hit?.queryName, 'Max Muster');
  t.is(hit?.matchedName, 'MUSTER, Max');
});

test('each entry is one hit, best first, no more than asked for, and its features add up', (t) => {
  const hits = hitsOf(
    { name: 'Anna Maria Beispiel', aliases: ['Анна Пример', 'Max Muster'], datesOfBirth: ['1971'] },
    0.3,
    2,
  );
  t.is(hits.length, 2);
  t.is(new Set(hits.map((hit) => hit.entry.entryId)).size, 2);
  t.true((hits[0]?.score ?? 0) >= (hits[1]?.score ?? 1));
  for (const hit of hits) {
    const sum = hit.features.reduce((total, feature) => total + feature.contribution, 0);
    t.true(Math.abs(sum - hit.score) < 1e-12);
  }
});

test('equal queries get equal hits', (t) => {
  const query = { name: 'Anna Beispiel', aliases: ['Muster Max'], datesOfBirth: ['1960-05-17'] };
  t.is(JSON.stringify(hitsOf(query)), JSON.stringify(hitsOf(query)));
});

test('a name made to be slow is answered all the same', (t) => {
  t.notThrows(() =>
    hitsOf({ name: `${'a'.repeat(900)} ${'Anna '.repeat(20)}`, aliases: Array.from({ length: 1_000 }, () => 'x y z') }),
  );
});
