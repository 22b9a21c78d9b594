import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../config/settings/limits.ts';
import { equalBytes } from '../../../crypto/bytes.ts';
import { headerHash, verifyHeader } from '../../../crypto/envelope.ts';
import { decodeEnvelope, decodeHeader, encodeEnvelope } from '../../../proto/codec/envelope.ts';
import type { SuspensionTarget, AudienceHead } from '../../../proto/domain/control.ts';
import type { EnvelopeHeader, SignedEnvelope } from '../../../proto/domain/envelope.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { GatewayRule, Policy } from '../../../proto/domain/policy.ts';
import { FEDERATION, TestAuthor } from '../../fixtures/envelopes.ts';
import { createTestFederation, TEST_POLICY } from '../../fixtures/federation.ts';
import { FederationSim } from './federation-sim.ts';
import { authorOf, codeOf, judgementOf, SUMMARY_BYTES } from './sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from './sim/sim-node.ts';

type Scene = {
  readonly sim: FederationSim;
  readonly receiver: SimNode;
  readonly sender: SimNode;
  readonly author: TestAuthor;
  readonly receive: (envelope: SignedEnvelope) => Promise<unknown>;
};

async function scene(t: ExecutionContext, policy: Partial<Policy> = {}): Promise<Scene> {
  const sim = await FederationSim.start(t.title, { policy });
  const [receiver, sender] = [sim.node(0), sim.node(1)];
  return {
    sim,
    receiver,
    sender,
    author: authorOf(sim, sender),
    receive: (envelope) => receiver.sharing.receiver.receive(encodeEnvelope(envelope)),
  };
}

function chainOf(sender: SimNode): Parameters<SimNode['sharing']['store']['head']>[0] {
  return { authorPeerId: sender.peerId, incarnation: 0, audience: FEDERATION };
}

async function sequenceOf({ receiver, sender }: Scene): Promise<number> {
  return (await receiver.sharing.store.head(chainOf(sender))).sequence;
}

async function suspend(
  { sim, receiver, sender }: Scene,
  heads: readonly AudienceHead[],
  target: SuspensionTarget = { kind: 'node', peerId: sender.peerId },
): Promise<void> {
  const { federation } = sim;
  const body = {
    kind: 'suspension',
    value: {
      suspensionId: sim.random(16),
      target,
      reason: 'test',
      issuedAtMs: sim.clock.nowMs(),
      heads: [{ peerId: sender.peerId, heads }],
    },
  } as const;
  await receiver.sharing.controlLog.addPending(federation.sign(body, federation.officer(0), federation.officer(2)));
}

function headOf(envelope: SignedEnvelope): AudienceHead {
  const { audience, incarnation, sequence } = decodeHeader(envelope.header);
  return { audience, incarnation, sequence, headerHash: headerHash(envelope.header) };
}

test('an object in its place is durable, moves its chain on and reaches the handler of its kind', async (t) => {
  const at = await scene(t);
  await at.receive(at.author.next('summary', SUMMARY_BYTES));
  await at.receive(at.author.next('summary', SUMMARY_BYTES));
  t.is(await sequenceOf(at), 2);
  const kept = await Array.fromAsync(at.receiver.sharing.summariesReceived.list(SIM_SYSTEM));
  t.deepEqual(
    kept.map(({ agencyId, cells }) => [agencyId, cells[0]?.count]),
    [
      ['agency-1', 17],
      ['agency-1', 17],
    ],
  );
});

