import test, { type ExecutionContext } from 'ava';
import { equalBytes, toHex } from '../../../crypto/bytes.ts';
import { openCheckpoint } from '../../../crypto/checkpoint.ts';
import { indicatorLeaf, verifyIndicator } from '../../../crypto/indicator.ts';
import { CompactTree, leafHash, verifyInclusion } from '../../../crypto/merkle.ts';
import { ready } from '../../../crypto/oprf/voprf.ts';
import { originOf } from '../../../coordinator/log/tree-log.ts';
import { decodeIndicator, fromWireSignedIndicator } from '../../../proto/codec/indicator.ts';
import { encodeWithdrawal } from '../../../proto/codec/payload.ts';
import type { FlagItem, Indicator, SignedIndicator } from '../../../proto/domain/exchange.ts';
import type { StreamIndicatorsResponse } from '../../../proto/gen/concordat/v1/exchange.ts';
import { memberClients } from '../../fixtures/coordinator-client.ts';
import { type EnrolledNode, startTestCoordinator, type TestCoordinator } from '../../fixtures/coordinator.ts';
import { COORDINATOR, TestAuthor } from '../../fixtures/envelopes.ts';
import { flagOf, testBatch, testFlag } from '../../fixtures/flags.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { TestPublisher } from '../../fixtures/publisher.ts';
import { waitUntil } from '../../tools/wait-until.ts';

const BATCH = TEST_POLICY.flags.batchSize;

type Sender = {
  readonly node: EnrolledNode;
  readonly author: TestAuthor;
  readonly publisher: TestPublisher;
  readonly clients: ReturnType<typeof memberClients>;
};

type Scene = {
  readonly world: TestCoordinator;
  readonly epoch: number;
  readonly senders: readonly Sender[];
  /** Sends flags in one batch; how it was answered. */
  readonly send: (sender: number, ...items: readonly FlagItem[]) => Promise<string>;
  readonly item: (identifier: string, sender: number, note?: string) => FlagItem;
  /** What the indicator log holds now, as a member streams it. */
  readonly indicators: (count: number, cursor?: number) => Promise<readonly SignedIndicator[]>;
};

test.before(() => ready());

async function scene(
  t: ExecutionContext,
  options: { threshold?: number; groups?: readonly string[]; agencies?: number; quota?: number } = {},
): Promise<Scene> {
  const { threshold = 2, agencies = 3, groups, quota = 64 } = options;
  const world = await startTestCoordinator({ seed: t.title, agencies, ...(groups === undefined ? {} : { groups }) });
  t.teardown(() => world.stop());
  const senders: Sender[] = [];
  for (let agency = 0; agency < agencies; agency += 1) {
    const node = await world.addMember(agency);
    const clients = memberClients(world, node);
    t.teardown(() => clients.close());
    const author = new TestAuthor(node, { ...world, nowMs: () => world.clock.nowMs() });
    senders.push({ node, author, clients, publisher: new TestPublisher(clients.exchange) });
  }
  const flags = { ...TEST_POLICY.flags, threshold, quotaPerEpoch: quota };
  await world.setPolicy({ flags });
  const [holder] = senders;
  if (holder === undefined) throw new Error('no agency');
  const epoch = await world.beginEpoch(holder.node, { flagKey: 'erased' });
  const senderOf = (index: number): Sender => {
    const sender = senders[index];
    if (sender === undefined) throw new Error(`no sender ${index}`);
    return sender;
  };
  return {
    world,
    epoch,
    senders,
    item: (identifier, sender, note = `agency-${sender}`) => {
      const group = groups?.[sender] ?? `group-${sender}`;
      return testFlag(flagOf(identifier), group, { epoch, threshold, random: world.random, note });
    },
    send: async (sender, ...items) => {
      const { author, publisher } = senderOf(sender);
      const [outcome = ''] = await publisher.publish(
        author.next('flag_batch', testBatch(items, BATCH, world.random), { epoch }),
      );
      return outcome;
    },
    indicators: async (count, cursor = 0) => {
      const stream = senderOf(0).clients.exchange.streamIndicators({ cursor: BigInt(cursor) });
      const seen: SignedIndicator[] = [];
      stream.on('error', () => undefined);
      stream.on('data', ({ indicator }: StreamIndicatorsResponse) => {
        if (indicator !== undefined) seen.push(fromWireSignedIndicator(indicator, 1_048_576));
      });
      await waitUntil(`${count} indicators`, () => seen.length >= count);
      stream.cancel();
      return seen;
    },
  };
}

