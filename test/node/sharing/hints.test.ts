import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { HintBook } from '../../../node/sharing/hint-book.ts';
import { SHARED } from '../../../node/sharing/markings.ts';
import { decodeHintBatch, encodeHintBatch } from '../../../proto/codec/payload.ts';
import type { SignedEnvelope } from '../../../proto/domain/envelope.ts';
import type { ConcordatError } from '../../../proto/domain/errors.ts';
import type { Hint } from '../../../proto/domain/exchange.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { HintPolicy, Policy } from '../../../proto/domain/policy.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { FederationSim, type SimOptions } from './federation-sim.ts';
import { authorOf } from './sim/samples.ts';
import { SimLog } from './sim/sim-log.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

const EPSILON = TEST_POLICY.hints.epsilon;

async function scene(t: ExecutionContext, options: SimOptions = {}): Promise<FederationSim> {
  const sim = await FederationSim.start(t.title, options);
  await sim.round();
  return sim;
}

function hintPolicy(change: Partial<HintPolicy>): Partial<Policy> {
  return { hints: { ...TEST_POLICY.hints, ...change } };
}

/** Shares accounts with agencies, and ranks them as given. */
function know(node: SimNode, accounts: readonly string[], agencies: readonly string[]): void {
  node.knowledge.shared.push(
    ...agencies.flatMap((peerAgency) => accounts.map((accountId) => ({ accountId, peerAgency }))),
  );
}

function rank(node: SimNode, scores: Readonly<Record<string, number>>): void {
  node.knowledge.scores.length = 0;
  node.knowledge.scores.push(...Object.entries(scores).map(([accountId, score]) => ({ accountId, score })));
}

async function push(sim: FederationSim, node: SimNode, policy: Policy = sim.policy, round: 1 | 2 = 1): Promise<number> {
  const { hints } = await node.sharing.hints.push({ epoch: sim.epoch(), policy, round, ends: false });
  await sim.settle();
  return hints;
}

async function spentOn(node: SimNode, account: string): Promise<number> {
  return node.sharing.budgets.spent({ family: 'hint', subject: account, period: 'ever' });
}

/** Everything that left a node, hint by hint, as a coalition of its peers sees it. */
async function told(sim: FederationSim, node: SimNode): Promise<readonly Hint[]> {
  const hints: Hint[] = [];
  for (const { peerId } of sim.nodes) {
    const chain = { authorPeerId: node.peerId, incarnation: 0, audience: { scope: 'pair', id: peerId } } as const;
    for await (const { payload } of node.sharing.store.range(chain, 1, 10_000))
      hints.push(...decodeHintBatch(payload, payload.length).hints);
  }
  return hints;
}

test('F-13 (budget) what 52 epochs and all peers together are told of an account is one answer a bucket, and costs its budget once', async (t) => {
  const sim = await scene(t, { agencies: 5 });
  const node = sim.node(0);
  const accounts = ['a', 'b', 'c', 'd'];
  know(node, accounts, ['agency-1', 'agency-2', 'agency-3', 'agency-4']);
  for (let epoch = 0; epoch < 52; epoch += 1) {
    // Two accounts change places at the top every other epoch.
    rank(node, epoch % 2 === 0 ? { a: 9, b: 1, c: 1, d: 1 } : { a: 1, b: 9, c: 1, d: 1 });
    await push(sim, node, { ...sim.policy, hints: { ...sim.policy.hints, topShare: 0.25 } });
  }
  const answers = new Map<string, Set<number>>();
  const hints = await told(sim, node);
  t.is(hints.length, 52 * 4 * 4);
  for (const { accountId, bucket } of hints) answers.set(accountId, (answers.get(accountId) ?? new Set()).add(bucket));
  for (const account of ['a', 'b']) t.is(await spentOn(node, account), 2 * EPSILON);
  for (const account of ['c', 'd']) {
    t.is(await spentOn(node, account), EPSILON);
    t.is(answers.get(account)?.size, 1);
  }
});

test('a draw that the budget does not allow repeats what was shown last; without one the account is left out', async (t) => {
  const sim = await scene(t, { policy: hintPolicy({ budgetPerAccount: EPSILON, topShare: 0.5 }) });
  const node = sim.node(0);
  know(node, ['a', 'b'], ['agency-1']);
  rank(node, { a: 9, b: 1 });
  await push(sim, node);
  const first = await told(sim, node);
  rank(node, { a: 1, b: 9 });
  t.is(await push(sim, node), 2);
  t.deepEqual((await told(sim, node)).slice(2), first);
  t.is(await spentOn(node, 'a'), EPSILON);
  const other = { ...sim.policy, hints: { ...sim.policy.hints, epsilon: 1 } };
  t.is(await push(sim, node, other), 0, 'under another epsilon nothing has been shown');
});

