import { join } from 'node:path';
import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { decodeHintBatch } from '../../../proto/codec/payload.ts';
import type { HintBatch } from '../../../proto/domain/exchange.ts';
import { openDataSet, windowsOf } from '../../tools/federation/data-set.ts';
import {
  adoptPolicy,
  type AdoptedPolicy,
  type Federation,
  foundFederation,
  startMember,
} from '../../tools/federation/found.ts';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { objectAt, ownObjects } from '../../tools/federation/objects.ts';
import { closeWindow, feedAll } from '../../tools/federation/replay.ts';
import { isMeshComplete, sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { waitUntil } from '../../tools/wait-until.ts';

/** One draw at ε = 3, and no second one whatever happens. */
const ONE_DRAW = 3;
const WINDOWS = 4;
/** The key of flags dies with its holder's process: the epoch is given up soon, as the test is about hints. */
const COLLECT = ['--sharing-collect-seconds', '3'];

const data = openDataSet(join(import.meta.dirname, '../../demo/federation3'));
const workspace = Workspace.create();
let federation: Federation;
let policy: AdoptedPolicy;
const terms = { keyHolder: data.agencies[0]?.agencyId ?? '', threshold: 2 };

test.before(async () => {
  federation = await foundFederation(workspace, {
    name: 'hints',
    agencies: data.agencies,
    approvals: 2,
    nodeWords: COLLECT,
  });
  policy = await adoptPolicy(federation, { ...terms, hintBudgetPerAccount: ONE_DRAW });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
});
test.after.always(() => workspace.close());

test.serial(
  'F-13 (budget) an account that has spent its budget says the same to every peer, in every epoch',
  async (t) => {
    const [first, second, third, fourth] = windowsOf(data, WINDOWS);
    for (const window of [first, second]) await replay(window);
    // A restart brings no new draw: what was drawn and spent is in the ledger.
    for (const { node } of federation.members) {
      await node.program.kill();
      await startMember(node, COLLECT);
    }
    await waitUntil('all are back', () => isMeshComplete(federation.members), 60_000);
    await replay(third);
    const shown = await shownBits();
    const told = [...shown.values()];
    t.true(told.length > 100, `${told.length} accounts`);
    t.true(told.filter(({ times }) => times >= 3).length > 100, 'most of them again and again');
    t.true(told.filter(({ peers }) => peers.size === 2).length > 50, 'and to two peers');
    const changed = told.filter(({ bits }) => bits.size > 1);
    t.is(changed.length, 0);
    // The control: with more to spend, accounts whose place has changed do show another bit.
    policy = await adoptPolicy(federation, { ...terms, hintBudgetPerAccount: 1_000 }, policy);
    await replay(fourth);
    const afterwards = [...(await shownBits()).values()].filter(({ bits }) => bits.size > 1);
    t.log(`${told.length} accounts told of, ${afterwards.length} changed once they could`);
    t.true(afterwards.length > 0);
  },
);

test.serial(
  'F-13 (rounds) where policy has two rounds, every agency answers again before the epoch is over',
  async (t) => {
    policy = await adoptPolicy(federation, { ...terms, hintRounds: 2, hintBudgetPerAccount: 1_000 }, policy);
    const nodes = federation.members.map(({ node }) => node);
    const epoch = Math.max(...(await Promise.all(nodes.map(sharingOf))).map((standing) => standing.epoch));
    await closeWindow(federation);
    for (const node of nodes) {
      const { hints } = await sharingOf(node);
      t.deepEqual(hints.second_round, { on: true, reason: null, waiting: false });
      t.true(
        hints.accounts > 0 && hints.most_spent <= 3 * ONE_DRAW,
        'both buckets of the first round, one of the second',
      );
      const sent = (await hintBatches(node)).filter((batch) => batch.epoch === epoch);
      for (const audience of new Set(sent.map((batch) => batch.audience))) {
        const rounds = sent.filter((batch) => batch.audience === audience).map(({ round }) => round);
        t.deepEqual(
          rounds,
          rounds.toSorted((one, other) => one - other),
          'the second after the first',
        );
        t.deepEqual(new Set(rounds), new Set([1, 2]));
      }
      const said = (round: number): ReadonlyMap<string, number> =>
        new Map(
          sent
            .filter((batch) => batch.round === round)
            .flatMap(({ hints: bits }) => bits.map(({ accountId, bucket }) => [accountId, bucket])),
        );
      const [first, second] = [said(1), said(2)];
      t.deepEqual(new Set(second.keys()), new Set(first.keys()), 'of the same accounts');
      const other = [...second].filter(([accountId, bucket]) => first.get(accountId) !== bucket).length;
      t.log(`${node.agencyId}: ${second.size} accounts told of, ${other} otherwise than in the first round`);
      t.true(other > 0);
    }
  },
);

async function replay(window: ReturnType<typeof windowsOf>[number] | undefined): Promise<void> {
  if (window === undefined) throw new Error('no such window');
  await feedAll(federation, data, window);
  await closeWindow(federation);
}

type Told = { readonly bits: Set<number>; readonly peers: Set<string>; times: number };

/** Everything that every holder ever said of each of its accounts, from the objects that it sent. */
async function shownBits(): Promise<ReadonlyMap<string, Told>> {
  const shown = new Map<string, Told>();
  for (const { node } of federation.members) {
    for (const { audience, hints } of await hintBatches(node)) {
      for (const { accountId, bucket } of hints) {
        const key = `${node.agencyId}/${accountId}`;
        const told = shown.get(key) ?? { bits: new Set<number>(), peers: new Set<string>(), times: 0 };
        told.bits.add(bucket);
        told.peers.add(audience);
        told.times += 1;
        shown.set(key, told);
      }
    }
  }
  return shown;
}

type SentBatch = HintBatch & { readonly audience: string; readonly epoch: number };

/** What a holder sent, in order for each recipient. */
async function hintBatches(node: AgencyNode): Promise<readonly SentBatch[]> {
  const batches: SentBatch[] = [];
  for (const { audience, epoch, header_hash: hash, kind } of await ownObjects(node)) {
    if (kind !== 'hint_batch') continue;
    const payload = (await objectAt(node, hash))?.envelope.payload ?? new Uint8Array(0);
    batches.push({ ...decodeHintBatch(payload, LIMITS.envelopePayloadBytes), audience, epoch });
  }
  return batches;
}
