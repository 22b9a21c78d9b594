import test from 'ava';
import { listMatches } from '../../../../node/triage/listed/list-matches.ts';
import type { ScreeningHit } from '../../../../node/triage/ports.ts';
import { alertOf, listedAlert, matchOf } from '../world.ts';

const HIT: ScreeningHit = {
  listName: 'a list',
  listVersion: '2031-06',
  listKind: 'SANCTIONS',
  entryId: 'entry-1',
  name: 'EXAMPLE, Ada',
  nameScore: 1,
  nameFeatures: [],
  datesOfBirth: ['1980-02-03'],
  countries: ['NL'],
  programs: [],
};

test('the better of two name scores counts, so that a weak matcher hides nobody', (t) => {
  const [match] = listMatches(listedAlert('SANCTIONS', [matchOf({ matchScore: 0.81 })]), [HIT]);
  t.is(match?.nameScore, 1);
  t.is(match?.verdict, 'confirmed');
});

test("an entry that both name is one match, the alert's", (t) => {
  const matches = listMatches(listedAlert('SANCTIONS', [matchOf()]), [HIT]);
  t.deepEqual(
    matches.map(({ inAlert }) => inAlert),
    [true],
  );
});

test('what the list lacks in the alert is taken from the list itself', (t) => {
  const [match] = listMatches(listedAlert('SANCTIONS', [matchOf({ listDateOfBirth: null, listCountry: null })]), [HIT]);
  t.is(match?.date, 'same');
  t.is(match?.country, 'same');
});

test('a listed customer is found under an alert about transactions', (t) => {
  const [match] = listMatches(alertOf(), [HIT]);
  t.like(match, { verdict: 'confirmed', inAlert: false, listKind: 'SANCTIONS' });
});

test('namesakes that no alert names are left out', (t) => {
  t.deepEqual(listMatches(alertOf(), [{ ...HIT, datesOfBirth: ['1931'], countries: ['IR'] }]), []);
});

test('the gravest verdict comes first, and what is cut off is never graver', (t) => {
  const weak = Array.from({ length: 150 }, (_, place) =>
    matchOf({ listId: `weak-${place}`, listDateOfBirth: '1931-01-02', listCountry: 'IR' }),
  );
  const matches = listMatches(listedAlert('PEP', [...weak, matchOf({ listId: 'strong' })]), []);
  t.is(matches.length, 100);
  t.like(matches[0], { entryId: 'strong', verdict: 'confirmed' });
});
