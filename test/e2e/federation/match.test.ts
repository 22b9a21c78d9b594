import test from 'ava';
import type { AgencyNode } from '../../tools/federation/agency-node.ts';
import { decisionsOf, type RestDecision } from '../../tools/federation/decisions.ts';
import { adoptPolicy, type Federation, foundFederation } from '../../tools/federation/found.ts';
import { closeWindow } from '../../tools/federation/replay.ts';
import { sharingOf } from '../../tools/federation/standing.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { NeedleSearch } from '../../tools/search/needle-search.ts';
import { searchHome } from '../../tools/search/search-home.ts';
import { waitUntil } from '../../tools/wait-until.ts';
import { someAgencies } from './support/agencies.ts';
import { feedDay, memberOf } from './support/play.ts';
import { accountOf, alertIdOf, nameOf, phoneOf } from './support/stage.ts';

const PER_DAY = 20;
/** Over all askers of one key: less than two agencies may ask in a day. */
const PER_KEY = 30;
const BEYOND = 5;

type Answer = {
  readonly agency: string;
  readonly outcome: 'hit' | 'no_hit' | 'refused';
  readonly code: string | null;
  readonly category: string | null;
  readonly contact: string | null;
};

const workspace = Workspace.create();
let federation: Federation;
const nodeOf = (agency: string): AgencyNode => memberOf(federation, agency).node;

test.before(async () => {
  federation = await foundFederation(workspace, { name: 'match', agencies: someAgencies(3), approvals: 2 });
  const quotas = { matchElementsPerDay: PER_DAY, matchElementsPerKey: PER_KEY, matchElementsByRulePerDay: 1 };
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: 2, ...quotas });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
  await feedDay(federation, '2026-03-02', { alpha: [{ number: 1, alert: 'suspicious', paid: [] }] });
  await closeWindow(federation);
  await waitUntil(
    'alpha answers in the new epoch',
    async () => (await ask('bravo', 'email', 'nobody@example')) !== undefined,
  );
});
test.after.always(() => workspace.close());

test.serial('F-14 (receipt) both ends keep the same co-signed receipt of a hit and of a miss', async (t) => {
  const before = await Promise.all(['bravo', 'alpha'].map(receiptsAt));
  const known = await ask('bravo', 'account', accountOf('alpha', 1).account);
  const phone = await ask('bravo', 'phone', phoneOf('alpha', 1));
  const unknown = await ask('bravo', 'account', accountOf('alpha', 2).account);
  t.deepEqual([known?.outcome, phone?.outcome, unknown?.outcome], ['hit', 'hit', 'no_hit']);
  t.is(known?.contact, 'alpha', 'label level 1 says whom to ask');
  t.deepEqual([unknown?.category, unknown?.contact], [null, null]);
  const [asker, answerer] = (await Promise.all(['bravo', 'alpha'].map(receiptsAt))).map((receipts, side) =>
    [...receipts].filter(([id]) => before[side]?.has(id) !== true),
  );
  t.is(asker?.length, 3);
  t.deepEqual(asker?.map(([id]) => id).sort(byText), answerer?.map(([id]) => id).sort(byText));
  t.true(
    answerer?.every(([, entries]) => entries === 2),
    'entered when answered, and when the asker has signed',
  );
});

test.serial('F-14 (receipt) a receipt holds counts and no names: what was asked stays with the asker', async (t) => {
  const asked = accountOf('alpha', 77).account;
  t.is((await ask('bravo', 'account', asked))?.outcome, 'no_hit');
  for (const agency of ['alpha', 'charlie', 'bravo']) {
    const needles = NeedleSearch.ofTexts([asked, asked.toUpperCase()]);
    const { found } = await searchHome(nodeOf(agency).home, needles, workspace.path('copy'));
    t.is(found.size, 0, agency);
  }
});

test.serial(
  'F-14 (quota) an agency is stopped at its day, all askers together at the key, and types apart',
  async (t) => {
    const bravo = await guesses('bravo', PER_DAY + BEYOND);
    t.deepEqual(bravo, [...answered(PER_DAY), ...stopped(BEYOND)], 'the day of one agency');
    const charlie = await guesses('charlie', PER_KEY - PER_DAY + BEYOND);
    t.deepEqual(charlie, [...answered(PER_KEY - PER_DAY), ...stopped(BEYOND)], 'the key, over all askers');
    const other = await ask('charlie', 'national_id', 'DE000000001');
    t.is(other?.outcome, 'no_hit', 'another type has its own quota');
  },
);

