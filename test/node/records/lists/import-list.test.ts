import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Ledger } from '../../../../node/ledger/ledger.ts';
import { importFile } from '../../../../node/records/import.ts';
import { LIST_ENTRIES } from '../../../../node/records/collections.ts';
import type { ListChange } from '../../../../node/records/lists/delta.ts';
import { listIdentity } from '../../../../node/records/lists/list-name.ts';
import { entriesOf, listVersionsAsOf } from '../../../../node/records/lists/versions.ts';
import { planFolder } from '../../../../node/records/plan-paths.ts';
import { systemViewer } from '../../../../node/records/viewer.ts';
import { isRefusal } from '../../../../proto/domain/errors.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';
import { sharedPath } from '../../../tools/shared.ts';
import { listEntry } from '../../screening/entries.ts';
import { folderWith } from '../home.ts';

const VIEWER = systemViewer('test', 'one');
const CLOCK = { nowMs: () => 0 };
const HEADER = 'list_id,name,aliases,dob,country,program\n';
const FIRST = `${HEADER}P-1,Anna Beispiel,,1960,DE,X\nP-2,Bernd Muster,,1961,DE,X\n`;
const SECOND = `${HEADER}P-2,Bernd Muster,Bernie,1961,DE,X\nP-3,Carla Neu,,1962,DE,X\n`;

type Lists = { ledger: Ledger; store: (name: string, nowMs: number, listedAs?: string) => Promise<ListChange | null> };