function read(signed: SignedIndicator | undefined): Indicator {
  if (signed === undefined) throw new Error('no indicator');
  return decodeIndicator(signed.indicator, 1_048_576);
}

function notes({ parts }: Indicator): readonly string[] {
  return parts.map(({ sealedPayload }) => new TextDecoder().decode(sealedPayload)).sort();
}

test('F-11 (k and k − 1, coordinator) a flag opens at k distinct groups and not at k − 1', async (t) => {
  const { world, send, item, indicators } = await scene(t, { threshold: 3, agencies: 5 });
  t.is(await send(0, item('one', 0), item('two', 0)), 'ok');
  t.is(await send(1, item('one', 1), item('two', 1)), 'ok');
  t.is(world.coordinator.core.indicatorLog.tree.size, 0, 'two of three');
  t.is(await send(2, item('one', 2)), 'ok');
  t.is(world.coordinator.core.indicatorLog.tree.size, 1);
  const indicator = read((await indicators(1))[0]);
  t.is(indicator.groupCount, 3);
  t.false(indicator.withdrawn);
  t.deepEqual(notes(indicator), ['sealed by agency-0', 'sealed by agency-1', 'sealed by agency-2']);
});

test('F-11 (k and k − 1, coordinator) agencies of one corporate group count once', async (t) => {
  const groups = ['bank', 'bank', 'bank', 'other', 'third'];
  const { world, send, item } = await scene(t, { threshold: 2, agencies: 5, groups });
  for (const sender of [0, 1, 2]) t.is(await send(sender, item('one', sender)), 'ok');
  t.is(world.coordinator.core.indicatorLog.tree.size, 0, 'three agencies, one group');
  t.is(await send(3, item('one', 3)), 'ok');
  t.is(world.coordinator.core.indicatorLog.tree.size, 1);
});

test('F-11 (k and k − 1, coordinator) several nodes and several flags of one agency count once', async (t) => {
  const { world, epoch, send, item } = await scene(t);
  t.is(await send(0, item('one', 0), item('one', 0)), 'ok');
  const second = await world.addMember(0, 'node-2');
  const clients = memberClients(world, second);
  t.teardown(() => clients.close());
  const author = new TestAuthor(second, { ...world, nowMs: () => world.clock.nowMs() });
  const batch = testBatch([item('one', 0)], BATCH, world.random);
  t.deepEqual(await new TestPublisher(clients.exchange).publish(author.next('flag_batch', batch, { epoch })), ['ok']);
  t.is(world.coordinator.core.indicatorLog.tree.size, 0);
  const flags: string[] = [];
  for await (const { key } of world.coordinator.core.store.list('flag')) flags.push(key);
  t.is(flags.length, 1 + (BATCH - 2) + (BATCH - 1), 'one flag and the dummies of both batches');
});

test('F-19 (coordinator) an indicator verifies from itself and the genesis alone, in the order of its log', async (t) => {
  const { world, send, item, indicators } = await scene(t);
  for (const identifier of ['one', 'two', 'three']) {
    await send(0, item(identifier, 0));
    await send(1, item(identifier, 1));
  }
  const { membership } = world.coordinator.core.controlLog;
  const { logKey } = membership.genesis;
  const origin = originOf(world.federationId, 'indicators');
  const tree = new CompactTree();
  const signed = await indicators(3);
  for (const [position, one] of signed.entries()) {
    t.is(one.position, position);
    t.true(verifyIndicator(logKey, one.indicator, one.signature));
    const leaf = leafHash(indicatorLeaf(one.salt, one.indicator));
    const { size, root } = openCheckpoint(one.checkpoint, origin, logKey);
    t.true(verifyInclusion({ leafHash: leaf, index: position, treeSize: size, proof: [...one.inclusionProof], root }));
    tree.append(leaf);
    t.true(size === tree.size && equalBytes(root, tree.root()));
  }
  t.deepEqual(
    (await indicators(1, 2)).map(({ position }) => position),
    [2],
    'from a cursor',
  );
  const again = await world.restart();
  t.teardown(() => again.stop());
  t.deepEqual(again.coordinator.core.indicatorLog.tree.root(), tree.root());
});

