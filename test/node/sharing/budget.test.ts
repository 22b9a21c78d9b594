import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { auditTrail } from '../../../node/ledger/audit-trail.ts';
import { sharingEntry } from '../../../node/sharing/audit.ts';
import { Budgets } from '../../../node/sharing/budget.ts';
import { MEMBERS } from '../../../node/sharing/markings.ts';
import type { AuditEntry } from '../../../proto/domain/audit.ts';
import { MemoryLedgerStore, openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { codeOf } from './sim/samples.ts';
import { SIM_SYSTEM } from './sim/sim-node.ts';

const entryOf = (accounts: number): AuditEntry =>
  sharingEntry(1, 'sharing', 'hints.drawn', 'epoch:1', { versions: { accounts: String(accounts) } });
const KEY = { family: 'family', subject: 'subject', period: 'period' };

test('a budget is spent to its limit and not beyond, whoever debits at once', async (t) => {
  const budgets = new Budgets(openMemoryLedger(), SIM_SYSTEM);
  const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(() => budgets.debit(KEY, 3, 10))));
  t.is(codes.filter((code) => code === 'none').length, 3);
  t.is(codes.filter((code) => code === 'SHARING_BUDGET').length, 7);
  t.is(await budgets.spent(KEY), 9);
  t.is(await budgets.spent(KEY), 9, 'a refusal debits nothing');
});

test('several are debited together or not at all', async (t) => {
  const budgets = new Budgets(openMemoryLedger(), SIM_SYSTEM);
  const other = { ...KEY, family: 'other' };
  const debits = (amount: number): Parameters<Budgets['debitAll']>[0] => [
    { key: KEY, amount, limit: 10 },
    { key: other, amount, limit: 3 },
  ];
  await budgets.debitAll(debits(3), 'SHARING_QUOTA');
  t.is(await codeOf(() => budgets.debitAll(debits(1), 'SHARING_QUOTA')), 'SHARING_QUOTA');
  t.deepEqual([await budgets.spent(KEY), await budgets.spent(other)], [3, 3]);
});

test('tenths add up to their sum', async (t) => {
  const budgets = new Budgets(openMemoryLedger(), SIM_SYSTEM);
  for (let debit = 0; debit < 10; debit += 1) await budgets.debit(KEY, 0.1, 1);
  t.is(await codeOf(() => budgets.debit(KEY, 0.1, 1)), 'SHARING_BUDGET');
});

test('families, subjects and periods are apart, and all survive a restart', async (t) => {
  const store = new MemoryLedgerStore();
  const before = new Budgets(openMemoryLedger({ store }), SIM_SYSTEM);
  await before.debit(KEY, 5, 10);
  await before.debit({ ...KEY, subject: 'other' }, 1, 10);
  await before.debit({ ...KEY, period: 'other' }, 2, 10);
  await before.debit({ ...KEY, family: 'other' }, 3, 10);
  const after = new Budgets(openMemoryLedger({ store }), SIM_SYSTEM);
  const spent = [KEY, { ...KEY, subject: 'other' }, { ...KEY, period: 'other' }, { ...KEY, family: 'other' }];
  t.deepEqual(await Promise.all(spent.map((key) => after.spent(key))), [5, 1, 2, 3]);
});

test('of many, each is debited as far as its own limit goes, with what it pays for in the same commit', async (t) => {
  const ledger = openMemoryLedger();
  const budgets = new Budgets(ledger, SIM_SYSTEM);
  await budgets.debit({ ...KEY, subject: 'spent' }, 3, 3);
  const debits = ['fresh', 'spent', 'other'].map((subject) => ({
    key: { ...KEY, subject },
    amount: 3,
    writes: [{ space: 'hintDraw', key: subject, value: new Uint8Array(1), marking: MEMBERS } as const],
  }));
  const commits = ledger.head().sequence;
  t.deepEqual(await budgets.debitEach(debits, 3, entryOf), new Set(['fresh', 'other']));
  t.is(ledger.head().sequence, commits + 1);
  const rows = await Array.fromAsync(ledger.list('hintDraw', {}, SIM_SYSTEM));
  t.deepEqual(
    rows.map(({ key }) => key),
    ['fresh', 'other'],
  );
  const audited = await Array.fromAsync(auditTrail(ledger, 'epoch:1', SIM_SYSTEM));
  t.deepEqual(
    audited.map(({ entry }) => entry.versions),
    [{ accounts: '2' }],
  );
  t.deepEqual(await Array.fromAsync(budgets.spentIn(KEY)), [3, 3, 3]);
});

test('very many are debited in commits of bounded size', async (t) => {
  const ledger = openMemoryLedger();
  const budgets = new Budgets(ledger, SIM_SYSTEM);
  const count = LIMITS.hintDrawsPerUnit + 1;
  const debits = Array.from({ length: count }, (_, place) => ({
    key: { ...KEY, subject: `${place}` },
    amount: 1,
    writes: [],
  }));
  const granted = await budgets.debitEach(debits, 1, entryOf);
  t.is(granted.size, count);
  t.is(ledger.head().sequence, 2);
});