test('another epsilon or number of buckets is another draw, and debited', async (t) => {
  const sim = await scene(t, { policy: hintPolicy({ budgetPerAccount: 100 }) });
  const node = sim.node(0);
  know(node, ['a'], ['agency-1']);
  rank(node, { a: 9 });
  const policies: readonly [Partial<HintPolicy>, number][] = [
    [{}, EPSILON],
    [{}, EPSILON],
    [{ epsilon: 2 }, EPSILON + 2],
    [{ buckets: 4 }, 2 * EPSILON + 2],
    [{ epsilon: 2 }, 2 * EPSILON + 2],
  ];
  for (const [change, spent] of policies) {
    await push(sim, node, { ...sim.policy, hints: { ...sim.policy.hints, ...change } });
    t.is(await spentOn(node, 'a'), spent);
  }
});

test('a debit that cannot be written tells nothing; what was drawn outlives a restart', async (t) => {
  const sim = await scene(t);
  const node = sim.node(0);
  know(node, ['a', 'b'], ['agency-1']);
  rank(node, { a: 9, b: 1 });
  node.beforeUnit = ({ writes }) => {
    if (writes.some(({ space }) => space === 'budget')) throw new Error('disk');
  };
  await t.throwsAsync(push(sim, node), { message: 'disk' });
  t.deepEqual(await told(sim, node), []);
  node.beforeUnit = () => undefined;
  await push(sim, node);
  const before = await told(sim, node);
  await node.restart();
  await push(sim, node);
  t.deepEqual((await told(sim, node)).slice(2), before);
  t.is(await spentOn(node, 'a'), EPSILON);
});

test('hints go to the agencies that share the account and that a gateway covers, to each node of theirs', async (t) => {
  const agencies: Policy['gateways'][number]['agencies'] = [asId('agency-0'), asId('agency-1')];
  const gateways: Policy['gateways'] = [
    { gateway: 'two', kinds: ['hint'], agencies, releaseByRule: true },
    { ...(TEST_POLICY.gateways[0] as Policy['gateways'][number]), kinds: ['summary', 'flag', 'withdrawal'] },
  ];
  const sim = await scene(t, { policy: { gateways } });
  const second = await sim.addNode(1, 'node-2');
  const [node, first, other] = [sim.node(0), sim.node(1), sim.node(2)];
  know(node, ['a'], ['agency-1', 'agency-2', 'agency-9']);
  know(node, ['only-2'], ['agency-2']);
  rank(node, { a: 9 });
  t.is(await push(sim, node), 1);
  for (const reader of [first, second])
    t.is((await reader.sharing.hints.of('agency-0', 'a', sim.businessTime.nowMs())).length, 1);
  t.deepEqual(await other.sharing.hints.of('agency-0', 'a', sim.businessTime.nowMs()), []);
  t.false((await told(sim, node)).some(({ accountId }) => accountId === 'only-2'));
});

test('a hint is of its sender’s agency, known from when it came, and each round’s last one counts', async (t) => {
  const sim = await scene(t);
  const [node, reader] = [sim.node(0), sim.node(1)];
  know(node, ['a'], ['agency-1']);
  rank(node, { a: 9 });
  const atMs = sim.businessTime.nowMs();
  await push(sim, node);
  t.deepEqual(await reader.sharing.hints.of('agency-0', 'a', atMs - 1), []);
  t.like((await reader.sharing.hints.of('agency-0', 'a', atMs))[0], { accountId: 'a', buckets: 2, epsilon: EPSILON });
  t.deepEqual(await reader.sharing.hints.of('agency-2', 'a', atMs), [], 'no agency speaks of another’s accounts');
  t.deepEqual(await reader.sharing.hints.of('agency-0', 'a/1', atMs), []);
  t.deepEqual(reader.hintsHeard, ['agency-0/a']);
  sim.businessTime.advance(1_000);
  await push(sim, node);
  t.deepEqual(reader.hintsHeard, ['agency-0/a'], 'what is repeated is no news');
  const rows = await Array.fromAsync(reader.ledger.list('hint', {}, SIM_SYSTEM));
  t.is(rows.length, 1, 'and takes no room');
  t.is((await reader.sharing.hints.of('agency-0', 'a', atMs))[0]?.knownAtMs, atMs);
});

