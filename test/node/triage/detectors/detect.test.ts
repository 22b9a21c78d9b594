import test from 'ava';
import { TYPOLOGIES } from '../../../../config/typologies/reference.ts';
import { detect } from '../../../../node/triage/detectors/detect.ts';
import { neighbourhoodOf, type TransferRow } from '../world.ts';

async function hits(
  transfers: readonly TransferRow[],
): Promise<ReadonlyMap<string, { strength: number; edgeIds: readonly string[] }>> {
  return new Map(detect(await neighbourhoodOf(transfers), TYPOLOGIES).map((hit) => [hit.typology, hit]));
}

const senders = (count: number, daysBefore: (place: number) => number): TransferRow[] =>
  Array.from({ length: count }, (_, place) => ({
    from: `beta/s${place}`,
    to: 'a1',
    daysBefore: daysBefore(place),
    amount: 10_000 + 7_919 * place,
  }));

test('first-time senders within two weeks are a fan-in, with every transfer in its path', async (t) => {
  const found = await hits(senders(6, (place) => 2 + place));
  t.is(found.get('fan_in')?.strength, 0.5);
  t.is(found.get('fan_in')?.edgeIds.length, 6);
  t.false(found.has('fan_out'));
});

test('a fan-in needs the minimum of senders, and within its span', async (t) => {
  t.false((await hits(senders(3, (place) => 2 + place))).has('fan_in'));
  t.false((await hits(senders(6, (place) => 2 + 5 * place))).has('fan_in'));
});

test('senders whom the account has dealt with before make no fan-in', async (t) => {
  const before = senders(6, (place) => 40 + place);
  t.false(
    (
      await hits([
        ...before,
        ...senders(6, (place) => 2 + place).map((row, place) => ({ ...row, id: `again${place}` })),
      ])
    ).has('fan_in'),
  );
});

test('first-time receivers are a fan-out', async (t) => {
  const rows = senders(5, (place) => 2 + place).map(({ from, ...row }) => ({ ...row, from: 'a1', to: from }));
  t.true((await hits(rows)).has('fan_out'));
});

const ROUND: readonly TransferRow[] = [
  { from: 'a1', to: 'a2', daysBefore: 9, amount: 90_000, id: 'r1' },
  { from: 'a2', to: 'a3', daysBefore: 7, amount: 85_000, id: 'r2' },
  { from: 'a3', to: 'a1', daysBefore: 5, amount: 80_000, id: 'r3' },
];

test('money that returns over others is a cycle, in the order of its transfers', async (t) => {
  t.deepEqual((await hits(ROUND)).get('cycle')?.edgeIds, ['r1', 'r2', 'r3']);
});

test('a round of four is found, one that runs backwards in time is not', async (t) => {
  const four = [
    ROUND[0],
    { from: 'a2', to: 'a4', daysBefore: 8 },
    { from: 'a4', to: 'a3', daysBefore: 7 },
    ROUND[2],
  ] as TransferRow[];
  t.true((await hits(four)).has('cycle'));
  const backwards = ROUND.map((row, place) => ({ ...row, daysBefore: 5 + 2 * place }));
  t.false((await hits(backwards)).has('cycle'));
});

test('lending and getting back is no cycle', async (t) => {
  const rows = [
    { from: 'a1', to: 'a2', daysBefore: 9 },
    { from: 'a2', to: 'a1', daysBefore: 5 },
  ];
  t.false((await hits(rows)).has('cycle'));
});

const SCATTER: readonly TransferRow[] = ['a2', 'a3', 'a4'].flatMap((between, place) => [
  { from: 'a1', to: between, daysBefore: 12 - place, id: `in-${between}` },
  { from: between, to: 'beta/sink', daysBefore: 6 - place, id: `out-${between}` },
]);

test('one source and one sink with accounts between them are found from the source', async (t) => {
  const found = (await hits(SCATTER)).get('scatter_gather');
  t.is(found?.edgeIds.length, 6);
  t.is(found?.strength.toFixed(3), '0.667');
});

test('and from the sink, and from an account in between', async (t) => {
  const renamed = (from: string): TransferRow[] =>
    SCATTER.map((row) => {
      const swap = (name: string): string => (name === 'a1' ? from : name === from ? 'a1' : name);
      return { ...row, from: swap(row.from), to: swap(row.to) };
    });
  t.true((await hits(renamed('beta/sink'))).has('scatter_gather'));
  t.true((await hits(renamed('a3'))).has('scatter_gather'));
});

test('one way between source and sink is no scatter-gather', async (t) => {
  t.false((await hits(SCATTER.slice(0, 2))).has('scatter_gather'));
});

test('first-time senders followed by first-time receivers are a gather-scatter', async (t) => {
  const out = Array.from({ length: 3 }, (_, place) => ({
    from: 'a1',
    to: `beta/r${place}`,
    daysBefore: 3,
    amount: 4_000 + 999 * place,
  }));
  const found = await hits([...senders(3, (place) => 8 + place), ...out]);
  t.is(found.get('gather_scatter')?.edgeIds.length, 6);
  t.false(
    (await hits([...senders(3, () => 2), ...out.map((row) => ({ ...row, daysBefore: 9 }))])).has('gather_scatter'),
  );
});