async function lists(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<Lists> {
  const folder = await folderWith(t, files);
  const ledger = openMemoryLedger({ clock: CLOCK });
  const store = async (name: string, nowMs: number, listedAs = name): Promise<ListChange | null> => {
    const file = { kind: 'watchlist', path: join(folder, name), ...listIdentity(listedAs) } as const;
    return (await importFile({ ledger, clock: CLOCK, agency: 'one' }, file, { actor: 'operator', nowMs })).list;
  };
  return { ledger, store };
}

test('a new version says what it adds, removes and changes', async (t) => {
  const { store } = await lists(t, { 'pep-2022.csv': FIRST, 'pep-2023.csv': SECOND });
  t.deepEqual(await store('pep-2022.csv', 1), {
    listName: 'PEP',
    listVersion: '2022',
    previous: null,
    added: ['P-1', 'P-2'],
    removed: [],
    changed: [],
  });
  t.deepEqual(await store('pep-2023.csv', 2), {
    listName: 'PEP',
    listVersion: '2023',
    previous: '2022',
    added: ['P-3'],
    removed: ['P-1'],
    changed: ['P-2'],
  });
});

test('a decision as of an earlier time sees the version of that time', async (t) => {
  const { ledger, store } = await lists(t, { 'pep-2022.csv': FIRST, 'pep-2023.csv': SECOND });
  await store('pep-2022.csv', 100);
  await store('pep-2023.csv', 200);
  const namesAt = async (asOfMs: number): Promise<string[]> => {
    const version = (await listVersionsAsOf(ledger, asOfMs, VIEWER)).get('PEP');
    const names: string[] = [];
    if (version === undefined) return names;
    for await (const entry of entriesOf(ledger, version, VIEWER)) names.push(entry.name);
    return names;
  };
  t.deepEqual(await namesAt(99), []);
  t.deepEqual(await namesAt(199), ['Anna Beispiel', 'Bernd Muster']);
  t.deepEqual(await namesAt(200), ['Bernd Muster', 'Carla Neu']);
});

test('of versions imported at one time the last one holds', async (t) => {
  const third = FIRST.replace('Anna', 'Anne');
  const { ledger, store } = await lists(t, { 'pep-2021.csv': FIRST, 'pep-2022.csv': SECOND, 'pep-2023.csv': third });
  for (const name of ['pep-2021.csv', 'pep-2023.csv', 'pep-2022.csv']) await store(name, 100);
  t.is((await listVersionsAsOf(ledger, 100, VIEWER)).get('PEP')?.listVersion, '2022');
});

test('the same version again changes nothing, with other content it is refused', async (t) => {
  const { ledger, store } = await lists(t, { 'pep-2022.csv': FIRST, 'pep_2022.csv': SECOND });
  await store('pep-2022.csv', 1);
  const head = ledger.head().sequence;
  t.deepEqual((await store('pep-2022.csv', 2))?.added, []);
  t.is(ledger.head().sequence, head + 2, 'only the two audit entries');
  const error = await t.throwsAsync(store('pep_2022.csv', 3));
  t.true(isRefusal(error, 'LIST_VERSION'));
});

test('a list without a version in its name is named by its content, in whatever order it stands', async (t) => {
  const [, one = '', two = ''] = FIRST.split('\n');
  const { store } = await lists(t, { 'a/pep.csv': FIRST, 'b/pep.csv': `${HEADER}${two}\n${one}\n` });
  const first = await store('a/pep.csv', 1);
  const second = await store('b/pep.csv', 2);
  t.regex(first?.listVersion ?? '', /^[0-9a-f]{16}$/);
  t.is(second?.listVersion, first?.listVersion);
});

test('a list without a version that goes back to what it said before comes into force again', async (t) => {
  const { ledger, store } = await lists(t, { 'a/pep.csv': FIRST, 'b/pep.csv': SECOND });
  const first = await store('a/pep.csv', 1, 'pep.csv');
  await store('b/pep.csv', 2, 'pep.csv');
  const again = await store('a/pep.csv', 3, 'pep.csv');
  t.like(again, { added: ['P-1'], removed: ['P-3'], changed: ['P-2'] });
  t.is(again?.listVersion, `${first?.listVersion}-3`);
  t.is((await listVersionsAsOf(ledger, 3, VIEWER)).get('PEP')?.listVersion, again?.listVersion);
  t.deepEqual((await store('a/pep.csv', 4, 'pep.csv'))?.added, [], 'what is in force is not stored anew');
});

test('what an interrupted import of a version has left is gone when it is imported', async (t) => {
  const { ledger, store } = await lists(t, { 'pep-2022.csv': SECOND });
  const stray = { ...listEntry('P-9', 'Left Over'), listName: 'PEP', listVersion: '2022' };
  await ledger.commit({ writes: [LIST_ENTRIES.put(stray)], audit: [] });
  await store('pep-2022.csv', 1);
  const ids: string[] = [];
  for await (const entry of entriesOf(ledger, { listName: 'PEP', listVersion: '2022' }, VIEWER))
    ids.push(entry.entryId);
  t.deepEqual(ids, ['P-2', 'P-3']);
});

test('names of files tell list, kind and version', (t) => {
  t.deepEqual(listIdentity('some-list-2021.csv.gz'), {
    listName: 'SOME_LIST',
    listKind: 'SANCTIONS',
    listVersion: '2021',
  });
  t.deepEqual(listIdentity('adverse-media.csv'), {
    listName: 'ADVERSE_MEDIA',
    listKind: 'ADVERSE_MEDIA',
    listVersion: null,
  });
  t.deepEqual(listIdentity('pep_2022-12-31.csv'), { listName: 'PEP', listKind: 'PEP', listVersion: '2022-12-31' });
});

const editions = sharedPath('data/ofac-sdn');
const maybe = editions === undefined ? test.skip : test;

maybe(
  'M-04 (entries) the update from 2019 to 2021 adds and removes what the real list did (../shared/data/ofac-sdn)',
  async (t) => {
    const ledger = openMemoryLedger({ clock: CLOCK });
    const changes: (ListChange | null)[] = [];
    for (const [nowMs, edition] of ['2019', '2021'].entries()) {
      const [file] = (await planFolder(join(editions ?? '', edition))).files;
      if (file === undefined) throw new Error('no edition found');
      const options = { actor: 'operator', nowMs };
      changes.push((await importFile({ ledger, clock: CLOCK, agency: 'one' }, file, options)).list);
    }
    t.is(changes[0]?.added.length, 7_379);
    t.deepEqual([changes[1]?.added.length, changes[1]?.removed.length], [1_858, 261]);
  },
);
