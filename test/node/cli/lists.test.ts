import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'csv-parse/sync';
import { sharedPath } from '../../tools/shared.ts';
import { type CommandLine, initialised } from './fixture.ts';

type Change = { readonly change: string; readonly entry_id: string };
type Match = { readonly list_name: string; readonly additional_info: { readonly list_id: string } };
type Alert = {
  readonly alert_id: string;
  readonly alert_type: string;
  readonly customer_data: { readonly customer_id: string };
  readonly screening_results: { readonly match_details: readonly Match[] };
};

const HEADER = 'list_id,name,aliases,dob,country,program,entity_type\n';
const CUSTOMERS = 'customer_id,entity_type,name,date_of_birth,nationality\n';

/** The alerts that the node holds, as `customer entry`. */
async function alertsOf(line: CommandLine): Promise<readonly string[]> {
  const all: string[] = [];
  const { withNode } = await import('../../../node/cli/session.ts');
  const { systemClock } = await import('../../../config/runtime/clock.ts');
  const { systemRandom } = await import('../../../config/runtime/random.ts');
  const context = { environment: {}, clock: systemClock, random: systemRandom } as Parameters<typeof withNode>[1];
  await withNode({ home: line.home }, context, async (client) => {
    for await (const item of client.items('/api/v1/alerts', { limit: 500 })) {
      const { alert_type, customer_data, screening_results } = item as Alert;
      const entry = screening_results.match_details[0]?.additional_info.list_id;
      all.push(`${customer_data.customer_id} ${alert_type} ${entry ?? ''}`);
    }
  });
  return all.sort();
}

