import test, { type ExecutionContext } from 'ava';
import { LIMITS } from '../../../../config/settings/limits.ts';
import { toHex } from '../../../../crypto/bytes.ts';
import { verify } from '../../../../crypto/sign.ts';
import { DOMAINS, withDomain } from '../../../../crypto/domains.ts';
import { blind } from '../../../../crypto/oprf/voprf.ts';
import type { MatchAnswer, MatchQuestion } from '../../../../node/sharing/match/asker.ts';
import type { AnsweringEntity } from '../../../../node/sharing/match/label.ts';
import type { MatchEvaluation, MatchQuery } from '../../../../node/sharing/match/messages.ts';
import { readReceipt } from '../../../../node/sharing/match/receipt.ts';
import type { KeyAnnouncement } from '../../../../proto/domain/control.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import type { Policy } from '../../../../proto/domain/policy.ts';
import { TEST_POLICY } from '../../../fixtures/federation.ts';
import { FederationSim } from '../federation-sim.ts';
import { codeOf } from '../sim/samples.ts';
import { SIM_SYSTEM, type SimNode } from '../sim/sim-node.ts';

const DAY_MS = 86_400_000;

type Scene = {
  readonly sim: FederationSim;
  readonly asker: SimNode;
  readonly answerer: SimNode;
  /** The answerer's announcement of its match key. */
  readonly announcement: () => KeyAnnouncement;
  readonly ask: (value: string, change?: Partial<MatchQuestion>) => Promise<MatchAnswer>;
};

function entity(sim: FederationSim, value: string, change: Partial<AnsweringEntity> = {}): AnsweringEntity {
  const lastSeenMs = sim.businessTime.nowMs() - DAY_MS;
  return { tokenType: 'account', value, category: 'TRANSACTION', lastSeenMs, ...change };
}

async function scene(
  t: ExecutionContext,
  options: {
    readonly policy?: Partial<Policy>;
    readonly entities?: (sim: FederationSim) => readonly AnsweringEntity[];
  } = {},
): Promise<Scene> {
  const sim = await FederationSim.start(t.title, options);
  const [asker, answerer] = [sim.node(0), sim.node(1)];
  answerer.knowledge.answering.push(...(options.entities?.(sim) ?? [entity(sim, 'known-1')]));
  await sim.round();
  const announcement = (): KeyAnnouncement => {
    const found = asker.sharing.asker.answerers().find(({ peerId }) => peerId === answerer.peerId);
    if (found === undefined) throw new Error('the peer answers nobody');
    return found;
  };
  const question = { tokenType: 'account', purpose: 'aml', caseHandle: 'case-1', person: 'ann' } as const;
  const ask = (value: string, change: Partial<MatchQuestion> = {}): Promise<MatchAnswer> =>
    asker.sharing.asker.ask(announcement(), { ...question, value, ...change });
  return { sim, asker, answerer, announcement, ask };
}

async function receiptsOf(node: SimNode, side: 'asked' | 'answered'): Promise<readonly Record<string, string>[]> {
  const rows = await Array.fromAsync(node.ledger.list('receipt', { prefix: `${side}/` }, SIM_SYSTEM));
  return rows.map(({ value }) => JSON.parse(Buffer.from(value).toString()) as Record<string, string>);
}

function auditOf(node: SimNode, action: string): readonly string[] {
  return node.store.commits.flatMap(({ audit }) =>
    audit.filter((entry) => entry.action === action).map(({ actor }) => actor),
  );
}

test('a hit says what the label level grants, a miss says nothing, and spelling does not matter', async (t) => {
  const { ask } = await scene(t, {
    entities: (sim) => [entity(sim, 'known-1'), entity(sim, 'a@b.example', { tokenType: 'email', category: 'PEP' })],
  });
  const hit = await ask(' KNOWN-1');
  t.deepEqual(hit.label, { level: 1, category: 'TRANSACTION', recencyDays: 7, contact: 'agency-1' });
  t.true(hit.hit);
  t.is(hit.agencyId, 'agency-1');
  t.like(await ask('A@B.example', { tokenType: 'email' }), { hit: true });
  t.like(await ask('a@b.example'), { hit: false, label: null });
  t.like(await ask('known-2'), { hit: false, label: null });
});

test('at label level 0 a hit shows that it is one, and no more', async (t) => {
  const { ask } = await scene(t, { policy: { match: { ...TEST_POLICY.match, labelLevel: 0 } } });
  t.deepEqual((await ask('known-1')).label, { level: 0, category: null, recencyDays: null, contact: null });
});

