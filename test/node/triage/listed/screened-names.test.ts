import test from 'ava';
import { screenedNames } from '../../../../node/triage/listed/screened-names.ts';
import { buildScreeningIndex } from '../../../../node/screening/screening-index.ts';
import { screen } from '../../../../node/screening/screen.ts';
import type { EntityType } from '../../../../proto/domain/alert.ts';
import type { ListEntry } from '../../../../proto/domain/records.ts';
import { seededRandom } from '../../../tools/random-sources.ts';
import { hostileTexts } from '../advice/hostile-texts.ts';

const ENTRY: ListEntry = {
  listName: 'a list',
  listVersion: '1',
  listKind: 'SANCTIONS',
  entryId: 'entry-1',
  entityType: 'INDIVIDUAL',
  name: 'Adelheid Musterfrau',
  aliases: [],
  datesOfBirth: [],
  countries: [],
  programs: [],
  remarks: null,
};
const INDEX = buildScreeningIndex([
  ENTRY,
  { ...ENTRY, entryId: 'entry-2', entityType: 'BUSINESS', name: 'Blue Quay Trading LLC' },
]);

function scoreOf(name: string, entityType: EntityType): number {
  const attributes = { datesOfBirth: [], countries: [], identifiers: [] };
  const query = { ...screenedNames({ name, aliases: [] }), entityType, ...attributes };
  return screen(INDEX, query, { limit: 1, threshold: 0.3 })[0]?.score ?? 0;
}

test('M-05 (lists) a hostile text before or behind a name does not hide it from a list (seed hostile-9)', (t) => {
  for (const [name, entityType] of [
    ['Adelheid Musterfrau', 'INDIVIDUAL'],
    ['Blue Quay Trading LLC', 'BUSINESS'],
  ] as const) {
    const clean = scoreOf(name, entityType);
    t.true(clean > 0.5);
    for (const text of hostileTexts(200, seededRandom('hostile-9')))
      for (const tainted of [`${name} ${text}`, `${text} ${name}`]) {
        // Five in a hundred lost is what an honest middle name costs too.
        t.true(scoreOf(tainted, entityType) >= 0.95 * clean, tainted);
      }
  }
});

test('honest names are looked for as they stand', (t) => {
  for (const name of [
    'Adelheid Musterfrau',
    'Gesellschaft für Handel und Wandel am Kai mbH',
    'Anna Maria Luisa de la Cruz',
  ])
    t.deepEqual(screenedNames({ name, aliases: ['A. Musterfrau'] }), { name, aliases: ['A. Musterfrau'] });
});