test('each rule refuses with its code and its verdict, and nothing is kept', async (t) => {
  const at = await scene(t);
  const { author, receive, sim } = at;
  const trial = (change: Partial<EnvelopeHeader>, kind: EnvelopeHeader['kind'] = 'summary'): SignedEnvelope =>
    author.next(kind, SUMMARY_BYTES, { ...change, isTrial: true });
  const good = trial({});
  const stranger = authorOf(sim, { keys: sim.federation.createNode(1, 'node-9') });
  const nowMs = sim.clock.nowMs();
  const refused: Readonly<Record<string, readonly [SignedEnvelope, string]>> = {
    'an author outside the log': [stranger.next('summary', SUMMARY_BYTES), 'SHARING_AUTHOR/ignore'],
    'another key': [
      { ...good, signature: stranger.next('summary', SUMMARY_BYTES).signature },
      'SHARING_SIGNATURE/reject',
    ],
    'one bit of the header': [{ ...good, header: flip(good.header) }, 'SHARING_SIGNATURE/reject'],
    'another outer author': [{ ...good, authorPeerId: sim.node(2).peerId }, 'SHARING_SIGNATURE/reject'],
    'an inner author who is not the outer': [trial({ authorPeerId: sim.node(2).peerId }), 'SHARING_HEADER/reject'],
    'another federation': [trial({ federationId: new Uint8Array(32) }), 'SHARING_HEADER/reject'],
    'an end before its beginning': [trial({ issuedAtMs: nowMs, expiresAtMs: nowMs - 1 }), 'SHARING_HEADER/reject'],
    'another payload': [{ ...good, payload: flip(good.payload) }, 'SHARING_HEADER/reject'],
    'another salt': [{ ...good, salt: new Uint8Array(32) }, 'SHARING_HEADER/reject'],
    'a payload cut out': [{ ...good, payload: new Uint8Array(0) }, 'SHARING_HEADER/reject'],
    'a kind in the wrong audience': [
      trial({ audience: { scope: 'pair', id: at.receiver.peerId } }),
      'SHARING_AUDIENCE/reject',
    ],
    'a pair of others': [
      trial({ audience: { scope: 'pair', id: sim.node(2).peerId } }, 'hint_batch'),
      'SHARING_AUDIENCE/reject',
    ],
    'what is for the coordinator': [trial({}, 'flag_batch'), 'SHARING_AUDIENCE/reject'],
    'a date beyond what clocks may differ': [
      trial({ issuedAtMs: nowMs + LIMITS.clockSkewMs + 1, expiresAtMs: nowMs + 2 * LIMITS.clockSkewMs }),
      'SHARING_EXPIRED/ignore',
    ],
    'an incarnation that no officer announced': [trial({ incarnation: 1 }), 'SHARING_INCARNATION/ignore'],
    'a version that is not known': [trial({ version: 2 }), 'WIRE_VERSION/reject'],
    'a place further on': [trial({ sequence: 2 }), 'SHARING_GAP/accept'],
    'another header before it': [trial({ previousHeaderHash: new Uint8Array(32).fill(1) }), 'SHARING_CHAIN/ignore'],
  };
  for (const [what, [envelope, expected]] of Object.entries(refused))
    t.is(await judgementOf(() => receive(envelope)), expected, what);
  t.is(await sequenceOf(at), 0);
  t.is(await judgementOf(() => receive(good)), 'none', 'the unchanged one passes');
  t.is(await judgementOf(() => receive(good)), 'SHARING_DUPLICATE/ignore');
});

test('bytes that are no envelope, or too many, are refused before anything is looked up', async (t) => {
  const { receiver } = await scene(t);
  const tooLong = new Uint8Array(LIMITS.envelopeHeaderBytes + LIMITS.envelopePayloadBytes + 513);
  t.is(await codeOf(() => receiver.sharing.receiver.receive(tooLong)), 'WIRE_SIZE');
  t.is(await codeOf(() => receiver.sharing.receiver.receive(new Uint8Array([0xff, 0xff]))), 'WIRE_MALFORMED');
});

