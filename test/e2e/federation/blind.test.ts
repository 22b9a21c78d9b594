import { createHash } from 'node:crypto';
import test from 'ava';
import { adoptPolicy, type Federation, foundFederation } from '../../tools/federation/found.ts';
import { closeWindow, indicatorLogSize } from '../../tools/federation/replay.ts';
import { Workspace } from '../../tools/federation/workspace.ts';
import { NeedleSearch } from '../../tools/search/needle-search.ts';
import { searchHome } from '../../tools/search/search-home.ts';
import { searchMemory } from '../../tools/search/search-memory.ts';
import { someAgencies } from './support/agencies.ts';
import { feedDay, memberOf } from './support/play.ts';
import { accountOf, nameOf, type StageCustomer } from './support/stage.ts';

const AGENCIES = ['alpha', 'bravo', 'charlie'];
/** A name and an account each: 1,002 texts in all. */
const CUSTOMERS = 167;
/** Each agency's first so many are suspects that paid the same accounts, so that flags open. */
const SUSPECTS = 10;
const WINDOWS = 2;

const planted = AGENCIES.flatMap((agency) =>
  Array.from({ length: CUSTOMERS }, (_none, number) => [
    nameOf(agency, number),
    accountOf(agency, number).account,
  ]).flat(),
);
/** Each text as programs may hold it: UTF-8, UTF-16, upper case, base64, and by its digest. */
const SPELLINGS: readonly ((text: string) => Uint8Array)[] = [
  (text) => Buffer.from(text, 'utf8'),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(text.toUpperCase(), 'utf8'),
  (text) => Buffer.from(Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, ''), 'utf8'),
  (text) => createHash('sha256').update(text).digest(),
];
const needles = new NeedleSearch(planted.flatMap((text) => SPELLINGS.map((spell) => spell(text))));
const textsOf = (found: ReadonlySet<number>): ReadonlySet<string> =>
  new Set([...found].map((place) => planted[Math.floor(place / SPELLINGS.length)] ?? ''));

const workspace = Workspace.create();
let federation: Federation;

test.before(async () => {
  federation = await foundFederation(workspace, { name: 'blind', agencies: someAgencies(3), approvals: 2 });
  await adoptPolicy(federation, { keyHolder: 'alpha', threshold: 2 });
  await Promise.all(federation.members.map(({ node }) => node.activate()));
});
test.after.always(() => workspace.close());

test.serial(
  'F-18 (planted names, with the positive control) the coordinator sees none of 1,000 names and accounts, a node does',
  async (t) => {
    t.true(planted.length >= 1_000);
    const { coordinator, coordinatorHome } = federation;
    const seen = new Set<string>();
    const look = (): void => {
      const memory = searchMemory(coordinator.pid, needles);
      for (const text of textsOf(memory?.found ?? new Set())) seen.add(text);
      if (memory !== undefined) t.log(`${Math.round(memory.bytes / 1_048_576)} MB of memory searched`);
    };
    for (let window = 0; window < WINDOWS; window += 1) {
      await feedDay(federation, `2026-03-0${2 + window}`, customersOf(window));
      // In memory while flags are on their way, and after.
      const closing = closeWindow(federation);
      look();
      await closing;
      look();
    }
    t.true((await indicatorLogSize(federation)) >= SUSPECTS, 'flags were opened');
    const store = await searchHome(coordinatorHome, needles, workspace.path('copy-of-coordinator'));
    for (const text of textsOf(store.found)) seen.add(text);
    for (const text of textsOf(needles.in(Buffer.from(coordinator.log())))) seen.add(text);
    t.deepEqual([...seen], []);

    // The controls: what the coordinator does have is found in it, and what a node has in the node.
    const alpha = memberOf(federation, 'alpha').node;
    const known = new NeedleSearch([Buffer.from(alpha.peerId)]);
    t.is((await searchHome(coordinatorHome, known, workspace.path('copy-again'))).found.size, 1);
    const memory = searchMemory(coordinator.pid, known);
    if (memory !== undefined) t.is(memory.found.size, 1);
    const own = textsOf((await searchHome(alpha.home, needles, workspace.path('copy-of-node'))).found);
    t.true(own.size >= 2 * CUSTOMERS, `${own.size} found at a node`);
  },
);

/** In the first window the suspects of two agencies pay accounts of the third, then the other way round. */
function customersOf(window: number): Readonly<Record<string, readonly StageCustomer[]>> {
  return Object.fromEntries(
    AGENCIES.map((agency) => {
      const paid = AGENCIES[(window + 2) % AGENCIES.length] ?? '';
      const numbers = Array.from({ length: CUSTOMERS }, (_none, number) => number);
      const customers = numbers.map((number): StageCustomer => {
        const isSuspect = agency !== paid && number >= window * SUSPECTS && number < (window + 1) * SUSPECTS;
        return { number, alert: isSuspect ? 'suspicious' : 'none', paid: isSuspect ? [accountOf(paid, number)] : [] };
      });
      return [agency, customers] as const;
    }),
  );
}
