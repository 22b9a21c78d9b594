import test from 'ava';
import { SILENT_LOG } from '../../../config/runtime/log.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { ListWatch, type ListWatchDeps } from '../../../node/compose/list-watch.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { CUSTOMERS } from '../../../node/records/collections.ts';
import { storeList } from '../../../node/records/lists/import-list.ts';
import { LIST_UPDATES, type ListUpdate } from '../../../node/records/lists/list-update.ts';
import { listingsOf } from '../../../node/records/lists/listing.ts';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Customer } from '../../../proto/domain/records.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { FakeAlertDesk } from '../api/fake-alert-desk.ts';
import { SYSTEM } from '../api/fixture.ts';

const clock = { nowMs: () => 5_000 };

function customer(customerId: string, name: string, rest: Partial<Customer> = {}): Customer {
  const nothing = { street: null, city: null, postalCode: null, phone: null, email: null, onboarded: null };
  const unknown = { givenName: null, surname: null, aliases: [], dateOfBirth: null, nationalId: null, industry: null };
  return {
    ...nothing,
    ...unknown,
    customerId: asId(customerId),
    entityType: 'INDIVIDUAL',
    name,
    country: null,
    nationality: null,
    ...rest,
  };
}

type Entry = { readonly id: string; readonly name: string; readonly vehicle?: 'VESSEL'; readonly remarks?: string };

async function edition(ledger: Ledger, listVersion: string, entries: readonly Entry[], nowMs: number): Promise<void> {
  const items = entries.map(({ id, name, vehicle, remarks = null }) => ({
    entryId: id,
    entityType: vehicle === undefined ? ('INDIVIDUAL' as const) : null,
    name,
    aliases: [],
    datesOfBirth: [],
    countries: [],
    programs: ['P'],
    ...(vehicle === undefined ? {} : { vehicle }),
    remarks,
  }));
  const identity = { listName: 'LIST', listKind: 'SANCTIONS', listVersion } as const;
  await storeList({ ledger, viewer: SYSTEM }, identity, items, nowMs);
}

async function world(more: Partial<ListWatchDeps> = {}) {
  const ledger = openMemoryLedger({ clock });
  const people = [
    customer('c-1', 'Anna Beispiel'),
    customer('c-2', 'Bernd Muster'),
    customer('c-3', 'Otto Zufall', { aliases: ['Carla Neu'] }),
    ...Array.from({ length: 40 }, (_, at) => customer(`x-${at}`, `Fremd${at} Person${at * 7}`)),
  ];
  await ledger.commit({ writes: people.map((person) => CUSTOMERS.put(person)), audit: [] });
  const desk = new FakeAlertDesk();
  const deps: ListWatchDeps = {
    ledger,
    system: SYSTEM,
    intake: desk,
    allDecided: async () => undefined,
    whitelist: { asideOf: async () => new Set() },
    clock,
    log: SILENT_LOG,
    ...more,
  };
  const raised = (): string[] =>
    [...desk.held.values()]
      .map(({ alert }) => `${alert.alert.customer.customerId} ${alert.alert.matches[0]?.listId}`)
      .sort();
  const update = async (version: string): Promise<ListUpdate | undefined> =>
    LIST_UPDATES.get(ledger, `LIST/${version}`, SYSTEM);
  return { ledger, desk, raised, update, deps };
}

const FIRST: readonly Entry[] = [
  { id: 'E-1', name: 'Anna Beispiel' },
  { id: 'E-9', name: 'Somebody Else' },
];
const SECOND: readonly Entry[] = [
  { id: 'E-2', name: 'MUSTER, Bernd' },
  { id: 'E-3', name: 'Carla Neu' },
  { id: 'E-4', name: 'Bernd Muster', vehicle: 'VESSEL' },
  { id: 'E-9', name: 'Somebody Else' },
];

test('M-04 (alerts) a first version raises nothing, a later one what customers match of its added and changed entries', async (t) => {
  const { ledger, raised, update, deps, desk } = await world();
  await edition(ledger, '1', FIRST, 1_000);
  await new ListWatch(deps).raiseOwed();
  t.deepEqual(raised(), []);
  t.is((await update('1'))?.screening, 'baseline');
  await edition(ledger, '2', SECOND, 2_000);
  t.like(await update('2'), { screening: 'owed', added: 3, removed: 1, changed: 0 });
  await new ListWatch(deps).raiseOwed();
  t.deepEqual(raised(), ['c-2 E-2', 'c-3 E-3']);
  t.like(await update('2'), { screening: 'done', customersScreened: 43, alertsRaised: 2 });
  const alert = [...desk.held.values()][0]?.alert.alert;
  t.like(alert, { alertType: 'SANCTIONS', priority: 'HIGH', raisedAtMs: 2_000, account: null });
  t.like(alert?.metadata, { raised_by: 'list-update', list_version: '2', entry: 'added' });
  await edition(ledger, '3', [...SECOND.slice(1), { id: 'E-2', name: 'MUSTER, Bernd', remarks: 'new' }], 3_000);
  await new ListWatch(deps).raiseOwed();
  t.deepEqual(raised(), ['c-2 E-2', 'c-2 E-2', 'c-3 E-3'], 'what an entry says anew is looked at anew');
});

