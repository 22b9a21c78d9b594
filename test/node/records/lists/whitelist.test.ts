import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { CUSTOMERS } from '../../../../node/records/collections.ts';
import { storeList } from '../../../../node/records/lists/import-list.ts';
import { Whitelist } from '../../../../node/records/lists/whitelist.ts';
import { systemViewer } from '../../../../node/records/viewer.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import type { Customer } from '../../../../proto/domain/records.ts';
import { openMemoryLedger } from '../../../fakes/memory-ledger.ts';

const VIEWER = systemViewer('test', 'one');
const TRIPLE = { customerId: 'c-1', listName: 'LIST', entryId: 'E-1' };
const PROPOSAL = { ...TRIPLE, reason: 'another date of birth', expiresAtMs: 10_000 };

async function world() {
  let nowMs = 1_000;
  const businessTime = { nowMs: () => nowMs };
  const ledger = openMemoryLedger({ clock: businessTime });
  const customer = { customerId: asId('c-1'), name: 'Anna Beispiel', entityType: 'INDIVIDUAL', aliases: [] };
  await ledger.commit({ writes: [CUSTOMERS.put(customer as unknown as Customer)], audit: [] });
  const edition = async (listVersion: string, remarks: string | null, ids = ['E-1']): Promise<void> => {
    const items = ids.map((entryId) => ({
      entryId,
      entityType: 'INDIVIDUAL' as const,
      name: 'Anna Beispiel',
      aliases: [],
      datesOfBirth: [],
      countries: [],
      programs: [],
      remarks,
    }));
    const identity = { listName: 'LIST', listKind: 'SANCTIONS', listVersion } as const;
    await storeList({ ledger, viewer: VIEWER }, identity, items, nowMs);
  };
  await edition('1', null);
  const whitelist = new Whitelist({ ledger, system: VIEWER, businessTime, clock: businessTime });
  const aside = async (asOfMs: number): Promise<readonly string[]> => [...(await whitelist.asideOf('c-1', asOfMs))];
  return { ledger, edition, whitelist, aside, at: (ms: number) => void (nowMs = ms) };
}

test('M-02 (whitelist) it takes two persons, each step is audited, and hits are set aside from the second on', async (t) => {
  const { whitelist, aside, at, ledger } = await world();
  t.like(await whitelist.propose(PROPOSAL, 'ada'), { state: 'proposed' });
  t.deepEqual(await aside(1_500), []);
  at(2_000);
  await t.throwsAsync(whitelist.approve(TRIPLE, 'ada'), { code: 'WHITELIST_PERSON' });
  t.like(await whitelist.approve(TRIPLE, 'bea'), { state: 'active' });
  t.deepEqual(await aside(1_999), [], 'a decision as of an earlier time is what it was');
  t.deepEqual(await aside(2_000), ['LIST/E-1']);
  const actions: string[] = [];
  for await (const { audit } of ledger.commits(1))
    for (const { action, actor, object } of audit) actions.push(`${actor} ${action} ${object}`);
  t.deepEqual(actions, [
    'ada whitelist.proposed whitelist:c-1/LIST/E-1',
    'bea whitelist.approved whitelist:c-1/LIST/E-1',
  ]);
});

test('it ends by its date, by one person, and when the entry changes or goes; a version that repeats the entry keeps it', async (t) => {
  const { whitelist, aside, at, edition } = await world();
  await whitelist.propose(PROPOSAL, 'ada');
  await whitelist.approve(TRIPLE, 'bea');
  t.deepEqual(await aside(9_999), ['LIST/E-1']);
  t.deepEqual(await aside(10_000), []);
  at(2_000);
  await edition('2', null, ['E-1', 'E-2']);
  t.deepEqual(await aside(2_000), ['LIST/E-1']);
  at(3_000);
  await edition('3', 'now with a remark');
  t.deepEqual([await aside(2_999), await aside(3_000)], [['LIST/E-1'], []]);
  t.is((await whitelist.latest(TRIPLE, VIEWER))?.state, 'superseded');
  t.like(await whitelist.propose(PROPOSAL, 'bea'), { state: 'proposed' });
  at(4_000);
  await edition('4', null, ['E-2']);
  await t.throwsAsync(whitelist.approve(TRIPLE, 'ada'), { code: 'WHITELIST_ENTRY' });
  at(5_000);
  await edition('5', 'now with a remark');
  t.like(await whitelist.approve(TRIPLE, 'ada'), { state: 'active' });
  t.like(await whitelist.end(TRIPLE, 'cleo'), { state: 'ended' });
  t.deepEqual(await aside(5_000), []);
});

test('what is not there, is there already or lasts too long is refused', async (t) => {
  const { whitelist, aside } = await world();
  const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
    ((await t.throwsAsync(work)) as { code?: string } | undefined)?.code;
  t.is(await codeOf(whitelist.propose({ ...PROPOSAL, customerId: 'nobody' }, 'ada')), 'WHITELIST_CUSTOMER');
  t.is(await codeOf(whitelist.propose({ ...PROPOSAL, entryId: 'E-7' }, 'ada')), 'LIST_UNKNOWN');
  t.is(await codeOf(whitelist.propose({ ...PROPOSAL, expiresAtMs: 1_000 }, 'ada')), 'WHITELIST_LIFE');
  const beyond = 1_001 + LIMITS.whitelistLifeMs;
  t.is(await codeOf(whitelist.propose({ ...PROPOSAL, expiresAtMs: beyond }, 'ada')), 'WHITELIST_LIFE');
  t.is(await codeOf(whitelist.approve(TRIPLE, 'bea')), 'WHITELIST_UNKNOWN');
  t.is(await codeOf(whitelist.end(TRIPLE, 'bea')), 'WHITELIST_UNKNOWN');
  await whitelist.propose(PROPOSAL, 'ada');
  t.is(await codeOf(whitelist.propose(PROPOSAL, 'bea')), 'WHITELIST_EXISTS');
  t.deepEqual(await aside(1_000), []);
});

test('two approvals at once are one', async (t) => {
  const { whitelist } = await world();
  await whitelist.propose(PROPOSAL, 'ada');
  const both = await Promise.allSettled([whitelist.approve(TRIPLE, 'bea'), whitelist.approve(TRIPLE, 'cleo')]);
  t.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const all = [];
  for await (const { item } of whitelist.list({}, VIEWER)) all.push(item.approved?.person);
  t.deepEqual(all, ['bea']);
});
