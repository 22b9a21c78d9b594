import test, { type ExecutionContext } from 'ava';
import { TriageAsker } from '../../../node/federation/triage-asker.ts';
import { CUSTOMERS } from '../../../node/records/collections.ts';
import type { MatchOutcome, NotAsked } from '../../../node/triage/ports.ts';
import { asId } from '../../../proto/domain/ids.ts';
import type { Policy } from '../../../proto/domain/policy.ts';
import type { Customer } from '../../../proto/domain/records.ts';
import { TEST_POLICY } from '../../fixtures/federation.ts';
import { FederationSim, type SimOptions } from '../sharing/federation-sim.ts';
import { SIM_SYSTEM, type SimNode } from '../sharing/sim/sim-node.ts';

const PER_DAY = 2;
const KNOWN = 'ADA EXAMPLE|1980-02-03';

type Scene = {
  readonly sim: FederationSim;
  readonly node: SimNode;
  readonly asker: TriageAsker;
  /** Handles of questions about the customer, as the peers' audit chains have them. */
  readonly ask: (customerId?: string, signal?: AbortSignal) => Promise<MatchOutcome | NotAsked>;
  readonly set: (change: { readonly clockHolds: boolean }) => void;
};

async function scene(t: ExecutionContext, options: SimOptions = {}): Promise<Scene> {
  const match = { ...TEST_POLICY.match, elementsByRulePerDay: PER_DAY };
  const sim = await FederationSim.start(t.title, { policy: { match }, ...options });
  const node = sim.node(0);
  const lastSeenMs = sim.businessTime.nowMs();
  sim.node(1).knowledge.answering.push({ tokenType: 'name_dob', value: KNOWN, category: 'SANCTIONS', lastSeenMs });
  await sim.round();
  await node.ledger.commit({ writes: [CUSTOMERS.put(customer()), CUSTOMERS.put(nobody())], audit: [] });
  let clockHolds = true;
  const asker = new TriageAsker({
    sharing: node.sharing,
    ownAgency: asId(node.agencyId),
    ledger: node.ledger,
    viewer: SIM_SYSTEM,
    clock: sim.clock,
    businessTime: sim.businessTime,
    random: sim.random,
    log: node.log,
    online: () => sim.mesh.portOf(node.peerId).online(),
    clockHolds: () => clockHolds,
  });
  asker.noteKeys();
  const ask: Scene['ask'] = async (customerId = 'c1', signal = new AbortController().signal) =>
    asker.ask({ customerId, asOfMs: sim.businessTime.nowMs() }, signal);
  return { sim, node, asker, ask, set: (change) => void ({ clockHolds } = change) };
}

function customer(change: Partial<Customer> = {}): Customer {
  const unknown = { givenName: null, surname: null, street: null, city: null, postalCode: null, country: null };
  const further = { nationality: null, nationalId: null, email: null, industry: null, onboarded: null };
  return {
    customerId: asId('c1'),
    entityType: 'INDIVIDUAL',
    name: 'Ada Example',
    aliases: [],
    dateOfBirth: '1980-02-03',
    phone: '+49 555 000001',
    ...unknown,
    ...further,
    ...change,
  };
}

/** A customer of whom nothing is known that another agency could know too. */
function nobody(): Customer {
  return customer({ customerId: asId('c2'), dateOfBirth: null, phone: null });
}

function outcomeOf(answer: MatchOutcome | NotAsked): MatchOutcome {
  if (typeof answer === 'string') throw new Error(`not asked: ${answer}`);
  return answer;
}

function auditOf({ store }: SimNode, action: string): readonly string[] {
  return store.commits.flatMap(({ audit }) =>
    audit.filter((entry) => entry.action === action).map(({ actor }) => actor),
  );
}

test('every agency is asked once about one identifier; who knows it says so, with a receipt that names no alert', async (t) => {
  const { ask, asker, node, sim } = await scene(t);
  const outcome = outcomeOf(await ask());
  t.deepEqual(outcome.answers, [{ agency: 'agency-1', category: 'SANCTIONS' }]);
  t.like(outcome, { asked: 2, unanswered: 0, elementsSpent: 2 });
  t.regex(outcome.caseHandle, /^[0-9a-f]{32}$/);
  await asker.settled();
  await sim.settle();
  t.deepEqual(auditOf(node, 'match.asked'), ['triage', 'triage']);
  t.is(sim.mesh.calls.filter(({ from, method }) => from === node.peerId && method === 'match query').length, 2);
});

