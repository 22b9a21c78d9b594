import test from 'ava';
import { FEATURES } from '../../../../node/triage/features/feature-table.ts';
import { guideScorer } from '../../../../node/triage/models/guide.ts';
import { localScorer } from '../../../../node/triage/models/local-scorer.ts';
import { clearBelowOf } from '../../../../node/triage/models/scale.ts';

const GUIDE = guideScorer();

test('M-01 (reference weights) the guide was trained on nothing', (t) => {
  t.deepEqual(GUIDE.training, { rows: 0, positives: 0, rowDigests: [], metrics: {}, span: null, parent: null });
});

test('the guide keeps the proportions of the reference weights', (t) => {
  const { adverse_media, customer, geographic, network, transaction } = GUIDE.weights.TRANSACTION;
  const close = (one: number, other: number): boolean => Math.abs(one - other) < 1e-9;
  t.true(close(transaction / network, 25 / 10));
  t.true(close(customer / geographic, 30 / 20));
  t.true(close(customer / adverse_media, 30 / 15));
});

test('more of any rising feature never lowers the score of the guide', (t) => {
  const scorer = localScorer(GUIDE);
  const chance = (values: Readonly<Record<string, number>>): number => scorer.score(values).probability;
  for (const { name, rises } of FEATURES) if (rises) t.true(chance({ [name]: 1 }) >= chance({}), name);
  t.true(chance({ one_off_counterparties: 2.4, one_off_relays: 1.4, relays: 1.4 }) > 5 * chance({}));
});

test('an account that shows nothing may be cleared, and no more than that', (t) => {
  const scorer = localScorer(GUIDE);
  const clearBelow = clearBelowOf(GUIDE.scale) ?? 0;
  t.true(scorer.score({}).probability < clearBelow);
  const middling = {
    first_time_counterparties: 2.4,
    one_off_counterparties: 1.8,
    outside_one_off_risk: 1,
    relays: 1.1,
    typology_fan_in: 0.5,
  };
  t.true(scorer.score(middling).probability > clearBelow);
});
