import test from 'ava';
import * as fc from 'fast-check';
import { propensityModel } from '../../../../node/entities/models/artefacts.ts';
import { type EntityCase, propensityOf } from '../../../../node/entities/propensity/propensity.ts';

const MODEL = propensityModel();
const NOW = Date.UTC(2030, 0, 1);

function alert(alertId: string, more: Partial<EntityCase> = {}): EntityCase {
  return {
    alertId,
    alertType: 'TRANSACTION',
    priority: 'HIGH',
    raisedAtMs: NOW - 86_400_000,
    disposition: 'ESCALATE_L2',
    riskScore: 50,
    typologies: [],
    outcome: null,
    accountId: null,
    matches: [],
    ...more,
  };
}

const of = (cases: readonly EntityCase[], linked: Parameters<typeof propensityOf>[2] = []): number =>
  propensityOf(MODEL, cases, linked, NOW).propensity;

test('M-12 a propensity has reasons that add up to it and name what they rest on', (t) => {
  const linked = [{ key: 'customer:one:B', confidence: 0.8, cases: [alert('b', { outcome: 'TRUE_POSITIVE' })] }];
  const cases = [alert('a', { typologies: ['cycle', 'fan_in'] }), alert('c', { outcome: 'FALSE_POSITIVE' })];
  const { intercept, model, propensity, reasons } = propensityOf(MODEL, cases, linked, NOW);
  t.is(model, 'propensity/1');
  t.deepEqual(
    reasons.map(({ about, kind }) => `${kind} ${about.join()}`),
    ['link customer:one:B', 'case a', 'typology cycle,fan_in', 'outcome c'],
  );
  const sum = reasons.reduce((total, { contribution }) => total + contribution, intercept);
  t.true(Math.abs(propensity - 1 / (1 + Math.exp(-sum))) < 1e-12);
});

test('M-12 nothing known is two in a hundred; what was confirmed counts most, what was unfounded lowers', (t) => {
  t.is(of([]).toFixed(3), '0.018');
  t.true(of([alert('a', { outcome: 'FALSE_POSITIVE' })]) < of([]));
  t.true(of([alert('a')]) > of([]));
  t.true(of([alert('a', { outcome: 'TRUE_POSITIVE' })]) > of([alert('a', { riskScore: 90 })]));
  t.true(of([alert('a', { raisedAtMs: NOW - 400 * 86_400_000 })]) < of([alert('a')]));
});

test('M-12 the same facts in another order give the same bytes', (t) => {
  const cases = [
    alert('a', { riskScore: 80 }),
    alert('b', { typologies: ['cycle'] }),
    alert('c', { outcome: 'TRUE_POSITIVE' }),
  ];
  t.deepEqual(propensityOf(MODEL, cases, [], NOW), propensityOf(MODEL, cases.toReversed(), [], NOW));
});

test('M-12 more that speaks for risk never lowers it', (t) => {
  const anyAlert = fc.record({
    disposition: fc.constantFrom('AUTO_CLEAR', 'ESCALATE_L2', 'ESCALATE_SAR', 'BLOCK_TRANSACTION'),
    riskScore: fc.double({ min: 0, max: 100, noNaN: true }),
    typologies: fc.uniqueArray(fc.constantFrom('cycle', 'fan_in', 'fan_out')),
    outcome: fc.constantFrom(null, 'TRUE_POSITIVE' as const, 'FALSE_POSITIVE' as const),
  });
  fc.assert(
    fc.property(fc.array(anyAlert, { maxLength: 6 }), anyAlert, (some, another) => {
      const cases = some.map((more, place) => alert(`a${place}`, more));
      const before = of(cases);
      const risky = another.outcome === 'FALSE_POSITIVE' ? { ...another, outcome: null } : another;
      const linked = [{ key: 'k', confidence: 1, cases: [alert('n', another)] }];
      const confirmed = cases.map((one, place) =>
        place === 0 && one.outcome === null ? { ...one, outcome: 'TRUE_POSITIVE' as const } : one,
      );
      return of([...cases, alert('n', risky)]) >= before && of(cases, linked) >= before && of(confirmed) >= before;
    }),
    { seed: 21 },
  );
  t.pass();
});