test('F-14 (quota, receipt) both ends hold the receipt, signed by both, with counts and no names', async (t) => {
  const { answerer, ask, asker, sim } = await scene(t);
  await ask('known-1');
  await ask('known-2');
  await sim.settle();
  const [asked, answered] = [await receiptsOf(asker, 'asked'), await receiptsOf(answerer, 'answered')];
  t.is(asked.length, 2);
  const byBody = (one: Record<string, string>, other: Record<string, string>): number =>
    (one['body'] ?? '') < (other['body'] ?? '') ? -1 : 1;
  t.deepEqual([...asked].sort(byBody), [...answered].sort(byBody));
  for (const receipt of asked) {
    const body = Buffer.from(receipt['body'] ?? '', 'hex');
    const signed = withDomain(DOMAINS.matchReceipt, body);
    const holds = (node: SimNode, signature: string | undefined): boolean =>
      verify(node.keys.record.identityKey, signed, Buffer.from(signature ?? '', 'hex'));
    t.true(holds(asker, receipt['asker_signature']));
    t.true(holds(answerer, receipt['answerer_signature']));
    const none = new Uint8Array(0);
    const read = readReceipt({ body: new Uint8Array(body), answererSignature: none, askerSignature: none });
    t.like(read, { askerPeerId: asker.peerId, answererPeerId: answerer.peerId, purpose: 'aml', caseHandle: 'case-1' });
    t.deepEqual(read.counts, [{ tokenType: 'account', count: 1 }]);
    t.false(body.toString('latin1').toLowerCase().includes('known'));
  }
  t.deepEqual(auditOf(asker, 'match.asked'), ['ann', 'ann'], 'the asker’s chain names the person');
  t.deepEqual(new Set(auditOf(answerer, 'match.answered')), new Set([`node:${asker.peerId}`]));
});

test('F-14 (quota, receipt) an asking agency’s day, and a key over all askers, end at their quota, also after a restart', async (t) => {
  const match = { ...TEST_POLICY.match, elementsPerDay: 3, elementsPerKey: 5 };
  const { answerer, ask, asker, sim } = await scene(t, { policy: { match } });
  const second = await sim.addNode(0, 'node-2');
  await sim.activate(second);
  const guess = async (node: SimNode, tokenType: MatchQuestion['tokenType'] = 'account'): Promise<string> => {
    const found = node.sharing.asker.answerers().find(({ peerId }) => peerId === answerer.peerId);
    const question = { tokenType, value: 'x', purpose: 'aml', caseHandle: 'c', person: 'ann' } as const;
    return found === undefined ? 'silent' : codeOf(() => node.sharing.asker.ask(found, question));
  };
  t.deepEqual([await guess(asker), await guess(second), await guess(asker)], ['none', 'none', 'none']);
  t.is(await guess(asker), 'SHARING_QUOTA');
  t.is(await guess(second), 'SHARING_QUOTA', 'the agency’s nodes share its day');
  t.is(await guess(asker, 'email'), 'none', 'another type has its own');
  const other = sim.node(2);
  t.deepEqual([await guess(other), await guess(other)], ['none', 'none']);
  t.is(await guess(other), 'SHARING_QUOTA', 'the key has answered all that it answers');
  sim.clock.advance(DAY_MS);
  t.is(await guess(asker), 'SHARING_QUOTA', 'a new day does not help');

  await answerer.restart();
  await sim.round();
  t.is(await guess(asker), 'none', 'a new key, a new day');
  t.deepEqual([await guess(asker), await guess(asker)], ['none', 'none']);
  await answerer.restart();
  await sim.round();
  t.is(await guess(asker), 'SHARING_QUOTA', 'the day was counted in the ledger');
  t.true((await codeOf(() => ask('known-1', { purpose: '' }))) === 'SHARING_NOT_RELEASED');
});

test('a hit and a miss are the same bytes in number on the wire', async (t) => {
  const { answerer, ask, asker } = await scene(t);
  const sizes: string[] = [];
  const answer = answerer.sharing.answerer.answer.bind(answerer.sharing.answerer);
  answerer.sharing.answerer.answer = async (peerId, query) => {
    const evaluation = await answer(peerId, query);
    sizes.push(
      [...query.blinded, ...evaluation.evaluated, evaluation.proof, evaluation.receipt.body]
        .map(({ length }) => length)
        .join(' '),
    );
    return evaluation;
  };
  t.true((await ask('known-1')).hit);
  t.false((await ask('known-2')).hit);
  t.is(sizes.length, 2);
  t.is(sizes[0], sizes[1]);
  t.is(sizes[0]?.split(' ')[0], '32');
  t.true(asker.sharing.mode.active());
});