test('a further group makes the next indicator, which replaces the first, and the first is erased', async (t) => {
  const { world, send, item, indicators } = await scene(t);
  await send(0, item('one', 0));
  await send(1, item('one', 1));
  const [first] = await indicators(1);
  await send(2, item('one', 2));
  const [erased, second] = await indicators(2);
  t.is(erased?.indicator.length, 0);
  t.is(erased?.leaf.length, 32);
  t.is(
    first === undefined ? '' : toHex(indicatorLeaf(first.salt, first.indicator)),
    toHex(erased?.leaf ?? new Uint8Array()),
  );
  const next = read(second);
  t.deepEqual(next.replaces, read(first).indicatorId);
  t.is(next.groupCount, 3);
  t.is(next.expiresAtMs, read(first).expiresAtMs, 'it does not live longer for it');
  t.deepEqual(await world.coordinator.core.store.verify(), []);
});

test('F-17 (coordinator) a withdrawn flag leaves its indicator; under k the indicator is withdrawn, nobody is named', async (t) => {
  const { world, senders, send, item, indicators } = await scene(t);
  const items = [0, 1, 2].map((sender) => item('one', sender));
  for (const [sender, one] of items.entries()) await send(sender, one);
  const withdraw = async (sender: number, handle: Uint8Array): Promise<unknown> => {
    const payload = encodeWithdrawal({ withdrawalId: world.random(16), headerHashes: [], flagHandles: [handle] });
    const { author, publisher } = senders[sender] as Sender;
    return publisher.publish(author.next('withdrawal', payload, { audience: COORDINATOR }));
  };
  t.deepEqual(await withdraw(0, items[1]?.handle ?? new Uint8Array(16)), ['ok'], 'somebody else’s flag');
  t.is(world.coordinator.core.indicatorLog.tree.size, 2, 'nothing came of it');
  t.deepEqual(await withdraw(1, items[1]?.handle ?? new Uint8Array(16)), ['ok']);
  const [, before, after] = await indicators(3);
  t.is(before?.leaf.length, 32, 'the indicator with the part is erased');
  t.deepEqual(notes(read(after)), ['sealed by agency-0', 'sealed by agency-2']);
  t.is(read(after).groupCount, 2);
  t.deepEqual(await withdraw(2, items[2]?.handle ?? new Uint8Array(16)), ['ok']);
  const last = read((await indicators(1, 3))[0]);
  t.true(last.withdrawn);
  t.deepEqual([last.parts.length, last.groupCount], [0, 0]);
  t.deepEqual(last.replaces, read(after).indicatorId);
  t.deepEqual(await world.coordinator.core.store.verify(), []);
});

test('parts stand in random order, so that a place tells nothing of its author', async (t) => {
  const { send, item, indicators } = await scene(t, { threshold: 2 });
  const identifiers = Array.from({ length: 12 }, (_, index) => `id-${index}`);
  for (const chunk of [identifiers.slice(0, 6), identifiers.slice(6)]) {
    await send(0, ...chunk.map((identifier) => item(identifier, 0)));
    await send(1, ...chunk.map((identifier) => item(identifier, 1)));
  }
  const firsts = (await indicators(12)).map((signed) => new TextDecoder().decode(read(signed).parts[0]?.sealedPayload));
  t.is(new Set(firsts).size, 2, 'both authors stand first somewhere');
});

test('a contributor with a false share is left out and named, the others open', async (t) => {
  const { world, send, item, indicators } = await scene(t, { threshold: 2, agencies: 4 });
  const other = item('other', 1);
  await send(1, { ...item('one', 1), share: other.share });
  await send(0, item('one', 0));
  t.is(world.coordinator.core.indicatorLog.tree.size, 0, 'two that do not fit together open nothing and name nobody');
  await send(2, item('one', 2));
  t.deepEqual(notes(read((await indicators(1))[0])), ['sealed by agency-0', 'sealed by agency-2']);
  const { auditTail } = await import('../../../coordinator/operator/audit-tail.ts');
  const named = (await auditTail(world.coordinator.core.store, 100)).filter(({ action }) => action === 'flag.faulty');
  t.deepEqual(
    named.map(({ object }) => object),
    ['agency:agency-1'],
  );
});

