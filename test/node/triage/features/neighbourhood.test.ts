import test from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { accountKey } from '../../../../node/triage/account-ref.ts';
import type { Neighbour } from '../../../../node/graph/graph-store.ts';
import { readNeighbourhood, viewReader } from '../../../../node/triage/features/neighbourhood.ts';
import { neighbourhoodOf, RAISED_MS, refOf, transferEdge, type TransferRow } from '../world.ts';

test('of more counterparties than the limit, those dealt with once are read first', async (t) => {
  const often = Array.from({ length: 40 }, (_, place) => [
    { from: `beta/often${place}`, to: 'a1', daysBefore: 20 },
    { from: `beta/often${place}`, to: 'a1', daysBefore: 15 },
  ]).flat();
  const once = Array.from({ length: 50 }, (_, place) => ({ from: `beta/once${place}`, to: 'a1', daysBefore: 3 }));
  const { counterparties, subject } = await neighbourhoodOf([...often, ...once]);
  t.is(subject.recentCounterparties.length, 90);
  t.is(counterparties.size, LIMITS.triageCounterparties);
  t.is([...counterparties.keys()].filter((key) => key.includes('once')).length, 50);
});

test('one reader asks for each account once', async (t) => {
  const rows: readonly TransferRow[] = [
    { from: 'a2', to: 'a1', daysBefore: 3 },
    { from: 'a3', to: 'a1', daysBefore: 4 },
    { from: 'a2', to: 'a3', daysBefore: 5 },
  ];
  const asked: string[] = [];
  const read = viewReader(
    {
      transfersOf: async (key) => {
        asked.push(key);
        return rows.map(transferEdge).flatMap((edge): Neighbour[] => {
          if (edge.from === key) return [{ edge, other: edge.to, direction: 'out' }];
          return edge.to === key ? [{ edge, other: edge.from, direction: 'in' }] : [];
        });
      },
    },
    { endMs: RAISED_MS, asOfMs: RAISED_MS },
  );
  for (const name of ['a1', 'a2', 'a3']) await readNeighbourhood(read, accountKey(refOf(name)));
  t.is(asked.length, 3);
});
