import test from 'ava';
import { accountScores } from '../../../node/triage/account-score.ts';
import type { HeldHint } from '../../../node/triage/ports.ts';
import { graphTransfers } from '../../../node/triage/features/transfer-reader.ts';
import {
  AGENCY,
  DAY_MS,
  openWorld,
  RAISED_MS,
  SCORER,
  transferEdge,
  type TransferRow,
  VIEWER,
  type World,
} from './world.ts';

const ROWS: readonly TransferRow[] = [
  { from: 'beta/shop', to: 'a2', daysBefore: 3 },
  { from: 'beta/shop', to: 'a2', daysBefore: 10 },
  ...Array.from({ length: 8 }, (_, place) => ({ from: `gamma/s${place}`, to: 'a1', daysBefore: 2 + place })),
  ...Array.from({ length: 6 }, (_, place) => ({ from: 'a1', to: `beta/r${place}`, daysBefore: 1 + place })),
];
const ACCOUNTS = ['a1', 'a2', 'a3'].map((accountId) => ({ accountId, opened: '2020-01-01', business: false }));

async function scores(
  world: World,
  asOfMs = RAISED_MS,
  hints: readonly HeldHint[] = [],
): Promise<ReadonlyMap<string, number>> {
  const deps = { agency: AGENCY, transfers: graphTransfers(world.graph, VIEWER), scorer: SCORER };
  const scored = await accountScores(deps, ACCOUNTS, asOfMs, hints);
  return new Map(scored.map(({ accountId, score }) => [accountId, score]));
}

test('an account that gathers from and scatters to strangers stands above one with a regular payer', async (t) => {
  const found = await scores(await openWorld(ROWS));
  t.deepEqual([...found.keys()], ['a1', 'a2', 'a3']);
  t.true((found.get('a1') ?? 0) > (found.get('a2') ?? 0));
});

test('scores as of a time do not see what became known later', async (t) => {
  const world = await openWorld(ROWS);
  const before = await scores(world);
  await world.add([], [transferEdge({ from: 'gamma/s0', to: 'a3', daysBefore: 0, id: 'later' }, 0)]);
  t.deepEqual(await scores(world), before);
  t.notDeepEqual(await scores(world, RAISED_MS + DAY_MS), before);
});

test('hints about counterparties raise the accounts that deal with them, and no others', async (t) => {
  const world = await openWorld(ROWS);
  const alone = await scores(world);
  const hintOn = (accountId: string, bucket: number): HeldHint => {
    return { account: { agency: 'beta', accountId }, bucket, buckets: 2, epsilon: 3, round: 1 };
  };
  const receivers = Array.from({ length: 6 }, (_, place) => `r${place}`);
  const heard = await scores(
    world,
    RAISED_MS,
    [...receivers, 'stranger'].map((name) => hintOn(name, 1)),
  );
  t.true((heard.get('a1') ?? 0) > (alone.get('a1') ?? 0));
  for (const name of ['a2', 'a3']) t.is(heard.get(name), alone.get(name));
  const calm = await scores(
    world,
    RAISED_MS,
    receivers.map((name) => hintOn(name, 0)),
  );
  t.deepEqual(calm, alone, 'no peer’s word clears an account');
});
