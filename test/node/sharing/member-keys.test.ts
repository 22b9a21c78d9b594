import test from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { concat, equalBytes, toHex } from '../../../crypto/bytes.ts';
import { memberKeyId } from '../../../crypto/member-key.ts';
import { seal, type SealContext } from '../../../crypto/seal.ts';
import { PROCESS_ONLY } from '../../../node/sharing/markings.ts';
import type { SignedStatement } from '../../../proto/domain/control.ts';
import { FederationSim } from './federation-sim.ts';
import { codeOf } from './sim/samples.ts';
import type { SimNode } from './sim/sim-node.ts';

const FIRST = { epoch: 1, generation: 1 } as const;

function keyOf(
  node: SimNode,
  name: { readonly epoch: number; readonly generation: number } = FIRST,
): string | undefined {
  const key = node.sharing.keys.forWriting(name);
  return key === undefined ? undefined : toHex(key);
}

function suspension(sim: FederationSim, target: SimNode): SignedStatement {
  const { federation } = sim;
  const value = {
    suspensionId: sim.random(16),
    target: { kind: 'node', peerId: target.peerId },
    reason: 'test',
    issuedAtMs: sim.clock.nowMs(),
    heads: [],
  } as const;
  return federation.sign({ kind: 'suspension', value }, federation.officer(0), federation.officer(1));
}

/** Makes a key at a node and announces it, as its own rounds would. */
async function makeKey(
  sim: FederationSim,
  node: SimNode,
  name: { readonly epoch: number; readonly generation: number } = FIRST,
): Promise<Uint8Array> {
  const { keyId } = await node.sharing.keys.make(name);
  const detail = new Uint8Array(0);
  const value = { purpose: 'member', ...name, peerId: node.peerId, keyId, detail, issuedAtMs: 1 } as const;
  await node.sharing.statements.submit(sim.federation.sign({ kind: 'key_announcement', value }, node.keys.signer));
  return keyId;
}

test('the first of the roster makes the key, every member gets it sealed to itself, and it outlives a restart', async (t) => {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  const key = keyOf(sim.node(0));
  t.truthy(key);
  for (const node of sim.nodes) {
    t.is(keyOf(node), key);
    await node.restart();
    t.is(keyOf(node), key);
    const stored = [...node.store.records.values()].map(({ value }) => toHex(value));
    t.false(
      stored.some((value) => value.includes(key ?? '-')),
      'and stands nowhere in the ledger as it is',
    );
  }
  const announcement = sim.node(0).sharing.membership.keyAnnouncement('member', 1);
  t.is(announcement?.peerId, sim.node(0).peerId);
});

test('F-31 (sharing) a node that is not in the log, a suspended one and a joiner get no key; nor does the coordinator', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [giver, suspended] = [sim.node(0), sim.node(2)];
  await sim.round();
  const stranger = sim.federation.createNode(1, 'node-9');
  t.is(await codeOf(() => giver.inbound.grant(stranger.peerId, FIRST)), 'SHARING_KEY', 'not in the log');
  const joiner = await sim.addNode(1, 'node-2');
  t.is(await codeOf(() => giver.inbound.grant(joiner.peerId, FIRST)), 'SHARING_KEY', 'joined after the epoch began');
  t.is(await codeOf(() => giver.inbound.grant(suspended.peerId, FIRST)), 'none');
  await giver.sharing.statements.submit(suspension(sim, suspended));
  t.is(await codeOf(() => giver.inbound.grant(suspended.peerId, FIRST)), 'SHARING_KEY', 'suspended');
  const key = keyOf(giver) ?? '-';
  const seen = [
    ...sim.coordinator.entries,
    ...sim.coordinator.received.flatMap(({ envelope }) => [envelope.header, envelope.payload]),
  ];
  t.false(
    seen.some((bytes) => toHex(bytes).includes(key)),
    'the coordinator',
  );
});

