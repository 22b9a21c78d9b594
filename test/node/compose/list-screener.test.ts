import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { ListIndexes } from '../../../node/compose/list-indexes.ts';
import { ListScreener } from '../../../node/compose/list-screener.ts';
import { storeList } from '../../../node/records/lists/import-list.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { SYSTEM } from '../api/fixture.ts';

const SUBJECT = {
  customerId: 'c-1',
  name: 'Ada Quill',
  aliases: [],
  dateOfBirth: null,
  countries: [],
  entityType: 'INDIVIDUAL',
} as const;

async function edition(ledger: Ledger, listName: string, listVersion: string, names: readonly string[], nowMs: number) {
  const items = names.map((name, at) => ({
    entryId: `${listName}-${at}`,
    entityType: 'INDIVIDUAL' as const,
    name,
    aliases: [],
    datesOfBirth: ['1980'],
    countries: ['FR'],
    programs: ['P'],
    remarks: null,
  }));
  await storeList({ ledger, viewer: SYSTEM }, { listName, listKind: 'PEP', listVersion }, items, nowMs);
}

test('a subject is screened against the editions in force at the time asked about, no earlier and no later ones', async (t) => {
  const ledger = openMemoryLedger();
  await edition(ledger, 'FIRST', '1', ['Ada Quill', 'Somebody Else'], 1_000);
  await edition(ledger, 'FIRST', '2', ['Somebody Else'], 2_000);
  await edition(ledger, 'OTHER', '1', ['QUILL, Ada'], 3_000);
  const screener = new ListScreener({ indexes: new ListIndexes({ ledger, system: SYSTEM }) });
  const found = async (asOfMs: number): Promise<readonly string[]> =>
    (await screener.screen(SUBJECT, asOfMs)).map(({ listName, listVersion }) => `${listName}/${listVersion}`);
  t.deepEqual(await found(999), []);
  t.deepEqual(await found(1_500), ['FIRST/1']);
  t.deepEqual(await found(2_500), []);
  t.deepEqual(await found(3_000), ['OTHER/1']);
});

test('a new edition is seen by the next question, and the same question of the same editions is searched once', async (t) => {
  const ledger = openMemoryLedger();
  await edition(ledger, 'L', '1', ['Somebody Else'], 1_000);
  const screener = new ListScreener({ indexes: new ListIndexes({ ledger, system: SYSTEM }) });
  const nobody = await screener.screen(SUBJECT, 3_000);
  t.deepEqual(nobody, []);
  t.is(await screener.screen({ ...SUBJECT, dateOfBirth: '1950-01-01' }, 4_000), nobody);
  await edition(ledger, 'L', '2', ['Ada Quill'], 2_000);
  t.deepEqual(await screener.screen(SUBJECT, 1_500), []);
  t.is((await screener.screen(SUBJECT, 3_000))[0]?.listVersion, '2');
  t.is((await screener.screen({ ...SUBJECT, name: 'Nemo', aliases: ['Ada Quill'] }, 3_000))[0]?.listVersion, '2');
  t.notDeepEqual(
    await screener.screen({ ...SUBJECT, entityType: 'BUSINESS' }, 3_000),
    await screener.screen(SUBJECT, 3_000),
  );
});

test('no more than LIMITS.screeningAnswers answers are remembered', async (t) => {
  const ledger = openMemoryLedger();
  await edition(ledger, 'L', '1', ['Ada Quill'], 0);
  const screener = new ListScreener({ indexes: new ListIndexes({ ledger, system: SYSTEM }) });
  const first = await screener.screen(SUBJECT, 1);
  t.is(await screener.screen(SUBJECT, 1), first);
  for (let at = 0; at < LIMITS.screeningAnswers; at += 1) await screener.screen({ ...SUBJECT, name: `X${at}` }, 1);
  const again = await screener.screen(SUBJECT, 1);
  t.not(again, first);
  t.deepEqual(again, first);
});

test('a hit says how far the names agree, whatever the other attributes say, and hands those on', async (t) => {
  const ledger = openMemoryLedger();
  await edition(ledger, 'L', '1', ['Ada Quill'], 0);
  const screener = new ListScreener({ indexes: new ListIndexes({ ledger, system: SYSTEM }) });
  const [plain] = await screener.screen(SUBJECT, 1);
  const [contradicted] = await screener.screen({ ...SUBJECT, dateOfBirth: '1950-01-01', countries: ['DE'] }, 1);
  t.is(plain?.nameScore, 1);
  t.is(contradicted?.nameScore, 1);
  t.like(plain, { entryId: 'L-0', listKind: 'PEP', datesOfBirth: ['1980'], countries: ['FR'], programs: ['P'] });
});
