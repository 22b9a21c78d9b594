import test from 'ava';
import * as fc from 'fast-check';
import {
  FEATURES,
  PEER_NETWORK_FEATURES,
  PEER_SUBJECT_FEATURES,
} from '../../../../node/triage/features/feature-table.ts';
import { NOTHING_GIVEN, peerFeatures } from '../../../../node/triage/features/peer-features.ts';
import { hintOn, indicatorOn, neighbourhoodOf } from '../world.ts';

const names = Array.from({ length: 8 }, (_, place) => `beta/b${place}`);
const neighbourhood = await neighbourhoodOf(names.map((from, place) => ({ from, to: 'a1', daysBefore: 2 + place })));

test('where peers gave nothing, every feature of theirs is 0', (t) => {
  t.deepEqual([...new Set(Object.values(peerFeatures(neighbourhood, NOTHING_GIVEN)))], [0]);
});

test('whatever hints say, no feature falls below what it is without them', (t) => {
  fc.assert(
    fc.property(fc.array(fc.record({ place: fc.nat(7), bucket: fc.nat(1) }), { maxLength: 20 }), (rows) => {
      const hints = rows.map(({ place, bucket }) => hintOn(names[place] ?? '', bucket));
      t.true(Object.values(peerFeatures(neighbourhood, { ...NOTHING_GIVEN, hints })).every((value) => value >= 0));
    }),
  );
});

test('as many top hints as noise alone would give are no excess', (t) => {
  const hints = names.map((name, place) => hintOn(name, place === 0 ? 1 : 0));
  const values = peerFeatures(neighbourhood, { ...NOTHING_GIVEN, hints });
  // 8 hints at ε = 3: 0.05 · 0.953 + 0.95 · 0.047 = 0.093 each, so 0.74 of 8 are at the top by chance.
  t.is(values.hint_excess.toFixed(3), ((1 - 8 * 0.0927) / Math.sqrt(10)).toFixed(3));
  t.is(peerFeatures(neighbourhood, { ...NOTHING_GIVEN, hints: names.map((name) => hintOn(name, 0)) }).hint_excess, 0);
});

test('each further top hint raises the excess', (t) => {
  const values = names.map((_, tops) =>
    peerFeatures(neighbourhood, {
      ...NOTHING_GIVEN,
      hints: names.map((name, place) => hintOn(name, place <= tops ? 1 : 0)),
    }),
  );
  t.true(values.every(({ hint_excess: excess }, place) => excess > (values[place - 1]?.hint_excess ?? 0)));
});

test('two rounds about an account count half each, and the account once', (t) => {
  const excess = (...buckets: readonly number[]): number => {
    const hints = buckets.map((bucket, place) => ({ ...hintOn('beta/b0', bucket), round: place + 1 }));
    return peerFeatures(neighbourhood, { ...NOTHING_GIVEN, hints }).hint_excess;
  };
  t.is(excess(1, 1), excess(1));
  t.is(excess(0, 0), 0);
  t.is(excess(0, 1), excess(1, 0));
  t.true(excess(0, 1) > 0 && excess(0, 1) < excess(1, 1));
});

test('indicators on the account and on its counterparties are told apart, others do not count', (t) => {
  const indicators = [indicatorOn('a1'), indicatorOn('beta/b3'), indicatorOn('beta/stranger')];
  const values = peerFeatures(neighbourhood, { ...NOTHING_GIVEN, indicators });
  t.is(values.account_indicators, Math.log1p(3));
  t.is(values.counterparty_indicators, Math.log1p(1));
});

test('a match counts once an agency', (t) => {
  const matches = ['beta', 'beta', 'gamma'].map((agency) => ({ agency, category: null }));
  t.is(peerFeatures(neighbourhood, { ...NOTHING_GIVEN, matches }).peer_matches, Math.log1p(2));
});

test('the table names every feature of peers as theirs, and all of them as rising from zero', (t) => {
  const fromPeers = FEATURES.filter((feature) => feature.fromPeers);
  t.deepEqual(
    new Set(fromPeers.map(({ name }) => name)),
    new Set([...PEER_SUBJECT_FEATURES, ...PEER_NETWORK_FEATURES]),
  );
  t.true(fromPeers.every(({ rises, fromZero }) => rises && fromZero));
});