test('an alert is raised once however often the screening is begun, and one that stands from before a crash is kept', async (t) => {
  const { ledger, raised, deps, desk } = await world();
  await edition(ledger, '1', FIRST, 1_000);
  await edition(ledger, '2', SECOND, 2_000);
  let submitted = 0;
  const failing = {
    ...deps,
    intake: {
      submit: async (...call: Parameters<FakeAlertDesk['submit']>) => {
        submitted += 1;
        if (submitted === 2) throw new ConcordatError('LEDGER_WRITE_FAILED', 'the disk is gone');
        return desk.submit(...call);
      },
    },
  };
  await t.throwsAsync(new ListWatch(failing).raiseOwed(), { code: 'LEDGER_WRITE_FAILED' });
  t.is(raised().length, 1);
  await ledger.commit({ writes: [CUSTOMERS.put(customer('c-2', 'Bernd Muster', { city: 'Musterstadt' }))], audit: [] });
  await new ListWatch(deps).raiseOwed();
  t.deepEqual(raised(), ['c-2 E-2', 'c-3 E-3']);
  await new ListWatch(deps).raiseOwed();
  t.is(raised().length, 2);
});

test('a full queue is waited for, and a stop leaves what is owed', async (t) => {
  const busy = new ConcordatError('TRIAGE_BUSY', 'the queue is full');
  let [refusals, waited] = [2, 0];
  const { ledger, raised, deps, desk, update } = await world();
  const intake = {
    submit: async (...call: Parameters<FakeAlertDesk['submit']>) => {
      if (refusals-- > 0) throw busy;
      return desk.submit(...call);
    },
  };
  const allDecided = async (): Promise<void> => void (waited += 1);
  await edition(ledger, '1', FIRST, 1_000);
  await edition(ledger, '2', SECOND, 2_000);
  await new ListWatch({ ...deps, intake, allDecided }).raiseOwed();
  t.deepEqual([waited, raised().length], [2, 2]);

  await edition(ledger, '3', FIRST, 3_000);
  const stopped = new ListWatch(deps);
  await stopped.stop();
  await stopped.raiseOwed();
  t.is((await update('3'))?.screening, 'owed');
});

test('a customer of a name that many bear gets no more alerts of one version than the limit', async (t) => {
  const { ledger, raised, deps } = await world();
  const namesakes = Array.from({ length: LIMITS.listAlertsPerCustomer + 5 }, (_, at) => ({
    id: `N-${at}`,
    name: 'Anna Beispiel',
  }));
  await edition(ledger, '1', [{ id: 'E-9', name: 'Somebody Else' }], 1_000);
  await edition(ledger, '2', namesakes, 2_000);
  await new ListWatch(deps).raiseOwed();
  t.is(raised().length, LIMITS.listAlertsPerCustomer);
});

test('whoever two persons have set aside raises no alert', async (t) => {
  const aside = async (customerId: string) => new Set(customerId === 'c-2' ? ['LIST/E-2'] : []);
  const { ledger, raised, deps } = await world({ whitelist: { asideOf: aside } });
  await edition(ledger, '1', FIRST, 1_000);
  await edition(ledger, '2', SECOND, 2_000);
  await new ListWatch(deps).raiseOwed();
  t.deepEqual(raised(), ['c-3 E-3']);
});

test('M-04 (removed) an alert tells of its entry that it is listed, changed or removed since, as of a time', async (t) => {
  const { ledger, deps, desk } = await world();
  await edition(ledger, '1', FIRST, 1_000);
  await edition(ledger, '2', SECOND, 2_000);
  await new ListWatch(deps).raiseOwed();
  await edition(ledger, '3', [{ id: 'E-2', name: 'MUSTER, Bernd', remarks: 'new' }], 3_000);
  const alerts = [...desk.held.values()].map(({ alert }) => alert.alert);
  const statesAt = async (asOfMs: number): Promise<string[]> => {
    const found = await Promise.all(alerts.map((alert) => listingsOf(alert, { ledger, viewer: SYSTEM, asOfMs })));
    return found.flat().map(({ entryId, state }) => `${entryId} ${state}`);
  };
  t.deepEqual(await statesAt(2_500), ['E-2 listed', 'E-3 listed']);
  t.deepEqual(await statesAt(3_000), ['E-2 changed', 'E-3 removed']);
  const [first] = alerts;
  const foreign = { ...first, matches: first?.matches.map((match) => ({ ...match, listName: 'OTHER' })) ?? [] };
  const unknown = await listingsOf(foreign as (typeof alerts)[number], { ledger, viewer: SYSTEM, asOfMs: 3_000 });
  t.deepEqual(
    unknown.map(({ state, listVersion }) => [state, listVersion]),
    [['unknown', null]],
  );
});
