import { createReadStream, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { countryCode } from '../../../../node/formats/ofac/countries.ts';
import { datesOfBirth, nationalities } from '../../../../node/formats/ofac/remarks.ts';
import { cleanText } from '../../../../node/formats/text.ts';
import { readOfac } from '../../../../node/formats/ofac/sdn.ts';
import { sharedPath } from '../../../tools/shared.ts';
import { bytesOf } from '../bytes.ts';

test('dates of birth are read from remarks in all their forms', (t) => {
  const remarks =
    'DOB 01 Nov 1940; alt. DOB circa 1958; alt. DOB Sep 1961; POB Jeddah; alt. DOB 1970 to 1972; alt. DOB 03 May 1980 to 09 Jun 1980.';
  t.deepEqual(datesOfBirth(remarks), ['1940-11-01', '1958', '1961-09', '1970', '1971', '1972', '1980']);
  t.deepEqual(datesOfBirth('Passport 83860 (Sudan).'), []);
});

test('nationality and citizenship become country codes', (t) => {
  t.deepEqual(nationalities('DOB 1950; nationality Korea, North; citizen Syria; alt. citizen Syria.'), ['KP', 'SY']);
  t.is(countryCode('Congo, Democratic Republic of the'), 'CD');
  t.is(countryCode('ru'), 'RU');
  t.is(countryCode('Atlantis'), undefined);
});

test('E-01 (OFAC) entries take their aliases, countries and continued remarks from the other files', async (t) => {
  const empty = '-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ';
  const { items, faults } = await readOfac({
    entries: bytesOf(
      `36,"AERO, LTD.",-0- ,"CUBA] [SDGT",${empty},-0- \r\n` +
        `40,"MUSTERMANN, Max","individual","SDNT",${empty},"DOB 01 Ju"\r\n` +
        `50,"HERMANN","vessel","CUBA",${empty},-0- \r\n` +
        `broken,line\r\n` +
        `60,-0- ,-0- ,"CUBA",${empty},-0- \r\n\x1a`,
    ),
    aliases: bytesOf('36,12,"aka","AERO-CARIB",-0- \r\n\x1a'),
    addresses: bytesOf('36,25,-0- ,"Havana","Cuba",-0- \r\n'),
    comments: bytesOf('40,"n 1960; nationality Colombia."\r\n'),
  });
  t.is(items.length, 3);
  t.deepEqual(items[0], {
    entryId: 'OFAC-36',
    entityType: 'BUSINESS',
    name: 'AERO, LTD.',
    aliases: ['AERO-CARIB'],
    datesOfBirth: [],
    countries: ['CU'],
    programs: ['CUBA', 'SDGT'],
    remarks: null,
  });
  t.deepEqual(items[1]?.datesOfBirth, ['1960-06-01']);
  t.deepEqual(items[1]?.countries, ['CO']);
  t.is(items[2]?.entityType, null);
  t.deepEqual(faults, [
    { place: 4, field: 'sdn', code: 'columns' },
    { place: 5, field: 'sdn.sdn_name', code: 'missing' },
  ]);
});

const editions = sharedPath('data/ofac-sdn');
const maybe = editions === undefined ? test.skip : test;

maybe('both editions of the real list are read without a fault (../shared/data/ofac-sdn)', async (t) => {
  for (const [edition, entries] of [
    ['2019', 7_379],
    ['2021', 8_976],
  ] as const) {
    const file = (name: string): AsyncIterable<Uint8Array> => createReadStream(`${editions}/${edition}/${name}.csv`);
    const { items, faults } = await readOfac({ entries: file('sdn'), aliases: file('alt'), addresses: file('add') });
    t.is(items.length, entries);
    t.deepEqual(faults, []);
  }
});

maybe("an entry has one id in OFAC's own files and in a table made from them (../shared/data/ofac-sdn)", async (t) => {
  const { items } = await readOfac({ entries: createReadStream(`${editions}/2021/sdn.csv`) });
  const names = new Map(items.map(({ entryId, name }) => [entryId, name]));
  const table = gunzipSync(readFileSync('test/demo/federation3/watchlists/ofac-sdn-2021.csv.gz'));
  const rows: readonly Readonly<Record<string, string>>[] = parse(table, { columns: true });
  t.true(rows.length > 1_000);
  t.deepEqual(
    rows.filter((row) => names.get(row['list_id'] ?? '') !== cleanText(row['name'] ?? '')).map((row) => row['list_id']),
    [],
  );
});