test('F-06 (sharing) a replay is refused: again, after a restart, in another federation, in another audience', async (t) => {
  const at = await scene(t);
  const { author, receiver, sim } = at;
  const object = author.next('summary', SUMMARY_BYTES);
  await at.receive(object);
  t.is(await codeOf(() => at.receive(object)), 'SHARING_DUPLICATE');
  await receiver.restart();
  await sim.settle();
  t.is(await codeOf(() => at.receive(object)), 'SHARING_DUPLICATE', 'after a restart');
  t.is(await sequenceOf(at), 1);

  const elsewhere = createTestFederation(t.title, { createdAtMs: 7 });
  const foreign = new TestAuthor(at.sender.keys, { ...elsewhere, random: sim.random, nowMs: () => sim.clock.nowMs() });
  t.is(
    await codeOf(() => at.receive(foreign.next('summary', SUMMARY_BYTES))),
    'SHARING_HEADER',
    'of another federation',
  );

  const pair = author.next('withdrawal_answer', SUMMARY_BYTES, { audience: { scope: 'pair', id: sim.node(2).peerId } });
  t.is(await codeOf(() => at.receive(pair)), 'SHARING_AUDIENCE', 'from one pair to another');
});

test('two headers for one place are both kept, once, and convict their author offline', async (t) => {
  const at = await scene(t);
  const { author, receiver, sender } = at;
  const one = author.next('summary', SUMMARY_BYTES, { isTrial: true });
  const other = author.next('summary', SUMMARY_BYTES, { isTrial: true, purpose: 'other' });
  await at.receive(one);
  t.is(await judgementOf(() => at.receive(other)), 'SHARING_EQUIVOCATION/accept', 'passed on, as all need the proof');
  t.is(await judgementOf(() => at.receive(other)), 'SHARING_EQUIVOCATION/ignore', 'and not for ever');
  const rows = await Array.fromAsync(receiver.ledger.list('envelope', { prefix: 'equivocation/' }, SIM_SYSTEM));
  const proof = rows.map(({ value }) => decodeEnvelope(value, LIMITS));
  t.is(proof.length, 2);
  const [first, second] = proof.map(({ header }) => decodeHeader(header));
  const id = (header: EnvelopeHeader | undefined): unknown => [
    header?.authorPeerId,
    header?.incarnation,
    header?.audience,
    header?.sequence,
  ];
  t.deepEqual(id(first), id(second));
  t.false(equalBytes(proof[0]?.header ?? new Uint8Array(0), proof[1]?.header ?? new Uint8Array(0)));
  const key = sender.keys.record.identityKey;
  t.true(proof.every(({ header, signature }) => verifyHeader(key, header, signature)));
  t.is(await sequenceOf(at), 1, 'the first one stands');
});

test('an object that has expired on its way keeps its place and has no effect', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  const nowMs = sim.clock.nowMs();
  await at.receive(author.next('summary', SUMMARY_BYTES, { issuedAtMs: nowMs - 10, expiresAtMs: nowMs - 1 }));
  await at.receive(author.next('summary', SUMMARY_BYTES));
  t.is(await sequenceOf(at), 2);
  t.is((await Array.fromAsync(at.receiver.sharing.summariesReceived.list(SIM_SYSTEM))).length, 1);
});

test('an object under a gateway that does not cover this agency keeps its place without its payload', async (t) => {
  const agencies: GatewayRule['agencies'] = [asId('agency-1'), asId('agency-2')];
  const rule: GatewayRule = { gateway: 'some', kinds: ['summary'], agencies, releaseByRule: true };
  const at = await scene(t, { gateways: [rule, ...TEST_POLICY.gateways] });
  const { author, receiver, sender } = at;
  t.is(
    await judgementOf(() => at.receive(author.next('summary', SUMMARY_BYTES, { gateway: 'some' }))),
    'SHARING_GATEWAY/ignore',
  );
  t.is(
    await codeOf(() => at.receive(author.next('summary', SUMMARY_BYTES, { gateway: 'unheard' }))),
    'SHARING_GATEWAY',
  );
  await at.receive(author.next('summary', SUMMARY_BYTES));
  t.is(await sequenceOf(at), 3, 'the later one came in');
  t.is((await receiver.sharing.store.get(chainOf(sender), 1))?.payload.length, 0);
  t.is((await Array.fromAsync(receiver.sharing.summariesReceived.list(SIM_SYSTEM))).length, 1);
});

