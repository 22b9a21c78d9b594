import test from 'ava';
import { accountFeatures } from '../../../../node/triage/features/account-features.ts';
import { neighbourhoodOf, type TransferRow } from '../world.ts';

async function features(transfers: readonly TransferRow[]): Promise<Readonly<Record<string, number>>> {
  return accountFeatures((await neighbourhoodOf(transfers)).subject);
}

/** Counts stand as ln(1 + n). */
const counts = (values: Readonly<Record<string, number>>, name: string): number =>
  Math.round(Math.expm1(values[name] ?? 0));

test('an account without transfers has zeros alone', async (t) => {
  t.deepEqual([...new Set(Object.values(await features([])))], [0]);
});

test('one-off counterparties are those dealt with once in the whole look-back', async (t) => {
  const values = await features([
    { from: 'beta/once', to: 'a1', daysBefore: 3 },
    { from: 'beta/twice', to: 'a1', daysBefore: 4 },
    { from: 'a1', to: 'beta/twice', daysBefore: 50 },
    { from: 'a1', to: 'beta/long-ago', daysBefore: 60 },
  ]);
  t.is(counts(values, 'one_off_counterparties'), 1);
  t.is(counts(values, 'one_off_senders'), 1);
  t.is(counts(values, 'first_time_counterparties'), 1);
  t.is(counts(values, 'incoming_transfers'), 2);
  t.is(counts(values, 'outgoing_transfers'), 0);
  t.is(counts(values, 'week_transfers'), 2);
});

test('relays are incoming sums of which half or more leaves soon to somebody else', async (t) => {
  const into = { from: 'beta/s', to: 'a1', daysBefore: 9, amount: 100_000 };
  t.is(counts(await features([into, { from: 'a1', to: 'beta/r', daysBefore: 7, amount: 60_000 }]), 'relays'), 1);
  t.is(counts(await features([into, { from: 'a1', to: 'beta/s', daysBefore: 7, amount: 60_000 }]), 'relays'), 0);
  t.is(counts(await features([into, { from: 'a1', to: 'beta/r', daysBefore: 7, amount: 20_000 }]), 'relays'), 0);
  t.is(counts(await features([into, { from: 'a1', to: 'beta/r', daysBefore: 2, amount: 60_000 }]), 'relays'), 0);
});

test('currency and size of the sums do not count', async (t) => {
  const rows: TransferRow[] = [
    { from: 'beta/s', to: 'a1', daysBefore: 9, amount: 100_000 },
    { from: 'a1', to: 'beta/r', daysBefore: 7, amount: 60_000 },
  ];
  const scaled = rows.map((row) => ({ ...row, amount: (row.amount ?? 0) * 113, currency: 'JPY' }));
  t.deepEqual(await features(scaled), await features(rows));
});

test('the flow balance adds no currencies together', async (t) => {
  const rows: TransferRow[] = [
    { from: 'beta/s', to: 'a1', daysBefore: 9, amount: 100_000, currency: 'EUR' },
    { from: 'beta/q', to: 'a1', daysBefore: 8, amount: 100_000, currency: 'EUR' },
    { from: 'a1', to: 'beta/r', daysBefore: 7, amount: 200_000, currency: 'JPY' },
  ];
  t.is((await features(rows))['flow_balance'], 0);
});

test('equal transfers in another order give equal features', async (t) => {
  const rows: TransferRow[] = ['x', 'y', 'z'].map((name) => ({
    from: `beta/${name}`,
    to: 'a1',
    daysBefore: 5,
    id: name,
  }));
  t.deepEqual(await features(rows.toReversed()), await features(rows));
});