test('a rule asks no more in a day than policy grants it, and leaves persons theirs', async (t) => {
  const { ask, node, sim } = await scene(t);
  for (let time = 0; time < PER_DAY; time += 1) t.is(outcomeOf(await ask()).asked, 2);
  t.is(await ask(), 'ASK_QUOTA');
  const [announcement] = node.sharing.asker.answerers();
  if (announcement === undefined) throw new Error('nobody answers');
  const question = { tokenType: 'name_dob', value: KNOWN, purpose: 'aml', caseHandle: 'c', person: 'ann' } as const;
  t.true((await node.sharing.asker.ask(announcement, question)).hit);
  sim.clock.advance(86_400_000);
  t.is(outcomeOf(await ask()).asked, 2, 'the next day');
});

const policies: readonly (readonly [string, Partial<Policy>])[] = [
  ['grants a rule no elements', {}],
  [
    'wants a person to release matches',
    {
      match: { ...TEST_POLICY.match, elementsByRulePerDay: PER_DAY },
      gateways: TEST_POLICY.gateways.map((rule) => ({ ...rule, releaseByRule: false })),
    },
  ],
  ['names no gateway for them', { match: { ...TEST_POLICY.match, elementsByRulePerDay: PER_DAY }, gateways: [] }],
];
for (const [what, change] of policies) {
  test(`nobody is asked while policy ${what}`, async (t) => {
    const { ask, node, sim } = await scene(t, { policy: { match: TEST_POLICY.match, ...change } });
    t.is(await ask(), 'ASK_POLICY');
    t.false(sim.mesh.calls.some(({ from, method }) => from === node.peerId && method.startsWith('match')));
  });
}

test('nobody is asked in shadow mode, nor while the clock is off, nor when nobody is there', async (t) => {
  const { ask, node, set, sim } = await scene(t);
  set({ clockHolds: false });
  t.is(await ask(), 'ASK_CLOCK');
  set({ clockHolds: true });
  sim.mesh.setOffline(node.peerId, true);
  t.is(await ask(), 'ASK_NOBODY');
  sim.mesh.setOffline(node.peerId, false);
  await node.sharing.mode.enterShadow('ann');
  t.is(await ask(), 'ASK_SHADOW');
  t.false(sim.mesh.calls.some(({ from, method }) => from === node.peerId && method.startsWith('match')));
});

test('an alert of before the answers were known is not asked about', async (t) => {
  const { asker, sim } = await scene(t);
  const nowMs = sim.businessTime.nowMs();
  t.is(asker.answerers(nowMs - 1), 'ASK_LATER');
  t.deepEqual(asker.answerers(nowMs), ['agency-1', 'agency-2']);
});

test('a customer without an identifier, or not in the records, is not asked about', async (t) => {
  const { ask } = await scene(t);
  t.is(await ask('c2'), 'ASK_IDENTIFIER');
  t.is(await ask('c3'), 'ASK_IDENTIFIER');
});

test('what has come when the time is up counts, and who is late still gets the receipt', async (t) => {
  const { ask, asker, node, sim } = await scene(t);
  const up = new AbortController();
  const gate = Promise.withResolvers<void>();
  const late = sim.node(2);
  const { answerer } = late.sharing;
  const answer = answerer.answer.bind(answerer);
  answerer.answer = async (...question) => {
    await gate.promise;
    return answer(...question);
  };
  const asking = ask('c1', up.signal);
  while (auditOf(node, 'match.asked').length < 1) await new Promise(setImmediate);
  up.abort();
  t.like(outcomeOf(await asking), {
    answers: [{ agency: 'agency-1', category: 'SANCTIONS' }],
    asked: 2,
    unanswered: 1,
  });
  gate.resolve();
  await asker.settled();
  t.is(auditOf(node, 'match.asked').length, 2);
});

test('a peer that refuses or breaks off is one that did not answer, and its element is spent', async (t) => {
  const { ask, sim } = await scene(t);
  sim.mesh.loses = ({ method, to }) => method === 'match query' && to === sim.node(1).peerId;
  t.like(outcomeOf(await ask()), { answers: [], asked: 2, unanswered: 1, elementsSpent: 2 });
});

test('a burst of alerts is asked about as far as the mesh bears it', async (t) => {
  const match = { ...TEST_POLICY.match, elementsByRulePerDay: 1_000 };
  const { ask, sim } = await scene(t, { policy: { match } });
  let asked = 0;
  while ((await ask()) !== 'ASK_BUSY') asked += 1;
  t.true(asked >= 10 && asked < 50, `${asked} at once`);
  sim.clock.advance(1_000);
  t.not(await ask(), 'ASK_BUSY');
});