test('a payload that its handler cannot read keeps its place, so that its author’s later objects come in', async (t) => {
  const at = await scene(t);
  const { author, receiver, sender } = at;
  t.is(await codeOf(() => at.receive(author.next('summary', new Uint8Array([0xff, 1, 2])))), 'WIRE_MALFORMED');
  const newer = new Uint8Array(SUMMARY_BYTES);
  newer[1] = 2;
  t.is(await codeOf(() => at.receive(author.next('summary', newer))), 'WIRE_VERSION');
  await at.receive(author.next('summary', SUMMARY_BYTES));
  t.is(await sequenceOf(at), 3);
  t.is((await receiver.sharing.store.get(chainOf(sender), 1))?.payload.length, 0);
  t.deepEqual((await receiver.sharing.store.get(chainOf(sender), 2))?.payload, newer, 'a newer version is kept');
  t.is((await Array.fromAsync(receiver.sharing.summariesReceived.list(SIM_SYSTEM))).length, 1);
});

test('of a suspended author counts what the suspension names, whatever it is dated; nothing beyond', async (t) => {
  const at = await scene(t);
  const { author, sim } = at;
  const [first, second, third] = [1, 2, 3].map(() => author.next('summary', SUMMARY_BYTES)) as [
    SignedEnvelope,
    SignedEnvelope,
    SignedEnvelope,
  ];
  await at.receive(first);
  await suspend(at, [headOf(second)]);
  await at.receive(second);
  t.is(await judgementOf(() => at.receive(third)), 'SHARING_SUSPENDED/ignore');
  const backDated = author.next('summary', SUMMARY_BYTES, {
    sequence: 3,
    previousHeaderHash: headerHash(second.header),
    issuedAtMs: sim.clock.nowMs() - 3_600_000,
  });
  t.is(await codeOf(() => at.receive(backDated)), 'SHARING_SUSPENDED');
  t.is(await sequenceOf(at), 2);
});

test('in an audience that a suspension does not name, what is held counts and nothing after', async (t) => {
  const at = await scene(t);
  const { author } = at;
  await at.receive(author.next('summary', SUMMARY_BYTES));
  await suspend(at, [], { kind: 'agency', agencyId: asId('agency-1') });
  t.is(await codeOf(() => at.receive(author.next('summary', SUMMARY_BYTES))), 'SHARING_SUSPENDED');
  t.is(await sequenceOf(at), 1);
});

test('the first header of an announced incarnation follows the head that its officer listed', async (t) => {
  const at = await scene(t);
  const { author, receiver, sender, sim } = at;
  const { federation } = sim;
  const before = author.next('summary', SUMMARY_BYTES);
  await at.receive(before);
  const value = { peerId: sender.peerId, incarnation: 1, heads: [headOf(before)] };
  const announcement = federation.sign({ kind: 'incarnation', value }, federation.officer(1));
  const next = { incarnation: 1, sequence: 1, previousHeaderHash: headerHash(before.header) };
  const object = author.next('summary', SUMMARY_BYTES, next);
  t.is(await codeOf(() => at.receive(object)), 'SHARING_INCARNATION', 'before it is announced');
  await receiver.sharing.controlLog.addPending(announcement);
  const loose = author.next('summary', SUMMARY_BYTES, { ...next, previousHeaderHash: new Uint8Array(32) });
  t.is(await codeOf(() => at.receive(loose)), 'SHARING_CHAIN');
  await at.receive(object);
  const old = author.next('summary', SUMMARY_BYTES, { sequence: 2, previousHeaderHash: headerHash(before.header) });
  t.is(await codeOf(() => at.receive(old)), 'SHARING_SUSPENDED', 'the old incarnation has ended');
});

function flip(bytes: Uint8Array): Uint8Array {
  const flipped = new Uint8Array(bytes);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  return flipped;
}