test('a filter, an evaluation or a receipt that was tampered with is refused, and nothing is signed', async (t) => {
  const { answerer, ask, asker, sim } = await scene(t);
  const real = answerer.sharing.answerer;
  const [filterChunk, answer] = [real.filterChunk.bind(real), real.answer.bind(real)];
  const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, place) => (place === 7 ? byte ^ 1 : byte));
  real.filterChunk = (peerId, epoch, offset) => {
    const chunk = filterChunk(peerId, epoch, offset);
    return { ...chunk, chunk: flip(chunk.chunk) };
  };
  t.is(await codeOf(() => ask('known-1')), 'SHARING_PROOF', 'another filter than was announced');
  real.filterChunk = (peerId, epoch, offset) => {
    const chunk = filterChunk(peerId, epoch, offset);
    return { ...chunk, chunk: chunk.chunk.subarray(0, 1) };
  };
  t.is(await codeOf(() => ask('known-1')), 'SHARING_PROOF', 'a byte at a time');
  real.filterChunk = filterChunk;

  const tampered = async (change: (evaluation: MatchEvaluation) => MatchEvaluation): Promise<string> => {
    real.answer = async (peerId, query) => change(await answer(peerId, query));
    return codeOf(() => ask('known-1'));
  };
  const otherElement = blind(sim.random(8), sim.random).blinded;
  t.is(await tampered((one) => ({ ...one, evaluated: [otherElement] })), 'CRYPTO_OPRF_PROOF');
  t.is(await tampered((one) => ({ ...one, proof: flip(one.proof) })), 'CRYPTO_OPRF_PROOF');
  const withReceipt =
    (change: Partial<MatchEvaluation['receipt']>) =>
    (one: MatchEvaluation): MatchEvaluation => ({
      ...one,
      receipt: { ...one.receipt, ...change },
    });
  t.is(await tampered(withReceipt({ answererSignature: sim.random(64) })), 'SHARING_PROOF');
  let earlier: MatchEvaluation | undefined;
  t.is(
    await tampered((one) => {
      earlier = one;
      return one;
    }),
    'none',
  );
  t.is(
    await tampered((one) => ({ ...one, receipt: earlier?.receipt ?? one.receipt })),
    'SHARING_PROOF',
    'of another question',
  );
  t.is((await receiptsOf(asker, 'asked')).length, 1);
});

test('a receipt that does not reach the answerer is handed over later', async (t) => {
  const { answerer, ask, sim } = await scene(t);
  const real = answerer.sharing.answerer;
  const countersigned = real.countersigned.bind(real);
  real.countersigned = () => Promise.reject(new Error('the connection ends'));
  t.true((await ask('known-1')).hit);
  await sim.settle();
  t.deepEqual(
    (await receiptsOf(answerer, 'answered')).map((receipt) => receipt['asker_signature']),
    [''],
  );
  real.countersigned = countersigned;
  await sim.round();
  t.is((await receiptsOf(answerer, 'answered'))[0]?.['asker_signature']?.length, 128);
  const entries = auditOf(answerer, 'match.answered').length;
  await sim.round();
  t.is(auditOf(answerer, 'match.answered').length, entries);
});

test('a receipt completes once, and only one that this node has signed', async (t) => {
  const { answerer, ask, asker } = await scene(t);
  await ask('known-1');
  const [stored] = await receiptsOf(asker, 'asked');
  const bytes = (field: string): Uint8Array => new Uint8Array(Buffer.from(stored?.[field] ?? '', 'hex'));
  const receipt = {
    body: bytes('body'),
    answererSignature: bytes('answerer_signature'),
    askerSignature: bytes('asker_signature'),
  };
  const before = auditOf(answerer, 'match.answered').length;
  await answerer.sharing.answerer.countersigned(asker.peerId, receipt);
  t.is(auditOf(answerer, 'match.answered').length, before, 'again is nothing new');
  const forged = { ...receipt, answererSignature: receipt.askerSignature };
  t.is(await codeOf(() => answerer.sharing.answerer.countersigned(asker.peerId, forged)), 'SHARING_SIGNATURE');
  t.is(await codeOf(() => asker.sharing.answerer.countersigned(asker.peerId, receipt)), 'SHARING_UNKNOWN');
});