test('a joiner reads earlier epochs where policy says so', async (t) => {
  const sim = await FederationSim.start(t.title, { policy: { joinersReadBack: true } });
  await sim.round();
  const joiner = await sim.addNode(1, 'node-2');
  await sim.round();
  t.is(keyOf(joiner), keyOf(sim.node(0)));
});

test('a joiner gets the keys of the epochs that begin after it has joined', async (t) => {
  const sim = await FederationSim.start(t.title);
  await sim.round();
  const joiner = await sim.addNode(1, 'node-2');
  await sim.activate(joiner);
  await sim.round();
  t.is(keyOf(joiner), undefined);
  await sim.closeWindows();
  const second = { epoch: 2, generation: 1 };
  t.truthy(keyOf(joiner, second));
  t.is(keyOf(joiner, second), keyOf(sim.node(0), second));
});

test('a grant is for one member, one name and announced keys: anything else is refused', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [giver, member, other] = [sim.node(0), sim.node(1), sim.node(2)];
  sim.mesh.setOffline(member.peerId, true);
  await sim.round();
  const grant = giver.inbound.grant(member.peerId, FIRST);
  const forOther = giver.inbound.grant(other.peerId, FIRST);
  t.is(await codeOf(() => member.sharing.keys.accept(forOther)), 'CRYPTO_OPEN');
  t.is(await codeOf(() => member.sharing.keys.accept({ ...grant, generation: 2 })), 'CRYPTO_CONTEXT');
  t.is(await codeOf(() => member.sharing.keys.accept({ ...grant, senderPeerId: other.peerId })), 'CRYPTO_OPEN');
  const unannounced = { epoch: 7, generation: 1 };
  await giver.sharing.keys.make(unannounced);
  t.is(await codeOf(() => giver.inbound.grant(member.peerId, unannounced)), 'SHARING_KEY');
  await member.sharing.keys.accept(grant);
  t.is(keyOf(member), keyOf(giver));
});

test('a member cannot pass off a key that nobody announced, alone or beside one that was', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [liar, member] = [sim.node(0), sim.node(1)];
  sim.mesh.setOffline(member.peerId, true);
  await sim.round();
  const context: SealContext = {
    federationId: sim.federation.federationId,
    kind: 'member-key',
    sender: liar.peerId,
    recipient: member.peerId,
    marking: PROCESS_ONLY,
    sequence: 65_537n,
  };
  const announced = liar.sharing.keys.forWriting(FIRST) ?? new Uint8Array(0);
  const accept = (plaintext: Uint8Array): Promise<string> => {
    const senderSecretKey = liar.keys.sealing.secretKey;
    const recipientPublicKey = member.keys.record.sealingKey;
    const sealedKey = seal({ plaintext, context, senderSecretKey, recipientPublicKey, random: sim.random });
    return codeOf(() => member.sharing.keys.accept({ ...FIRST, senderPeerId: liar.peerId, sealedKey }));
  };
  const other = sim.random(32);
  for (const keys of [other, concat(announced, other), announced.subarray(1), new Uint8Array(0)])
    t.is(await accept(keys), 'SHARING_KEY');
  t.is(await accept(new Uint8Array(Buffer.concat(Array.from({ length: 17 }, () => announced)))), 'SHARING_KEY');
  t.deepEqual(member.sharing.keys.forReading(FIRST), []);
  t.is(await accept(announced), 'none');
});

test('F-31 (sharing, rotation) after a suspension the others have a new key without the coordinator, and the one cut off has not', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [first, second, cut] = [sim.node(0), sim.node(1), sim.node(2)];
  await sim.round();
  const before = keyOf(first);
  sim.coordinator.setAway(true);
  await second.sharing.statements.submit(suspension(sim, cut));
  await sim.round();
  const next = { epoch: 1, generation: 2 };
  t.deepEqual(first.sharing.keys.current(), next);
  t.truthy(keyOf(first, next));
  t.not(keyOf(first, next), before);
  t.is(keyOf(second, next), keyOf(first, next));
  t.is(keyOf(cut, next), undefined);
  t.is(await codeOf(() => first.inbound.grant(cut.peerId, next)), 'SHARING_KEY');
  await sim.round(6);
  t.deepEqual(first.sharing.keys.current(), next, 'one suspension, one rotation');
  await first.restart();
  await sim.round();
  t.deepEqual(first.sharing.keys.current(), next, 'also after a restart');
});