test('F-11 (quota, coordinator) what an agency sends beyond its quota is refused, named, and opens nothing', async (t) => {
  const { world, send, item } = await scene(t, { quota: BATCH + 1 });
  t.is(await send(1, item('one', 1)), 'ok');
  t.is(await send(1, item('two', 1)), 'ok', 'rounded up to whole batches');
  t.is(await send(1, item('three', 1)), 'FLAGS_QUOTA');
  t.is(await send(0, item('three', 0)), 'ok');
  t.is(world.coordinator.core.indicatorLog.tree.size, 0);
  const { auditTail } = await import('../../../coordinator/operator/audit-tail.ts');
  const entries = await auditTail(world.coordinator.core.store, 100);
  t.true(entries.some(({ code, actor }) => code === 'FLAGS_QUOTA' && actor !== 'coordinator'));
  const metrics = await (await fetch(`${world.addresses.metrics}/metrics`)).text();
  t.regex(metrics, /concordat_coordinator_objects_refused_total\{code="FLAGS_QUOTA"\} 1/);
});

test('flags of an epoch are taken once the erasure of its key is in the log, not before', async (t) => {
  const { world, senders, item } = await scene(t);
  const { author, publisher, node } = senders[0] as Sender;
  const epoch = await world.beginEpoch(node, { flagKey: 'announced' });
  const batch = testBatch([item('one', 0)], BATCH, world.random);
  t.deepEqual(await publisher.publish(author.next('flag_batch', batch, { epoch })), ['FLAGS_KEY']);
});

test('flags are visibly off below the floors: k under two, fewer than k + 1 groups, no key holder', async (t) => {
  const { world, send, item } = await scene(t);
  const suspend = async (agency: number): Promise<void> => {
    const value = {
      suspensionId: world.random(16),
      target: { kind: 'agency', agencyId: `agency-${agency}` as never },
      reason: '',
      issuedAtMs: 1,
      heads: [],
    } as const;
    await world.submit(world.sign({ kind: 'suspension', value }, world.officer(0), world.officer(1)));
  };
  t.is(await send(0, item('zero', 0)), 'ok');
  await world.setPolicy({ flags: { ...TEST_POLICY.flags, threshold: 1 } });
  t.is(await send(0, item('one', 0)), 'FLAGS_OFF');
  await world.setPolicy({ keyHolderAgency: '' as never });
  t.is(await send(0, item('two', 0)), 'FLAGS_OFF');
  await world.setPolicy();
  t.is(await send(0, item('three', 0)), 'ok');
  await suspend(2);
  t.is(await send(0, item('four', 0)), 'FLAGS_OFF');
});

test('a batch of another size or with misshapen items is refused whole', async (t) => {
  const { world, epoch, senders, item } = await scene(t);
  const { author, publisher } = senders[0] as Sender;
  const batches = [
    testBatch([item('one', 0)], BATCH - 1, world.random),
    testBatch([{ ...item('one', 0), share: new Uint8Array(32).fill(255) }], BATCH, world.random),
    testBatch([{ ...item('one', 0), sealedPart: new Uint8Array(10) }], BATCH, world.random),
    new Uint8Array([255, 255, 255]),
  ];
  for (const batch of batches) {
    t.deepEqual(await publisher.publish(author.next('flag_batch', batch, { epoch })), ['FLAGS_BATCH']);
  }
  const flags: string[] = [];
  for await (const { key } of world.coordinator.core.store.list('flag')) flags.push(key);
  t.deepEqual(flags, []);
});

test('flags past the date of their object are erased, those of a standing indicator with it', async (t) => {
  const { world, send, item } = await scene(t);
  const { eraseExpired } = await import('../../../coordinator/upkeep/retention.ts');
  const { core } = world.coordinator;
  const count = async (space: 'flag' | 'flagHandle' | 'openedFlag' | 'indicator'): Promise<number> => {
    let found = 0;
    for await (const _ of core.store.list(space)) found += 1;
    return found;
  };
  await send(0, item('one', 0), item('two', 0));
  await send(1, item('one', 1));
  const all = 2 * BATCH;
  t.is(await eraseExpired({ ...core, clock: world.clock }), 0);
  t.is(await count('flag'), all);
  world.clock.advance(604_800_001);
  await eraseExpired({ ...core, clock: world.clock });
  t.deepEqual([await count('flag'), await count('flagHandle')], [2, 2], 'the two of the indicator');
  world.clock.advance(TEST_POLICY.flags.indicatorLifeMs);
  await eraseExpired({ ...core, clock: world.clock });
  t.deepEqual(
    [await count('flag'), await count('flagHandle'), await count('openedFlag'), await count('indicator')],
    [0, 0, 0, 0],
  );
  t.is(core.indicatorLog.tree.size, 1, 'its commitment stays');
  t.deepEqual(await core.store.verify(), []);
});