test('a batch of more hints than one may hold has no effect', async (t) => {
  const sim = await scene(t);
  const [sender, reader] = [sim.node(1), sim.node(0)];
  const hints = Array.from({ length: LIMITS.hintsPerBatch + 1 }, (_, place) => ({ accountId: `${place}`, bucket: 0 }));
  const payload = encodeHintBatch({ round: 1, asOfMs: 0, epsilon: 3, buckets: 2, hints, last: true });
  const audience = { scope: 'pair', id: reader.peerId } as const;
  const author = authorOf(sim, sender);
  const [object, , after] = Array.from({ length: 3 }, () => author.next('hint_batch', payload, { audience }));
  if (object === undefined || after === undefined) throw new Error('three were made');
  const deliver = async (one: SignedEnvelope, code: string): Promise<unknown> =>
    (await t.throwsAsync<ConcordatError>(reader.inbound.deliver(sender.peerId, one), { code }))?.detail['final'];
  t.true(await deliver(object, 'SHARING_QUOTA'), 'it has its place in the chain, so that sending it again is no use');
  t.is(await deliver(after, 'SHARING_GAP'), undefined, 'what waits for another object may come again');
  t.deepEqual(await Array.fromAsync(reader.ledger.list('hint', {}, SIM_SYSTEM)), []);
});

test('hints are kept of so many accounts an agency, and never under a key that the ledger would refuse', async (t) => {
  const ledger = openMemoryLedger();
  const log = new SimLog();
  const book = new HintBook(ledger, SIM_SYSTEM, log, 3);
  const take = async (hints: readonly Hint[], knownAtMs: number, agency = 'one'): Promise<readonly string[]> => {
    const batch = { round: 1, asOfMs: 0, epsilon: 3, buckets: 2, hints, last: true };
    const { accounts, writes } = await book.take(agency, batch, knownAtMs, SHARED);
    await ledger.commit({ writes, audit: [] });
    return accounts;
  };
  const hint = (accountId: string, bucket = 0): Hint => ({ accountId, bucket });
  t.deepEqual(await take([hint('a'), hint('b/c'), hint('\u{1f600}'.repeat(128))], 1), ['a', 'b/c']);
  t.deepEqual(await take([hint('c'), hint('d')], 2), ['c']);
  t.deepEqual(await take([hint('a', 1), hint('e')], 3), ['a'], 'one that is known may change');
  t.deepEqual(await take([hint('e')], 4, 'two'), ['e'], 'another agency has room of its own');
  const reopened = new HintBook(ledger, SIM_SYSTEM, log, 3);
  const batch = { round: 1, asOfMs: 0, epsilon: 3, buckets: 2, hints: [hint('f')], last: true };
  t.deepEqual((await reopened.take('one', batch, 5, SHARED)).accounts, [], 'also after a restart');
  t.is((await reopened.of('one', 'a', 2))[0]?.bucket, 0);
  t.is((await reopened.of('one', 'a', 3))[0]?.bucket, 1);
  t.true(log.lines.some(({ level }) => level === 'warn'));
});

test('what a second round says stands until the first says something else, and is news again when repeated after that', async (t) => {
  const ledger = openMemoryLedger();
  const book = new HintBook(ledger, SIM_SYSTEM, new SimLog(), 3);
  const take = async (round: number, bucket: number, knownAtMs: number): Promise<readonly string[]> => {
    const batch = { round, asOfMs: 0, epsilon: 3, buckets: 2, hints: [{ accountId: 'a', bucket }], last: true };
    const { accounts, writes } = await book.take('one', batch, knownAtMs, SHARED);
    await ledger.commit({ writes, audit: [] });
    return accounts;
  };
  const standing = async (asOfMs: number): Promise<readonly (readonly [number, number])[]> =>
    (await book.of('one', 'a', asOfMs)).map(({ bucket, round }) => [round, bucket]);
  t.deepEqual(await take(1, 0, 10), ['a']);
  t.deepEqual(await take(2, 0, 11), [], 'a second round that says the same changes nothing for anybody');
  t.deepEqual(await standing(11), [
    [1, 0],
    [2, 0],
  ]);
  t.deepEqual(await take(2, 1, 20), ['a']);
  t.deepEqual(await take(1, 0, 30), [], 'the first round repeats itself');
  t.deepEqual(await standing(30), [
    [1, 0],
    [2, 1],
  ]);
  t.deepEqual(await take(1, 1, 40), [], 'and says now what the second said before');
  t.deepEqual(await standing(40), [[1, 1]], 'the second is out of date');
  t.deepEqual(
    await standing(39),
    [
      [1, 0],
      [2, 1],
    ],
    'it was not then',
  );
  t.deepEqual(await take(2, 1, 41), []);
  t.deepEqual(await standing(41), [
    [1, 1],
    [2, 1],
  ]);
  t.deepEqual(
    (await book.said(1, 39)).map(({ bucket, round }) => [round, bucket]),
    [[1, 0]],
    'of all accounts, the first round as known at a time',
  );
});