test('of two keys for one generation the one with the lower id is for new objects, and every member can read both', async (t) => {
  const sim = await FederationSim.start(t.title);
  sim.mesh.hold();
  const ids = [await makeKey(sim, sim.node(0)), await makeKey(sim, sim.node(1))];
  sim.mesh.release();
  await sim.settle();
  await sim.round();
  const [lower] = ids.map(toHex).sort();
  for (const node of sim.nodes) {
    const writing = node.sharing.keys.forWriting(FIRST);
    t.is(toHex(memberKeyId(writing ?? new Uint8Array(32))), lower ?? '');
    const held = node.sharing.keys.forReading(FIRST).map((key) => memberKeyId(key));
    t.true(ids.every((id) => held.some((other) => equalBytes(id, other))));
  }
});

test('if the key has not come in time, the next of the roster makes it, and only that one', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [, second, third] = [sim.node(0), sim.node(1), sim.node(2)];
  const epochOf = async (): Promise<number> => {
    for (const node of [second, third]) await node.sharing.tick();
    await sim.settle();
    return second.sharing.membership.currentEpoch();
  };
  t.is(await epochOf(), 0, 'the first is online, and given its time');
  sim.clock.advance(LIMITS.memberKeyWaitMs - 1);
  t.is(await epochOf(), 0);
  sim.clock.advance(1);
  t.is(await epochOf(), 1);
  t.is(second.sharing.membership.keyAnnouncement('member', 1)?.peerId, second.peerId);
  t.is(second.sharing.membership.keyAnnouncements('member', 1).length, 1);
});

test('one that is not online is not waited for', async (t) => {
  const sim = await FederationSim.start(t.title);
  sim.mesh.setOffline(sim.node(0).peerId, true);
  await sim.node(1).sharing.tick();
  await sim.settle();
  t.is(sim.node(1).sharing.membership.keyAnnouncement('member', 1)?.peerId, sim.node(1).peerId);
});

test('a key whose maker is gone before it gave it to anybody is followed by another', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [maker, second, third] = [sim.node(0), sim.node(1), sim.node(2)];
  await maker.sharing.tick();
  sim.mesh.setOffline(maker.peerId, true);
  await sim.settle();
  for (const node of [second, third]) await node.sharing.tick();
  t.is(second.sharing.membership.currentEpoch(), 1);
  t.is(keyOf(second), undefined);
  sim.clock.advance(LIMITS.memberKeyWaitMs);
  for (let round = 0; round < 3; round += 1) {
    for (const node of [second, third]) await node.sharing.tick();
    await sim.settle();
  }
  t.deepEqual(second.sharing.keys.current(), { epoch: 1, generation: 2 });
  t.truthy(keyOf(second, { epoch: 1, generation: 2 }));
  t.is(keyOf(third, { epoch: 1, generation: 2 }), keyOf(second, { epoch: 1, generation: 2 }));
});

test('an older key that nobody has is asked for now and then, not at every round', async (t) => {
  const sim = await FederationSim.start(t.title);
  const [maker, second] = [sim.node(0), sim.node(1)];
  await makeKey(sim, maker);
  await sim.settle();
  sim.mesh.setOffline(maker.peerId, true);
  await makeKey(sim, second, { epoch: 2, generation: 1 });
  const grants = (): number =>
    sim.mesh.calls.filter(({ from, method }) => method === 'grant' && from === second.peerId).length;
  await second.sharing.tick();
  const before = grants();
  for (let round = 0; round < 10; round += 1) await second.sharing.tick();
  t.is(grants(), before);
  sim.clock.advance(LIMITS.memberKeyWaitMs);
  await second.sharing.tick();
  t.true(grants() > before);
});