test.serial('triage asks peers by itself where policy lets it and an answer could change the decision', async (t) => {
  // Another epoch, so that the key's quota begins anew; each day of the rule has one element for each peer.
  await closeWindow(federation);
  await waitUntil(
    'alpha answers in the new epoch',
    async () => (await ask('charlie', 'email', 'nobody@example'))?.outcome === 'no_hit',
  );
  const same = { alert: 'cleared', paid: [], name: nameOf('alpha', 1) } as const;
  const before = await receiptsAt('alpha');
  await feedDay(federation, '2026-03-09', { charlie: [{ number: 1, ...same }] });
  const [first] = await decisionsAt('charlie', 1);
  t.like(first, { disposition: 'ESCALATE_L2', counterfactual: { disposition_alone: 'AUTO_CLEAR' } });
  t.true((first?.counterfactual?.cost['match_elements'] ?? 0) >= 1, 'what it cost is shown');
  t.true(first?.evidence.some(({ from_peers: given, summary }) => given && summary.includes('alpha (SANCTIONS)')));
  await waitUntil('alpha has the receipt', async () => {
    const fresh = [...(await receiptsAt('alpha'))].filter(([id]) => !before.has(id));
    return fresh.length === 1 && fresh[0]?.[1] === 2;
  });
  t.deepEqual(await askedAbout('charlie', 1), [['done', null]]);
  await feedDay(federation, '2026-03-10', { charlie: [{ number: 2, ...same }] });
  t.like((await decisionsAt('charlie', 2))[0], { disposition: 'AUTO_CLEAR', counterfactual: null });
  t.deepEqual(await askedAbout('charlie', 2), [['refused', 'ASK_QUOTA']]);
  t.deepEqual(await askedAbout('alpha', 1), [['refused', 'ASK_UNCHANGED']], 'a person on a list is blocked anyhow');
});

test.serial('R-06 (clock) members hear each other’s clocks and the coordinator’s', async (t) => {
  for (const { node } of federation.members) {
    const { clock } = await sharingOf(node);
    t.like(clock, { state: 'holds', voices: federation.members.length });
    t.true(Math.abs(clock.offset_ms ?? Infinity) < 5_000, 'on one machine they are one clock');
    const ready = await node.rest.get<{ readonly checks: Readonly<Record<string, string>> }>('/ready');
    t.is(ready.checks['clock'], 'ok');
  }
});

/** Decisions on the alert of a customer, first to last. */
async function decisionsAt(agency: string, number: number): Promise<readonly RestDecision[]> {
  const [found] = await decisionsOf(agency, nodeOf(agency).rest, [alertIdOf(agency, number)]);
  return found?.decisions ?? [];
}

/** What the audit trail says of asking peers about the alert of a customer. */
async function askedAbout(agency: string, number: number): Promise<readonly (readonly [string, string | null])[]> {
  type Entry = {
    readonly action: string;
    readonly object: string;
    readonly outcome: string;
    readonly code: string | null;
  };
  const entries = await nodeOf(agency).rest.items<Entry>('/api/v1/audit?limit=500');
  return entries.flatMap(({ action, code, object, outcome }) =>
    action === 'triage.match' && object === `alert:${alertIdOf(agency, number)}` ? [[outcome, code] as const] : [],
  );
}

const answered = (count: number): string[] => Array.from({ length: count }, () => 'no_hit');
const stopped = (count: number): string[] => Array.from({ length: count }, () => 'SHARING_QUOTA');

/** Names somebody tries one after another, as patiently as the mesh asks for. */
async function guesses(asker: string, count: number): Promise<readonly string[]> {
  const outcomes: string[] = [];
  for (let number = 0; number < count; number += 1) {
    let answer: Answer | undefined;
    await waitUntil('an answer', async () => {
      answer = await ask(asker, 'name_dob', `${asker.toUpperCase()} GUESS ${number}|1990-01-01`);
      return answer?.code !== 'MESH_QUOTA';
    });
    outcomes.push(answer?.code ?? answer?.outcome ?? 'nothing');
  }
  return outcomes;
}

/** Alpha's answer; undefined while it answers nobody. */
async function ask(asker: string, type: string, value: string): Promise<Answer | undefined> {
  const body = { token_type: type, value, purpose: 'aml', case_handle: 'case-1', agency: 'alpha' };
  const { answers } = await nodeOf(asker).rest.post<{ readonly answers: readonly Answer[] }>('/api/v1/match', body);
  return answers[0];
}

/** Receipts in an agency's audit trail, with the number of entries about each. */
async function receiptsAt(agency: string): Promise<ReadonlyMap<string, number>> {
  const entries = await nodeOf(agency).rest.items<{ readonly action: string; readonly object: string }>(
    '/api/v1/audit?limit=500',
  );
  const receipts = new Map<string, number>();
  for (const { action, object } of entries)
    if (action.startsWith('match.')) receipts.set(object, (receipts.get(object) ?? 0) + 1);
  return receipts;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