function write(folder: string, name: string, content: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

test('M-04 (small list) an update tells what changed, raises its alerts once, and shows what was removed on the alert', async (t) => {
  const line = await initialised(t);
  const { at, json, folder } = line;
  const people = 'c-1,INDIVIDUAL,Anna Beispiel,1960-05-17,DE\nc-2,INDIVIDUAL,Bernd Muster,1961-01-01,DE\n';
  const customers = write(folder, 'customers.csv', `${CUSTOMERS}${people}c-3,INDIVIDUAL,Otto Zufall,1970-01-01,DE\n`);
  const first = write(folder, 'own-list-2021.csv', `${HEADER}E-1,Anna Beispiel,,1960-05-17,DE,X,INDIVIDUAL\n`);
  const second = write(folder, 'own-list-2022.csv', `${HEADER}E-2,"MUSTER, Bernd",,1961-01-01,DE,X,INDIVIDUAL\n`);
  const third = write(folder, 'own-list-2023.csv', `${HEADER}E-3,Somebody Else,,1930,FR,X,INDIVIDUAL\n`);

  await at(['import', customers, first]);
  t.deepEqual(await alertsOf(line), [], 'a first version is the baseline');
  await at(['import', second]);
  t.deepEqual(await alertsOf(line), ['c-2 SANCTIONS E-2']);
  t.is((await at(['import', second])).code, 0);
  t.deepEqual(await alertsOf(line), ['c-2 SANCTIONS E-2'], 'the same version again raises nothing');

  const status = await at(['lists', 'status']);
  t.regex(status.out, /^OWN_LIST +2022 +SANCTIONS .* 1 +1 +1 +0 +1$/m);
  const diff = await at(['lists', 'diff', 'OWN_LIST']);
  t.regex(diff.out, /^1 added, 1 removed, 0 changed\n/);
  t.regex(diff.out, /^removed +E-1 .*Anna Beispiel$/m);

  await at(['import', third]);
  const exported = await at(['decisions', 'export']);
  const { alert_id } = JSON.parse(exported.out.split('\n')[0] ?? '') as Alert;
  const shown = await at(['alert', 'show', alert_id]);
  t.regex(shown.out, /^OWN_LIST E-2: removed since the alert$/m);
  t.regex(
    JSON.stringify(await json(['alert', 'show', alert_id])),
    /OWN_LIST E-2: name 1\.00 \(name \+1\.00\), date of birth same/,
    'the decision shows what the score is made of',
  );
  t.deepEqual(await alertsOf(line), ['c-2 SANCTIONS E-2']);
  const { items } = (await json(['lists', 'versions', 'OWN_LIST'])) as { items: readonly { list_version: string }[] };
  t.deepEqual(
    items.map(({ list_version }) => list_version),
    ['2021', '2022', '2023'],
  );
});

test('M-02 (lists screen) a name, a file of examples and a customer are looked up and explained', async (t) => {
  const line = await initialised(t);
  const { at, json, folder } = line;
  const customers = write(folder, 'customers.csv', `${CUSTOMERS}c-1,INDIVIDUAL,Bill Beispiel,1960-05-17,DE\n`);
  const list = write(folder, 'own-list-2021.csv', `${HEADER}E-1,"BEISPIEL, William",,1960-05-17,DE,X,INDIVIDUAL\n`);
  await at(['import', customers, list]);
  const one = await at(['lists', 'screen', 'William Beispeil', '--schema', 'Person', '--born', '1960-05-17']);
  t.regex(one.out, /0\.9\d +match +own_list E-1 +BEISPIEL, William/);
  const file = write(
    folder,
    'examples.jsonl',
    '{"id":"q1","schema":"Person","properties":{"name":["Nobody Known"]}}\n{"schema":"Company","properties":{"name":"Beispiel AG"}}\n',
  );
  const { responses } = (await json(['lists', 'screen', '--file', file])) as { responses: Record<string, unknown> };
  t.deepEqual(Object.keys(responses).sort(), ['2', 'q1']);
  const customer = await at(['lists', 'screen', '--customer', 'c-1']);
  t.regex(
    customer.out,
    /^1 hits\n0\.9\d +OWN_LIST E-1 +BEISPIEL, William\n.*beispiel = beispiel \(same\)\n.*bill = william \(nickname\)\n/,
  );
  t.is((await at(['lists', 'screen'])).code, 2);
});

test('two persons set a hit aside, and a new version of the entry ends it', async (t) => {
  const { at, folder } = await initialised(t);
  const customers = write(folder, 'customers.csv', `${CUSTOMERS}c-1,INDIVIDUAL,Anna Beispiel,1960-05-17,DE\n`);
  const list = write(folder, 'own-list-2021.csv', `${HEADER}E-1,Anna Beispiel,,1960-05-17,DE,X,INDIVIDUAL\n`);
  await at(['import', customers, list]);
  const until = new Date(Date.now() + 86_400_000 * 30).toISOString().slice(0, 10);
  const triple = ['c-1', 'OWN_LIST', 'E-1'];
  const words = ['lists', 'whitelist', 'propose', ...triple, '--reason', 'another person', '--until', until];
  t.regex((await at(words)).out, /^c-1 +OWN_LIST +E-1 +proposed/);
  t.regex((await at(['lists', 'whitelist', 'approve', ...triple])).err, /WHITELIST_PERSON/);
  const second = await at(['apikey', 'create', '--person', 'bea', '--role', 'analyst', '--json']);
  const environment = { CONCORDAT_API_KEY: (JSON.parse(second.out) as { api_key: string }).api_key };
  const approved = await at(['lists', 'whitelist', 'approve', ...triple], environment);
  t.regex(approved.out, /^c-1 +OWN_LIST +E-1 +active .* and bea/, approved.err);
  t.regex((await at(['lists', 'screen', '--customer', 'c-1'])).out, /\(whitelisted\)/);
  const changed = write(folder, 'own-list-2022.csv', `${HEADER}E-1,Anna Beispiel,Annie,1960-05-17,DE,X,INDIVIDUAL\n`);
  await at(['import', changed]);
  t.regex((await at(['lists', 'whitelist', 'list'])).out, /superseded/);
  t.notRegex((await at(['lists', 'screen', '--customer', 'c-1'])).out, /\(whitelisted\)/);
});

const editions = sharedPath('data/ofac-sdn');
const maybe = editions === undefined ? test.skip : test;

/** The list's own number of an entry, without what the node puts before it. */
function numberOf(entryId: string): string {
  return entryId.replace(/^\D+/, '');
}

/** The end of some of the files, from older systems. */
const CTRL_Z = String.fromCodePoint(26);

/** Every line of an edition's files that speaks of an entry, by its number; and the names of persons. */
function rawEntries(year: string): ReadonlyMap<string, { said: string; name: string; person: boolean }> {
  const entries = new Map<string, { said: string; name: string; person: boolean }>();
  for (const file of ['sdn', 'alt', 'add']) {
    const text = readFileSync(join(editions ?? '', year, `${file}.csv`), 'latin1').replaceAll(CTRL_Z, '');
    for (const cells of parse(text, { relax_column_count: true, relax_quotes: true })) {
      const [id = '', name = '', type = ''] = cells;
      const known = entries.get(id);
      const said = `${known?.said ?? ''}${cells.join('|')}\n`;
      entries.set(id, known === undefined ? { said, name, person: type.trim() === 'individual' } : { ...known, said });
    }
  }
  return entries;
}

maybe(
  'M-04 the update of a real list from 2019 to 2021 adds and removes exactly what the list did, and causes exactly the alerts of the customers who are meant (../shared/data/ofac-sdn)',
  async (t) => {
    const [old, fresh] = [rawEntries('2019'), rawEntries('2021')];
    const persons = (ids: readonly string[], from: typeof old, step: number): readonly [string, string][] =>
      ids
        .filter((id) => from.get(id)?.person === true)
        .filter((_, place) => place % step === 0)
        .map((id) => [id, from.get(id)?.name ?? '']);
    const added = [...fresh.keys()].filter((id) => !old.has(id));
    const removed = [...old.keys()].filter((id) => !fresh.has(id));
    const same = [...old].filter(([id, { said }]) => fresh.get(id)?.said === said).map(([id]) => id);
    const rows = [
      ...persons(added, fresh, 40).map(([id, name]) => `added-${id},INDIVIDUAL,"${name}",,`),
      ...persons(removed, old, 10).map(([id, name]) => `removed-${id},INDIVIDUAL,"${name}",,`),
      ...persons(same, old, 150).map(([id, name]) => `same-${id},INDIVIDUAL,"${name}",,`),
    ];
    const line = await initialised(t);
    const customers = write(line.folder, 'customers.csv', `${CUSTOMERS}${rows.join('\n')}\n`);
    const imported = await line.at(['import', customers, join(editions ?? '', '2019')]);
    t.is(imported.code, 0, imported.err);
    t.deepEqual(await alertsOf(line), []);
    await line.at(['import', join(editions ?? '', '2021')]);

    const { items } = (await line.json(['lists', 'diff', 'OFAC_SDN'])) as { items: readonly Change[] };
    const ids = (kind: string): string[] =>
      items.filter(({ change }) => change === kind).map((item) => numberOf(item.entry_id));
    t.deepEqual(ids('added').sort(), added.sort());
    t.deepEqual(ids('removed').sort(), removed.sort());
    t.deepEqual([added.length, removed.length], [1_858, 261]);

    const alerts = (await alertsOf(line)).map((alert) => alert.replace(/\S+$/, numberOf));
    const expected = rows.flatMap((row) => /^added-(\d+)/.exec(row)?.[1] ?? []);
    for (const id of expected) t.true(alerts.includes(`added-${id} SANCTIONS ${id}`), id);
    const others = alerts.filter((alert) => !/^added-(\d+) SANCTIONS \1$/.test(alert));
    // Two persons of almost one name were added, and the customer gives no date of birth that could tell them apart.
    t.deepEqual(others, ['added-30519 SANCTIONS 27852']);
  },
);