test('a sum that leaves again nearly whole is a pass-through; one that goes back to its sender is not', async (t) => {
  const into = { from: 'beta/s', to: 'a1', daysBefore: 6, amount: 100_000, id: 'into' };
  const on = { from: 'a1', to: 'beta/r', daysBefore: 4, amount: 97_000, id: 'on' };
  t.deepEqual((await hits([into, on])).get('pass_through')?.edgeIds, ['into', 'on']);
  t.false((await hits([into, { ...on, to: 'beta/s' }])).has('pass_through'));
  t.false((await hits([into, { ...on, amount: 60_000 }])).has('pass_through'));
  t.false((await hits([into, { ...on, currency: 'USD' }])).has('pass_through'));
  t.false((await hits([into, { ...on, daysBefore: 1 }])).has('pass_through'));
});

test('nearly equal transfers to several counterparties are structuring', async (t) => {
  const rows = Array.from({ length: 5 }, (_, place) => ({
    from: 'a1',
    to: `beta/r${place}`,
    daysBefore: 3 + place,
    amount: 99_000 + 100 * place,
  }));
  t.is((await hits(rows)).get('structuring')?.edgeIds.length, 5);
  t.false((await hits(rows.map((row) => ({ ...row, to: 'beta/r0' })))).has('structuring'));
  t.false((await hits(rows.map((row, place) => ({ ...row, amount: 50_000 * (place + 1) })))).has('structuring'));
});

test('a burst after weeks of quiet is dormant-then-active; without anything before, the account is only new', async (t) => {
  const burst = Array.from({ length: 5 }, (_, place) => ({ from: 'a1', to: 'beta/r', daysBefore: 2 + place }));
  t.false((await hits(burst)).has('dormant_then_active'));
  t.true((await hits([...burst, { from: 'beta/r', to: 'a1', daysBefore: 60 }])).has('dormant_then_active'));
  t.false((await hits([...burst, { from: 'beta/r', to: 'a1', daysBefore: 20 }])).has('dormant_then_active'));
});

test('an account without transfers shows nothing', async (t) => {
  t.is((await hits([])).size, 0);
});

const BIPARTITE: readonly TransferRow[] = ['a1', 'a2', 'a3'].flatMap((from, sender) =>
  ['beta/r0', 'beta/r1'].map((to, receiver) => ({
    from,
    to,
    daysBefore: 4 + sender + 3 * receiver,
    amount: 10_000 + 3_333 * sender,
    id: `${from}-${receiver}`,
  })),
);

function asSeenBy(name: string, rows: readonly TransferRow[]): TransferRow[] {
  const swap = (one: string): string => (one === 'a1' ? name : one === name ? 'a1' : one);
  return rows.map((row) => ({ ...row, from: swap(row.from), to: swap(row.to) }));
}

test('M-06 (alert) senders that all pay the same receivers are bipartite, from either side, with their path', async (t) => {
  const found = (await hits(BIPARTITE)).get('bipartite');
  t.is(found?.edgeIds.length, 6);
  t.true((await hits(asSeenBy('beta/r0', BIPARTITE))).has('bipartite'));
  t.false((await hits(BIPARTITE.slice(0, 3))).has('bipartite'));
});

const STACK: readonly TransferRow[] = [
  ...['t0', 't1'].flatMap((top, place) =>
    ['a1', 'a2'].map((middle) => ({ from: top, to: middle, daysBefore: 14 - place, id: `${top}-${middle}` })),
  ),
  { from: 'a1', to: 'beta/end', daysBefore: 6, id: 'on-1' },
  { from: 'a2', to: 'beta/end', daysBefore: 5, id: 'on-2' },
];

test('M-06 (alert) two layers and an end are a stack, seen from the middle, the top and the end', async (t) => {
  t.deepEqual((await hits(STACK)).get('stack')?.edgeIds, ['t0-a1', 't0-a2', 't1-a1', 't1-a2', 'on-1', 'on-2']);
  t.is((await hits(asSeenBy('t0', STACK))).get('stack')?.edgeIds.length, 6);
  t.is((await hits(asSeenBy('beta/end', STACK))).get('stack')?.edgeIds.length, 6);
  t.false((await hits(STACK.slice(0, 5))).has('stack'));
});

test('M-06 (alert) accounts that do nothing but pass money on to each other are a shell cluster', async (t) => {
  const chain = ['beta/s', 'a2', 'a1', 'a3', 'beta/r'];
  const rows = chain.slice(1).map((to, place) => ({
    from: chain[place] ?? '',
    to,
    daysBefore: 12 - 2 * place,
    amount: 100_000 - 3_000 * place,
  }));
  t.is((await hits(rows)).get('shell_cluster')?.edgeIds.length, 4);
  const withLife = Array.from({ length: 8 }, (_, place) => ({
    from: 'a1',
    to: `beta/shop${place % 2}`,
    daysBefore: 1 + place,
    amount: 500,
  }));
  t.false((await hits([...rows, ...withLife])).has('shell_cluster'));
});
