import test from 'ava';
import { withWhitelist } from '../../../node/compose/whitelisted-screener.ts';
import { listMatches } from '../../../node/triage/listed/list-matches.ts';
import type { ScreeningHit } from '../../../node/triage/ports.ts';
import { listedAlert, matchOf } from '../triage/world.ts';

const HIT: ScreeningHit = {
  listName: 'a list',
  listVersion: '1',
  listKind: 'SANCTIONS',
  entryId: 'entry-1',
  name: 'EXAMPLE, Ada',
  nameScore: 1,
  nameFeatures: [{ name: 'name', contribution: 1 }],
  datesOfBirth: [],
  countries: [],
  programs: [],
};
const SUBJECT = { customerId: 'c-1', name: 'Ada', aliases: [], dateOfBirth: null, countries: [] } as const;

test('M-02 (whitelist in decisions) a hit that two persons set aside is ruled out, of that customer and as of then only', async (t) => {
  const hits = [HIT, { ...HIT, entryId: 'entry-2' }];
  const aside = async (customerId: string, asOfMs: number) =>
    new Set(customerId === 'c-1' && asOfMs >= 10 ? ['a list/entry-1'] : []);
  const screener = withWhitelist({ screen: async () => hits }, { asideOf: aside });
  const marked = async (customerId: string, asOfMs: number) =>
    (await screener.screen({ ...SUBJECT, entityType: 'INDIVIDUAL', customerId }, asOfMs)).map(
      ({ whitelisted }) => whitelisted === true,
    );
  t.deepEqual(await marked('c-1', 10), [true, false]);
  t.deepEqual(await marked('c-1', 9), [false, false]);
  t.deepEqual(await marked('c-2', 10), [false, false]);

  const alert = listedAlert('SANCTIONS', [matchOf()]);
  const [plain] = listMatches(alert, [HIT]);
  const [setAside, ...others] = listMatches(alert, [{ ...HIT, whitelisted: true }]);
  t.not(plain?.verdict, 'ruled_out');
  t.like(setAside, { verdict: 'ruled_out', strength: 0, whitelisted: true, inAlert: true });
  t.deepEqual(others, []);
  const [foreign] = listMatches(alert, [{ ...HIT, listName: 'another list', whitelisted: true }]);
  t.like(foreign, { verdict: plain?.verdict, whitelisted: false }, 'ids are a list’s own');
  const unnamed = listMatches(listedAlert('SANCTIONS', []), [{ ...HIT, whitelisted: true }]);
  t.deepEqual(unnamed, [], 'what no alert names is left out');
});