test('the answerer refuses whom and what policy does not allow', async (t) => {
  const agencies: Policy['gateways'][number]['agencies'] = [asId('agency-0'), asId('agency-1')];
  const gateways = [
    { gateway: 'two', kinds: ['match'], agencies, releaseByRule: true },
    { gateway: 'other', kinds: ['summary'], agencies: [], releaseByRule: true },
  ] satisfies Policy['gateways'];
  const { answerer, ask, asker, sim } = await scene(t, { policy: { gateways } });
  t.true((await ask('known-1')).hit);
  const epoch = sim.epoch();
  const query = (change: Partial<MatchQuery>): MatchQuery => ({
    epoch,
    tokenType: 'account',
    blinded: [blind(sim.random(8), sim.random).blinded],
    gateway: 'two',
    purpose: 'aml',
    caseHandle: 'c',
    ...change,
  });
  const answerTo = (node: SimNode, change: Partial<MatchQuery>): Promise<string> =>
    codeOf(() => answerer.sharing.answerer.answer(node.peerId, query(change)));
  t.is(await answerTo(asker, {}), 'none');
  t.is(await answerTo(sim.node(2), {}), 'SHARING_GATEWAY');
  t.is(await codeOf(() => answerer.sharing.answerer.filterChunk(sim.node(2).peerId, epoch, 0)), 'SHARING_GATEWAY');
  t.is(await answerTo(asker, { gateway: 'other' }), 'SHARING_GATEWAY');
  t.is(await answerTo(asker, { purpose: '' }), 'SHARING_NOT_RELEASED');
  t.is(await answerTo(asker, { caseHandle: '' }), 'SHARING_NOT_RELEASED');
  t.is(await answerTo(asker, { tokenType: 'shoe_size' }), 'SHARING_UNKNOWN');
  t.is(await answerTo(asker, { epoch: epoch + 1 }), 'SHARING_EPOCH');
  const many = Array.from(
    { length: LIMITS.matchElementsPerRequest + 1 },
    () => query({}).blinded[0] ?? new Uint8Array(0),
  );
  t.is(await answerTo(asker, { blinded: many }), 'SHARING_QUOTA');
  t.is(await codeOf(() => ask('   ')), 'MATCH_TOKEN');
});

test('entities that share a token share an entry; those without a spelling are left out; labels always fit', async (t) => {
  const awkward = 'Ünïcödé "quoted" \\ category '.repeat(9);
  const { answerer, ask } = await scene(t, {
    entities: (sim) => [
      entity(sim, 'known-1', { category: 'PEP', lastSeenMs: sim.businessTime.nowMs() - 400 * DAY_MS }),
      entity(sim, ' KNOWN-1 ', { category: 'TRANSACTION', lastSeenMs: sim.businessTime.nowMs() - 20 * DAY_MS }),
      entity(sim, '   '),
      entity(sim, 'x'.repeat(600)),
      entity(sim, 'known-2', { category: awkward }),
      ...['SANCTIONS', 'PEP', 'ADVERSE_MEDIA', 'TRANSACTION', 'KYC_ONGOING'].map((category) =>
        entity(sim, 'known-3', { category }),
      ),
    ],
  });
  t.deepEqual((await ask('known-1')).label, {
    level: 1,
    category: 'PEP+TRANSACTION',
    recencyDays: 30,
    contact: 'agency-1',
  });
  t.is((await ask('known-2')).label?.category?.length, 40);
  t.is((await ask('known-3')).label?.category, 'ADVERSE_MEDIA+KYC_ONGOING+PEP+SANCTIONS');
  const warned = answerer.log.lines.find(({ message }) => message.includes('left out of the filter'));
  t.is(warned?.facts['left'], 2);
});

test('a long answering set leaves others their turn', async (t) => {
  const sim = await FederationSim.start(t.title);
  const answerer = sim.node(1);
  answerer.knowledge.answering.push(...Array.from({ length: 1_000 }, (_, place) => entity(sim, `known-${place}`)));
  await answerer.sharing.tick();
  await sim.settle();
  let turns = 0;
  const ticking = setInterval(() => (turns += 1), 0);
  await sim.round();
  clearInterval(ticking);
  t.true(turns >= 10);
  const { detail } =
    sim
      .node(0)
      .sharing.asker.answerers()
      .find(({ peerId }) => peerId === answerer.peerId) ?? {};
  t.is(detail?.length, 32);
});

test('a set is made once an epoch, though its announcement has to wait for the coordinator', async (t) => {
  const sim = await FederationSim.start(t.title);
  const answerer = sim.node(1);
  let made = 0;
  answerer.knowledge.answering = new Proxy([entity(sim, 'known-1')], {
    get(target, property, receiver): unknown {
      if (property === 'length') made += 1;
      return Reflect.get(target, property, receiver);
    },
  });
  await sim.node(0).sharing.tick();
  sim.coordinator.setAway(true);
  await sim.settle();
  for (let round = 0; round < 5; round += 1) await sim.round(1);
  const before = made;
  t.true(before > 0);
  await sim.round(5);
  t.is(made, before);
  sim.coordinator.setAway(false);
  await sim.round();
  t.not(sim.node(0).sharing.membership.keyAnnouncement('match', sim.epoch(), { peerId: answerer.peerId }), undefined);
  t.is(made, before);
});

test('after a restart the key is another one, under the next generation, and the old filter is not used', async (t) => {
  const { announcement, answerer, ask, sim } = await scene(t);
  t.true((await ask('known-1')).hit);
  const before = announcement();
  await answerer.restart();
  await sim.round();
  const after = announcement();
  t.is(after.generation, before.generation + 1);
  t.not(toHex(after.keyId), toHex(before.keyId));
  t.true((await ask('known-1')).hit);
});
