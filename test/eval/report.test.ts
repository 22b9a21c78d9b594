import test from 'ava';
import { byRegime, cutsOf, gainsOf } from './report.ts';
import { isReached, wantedOf } from './wanted.ts';
import { type DecisionLine, scored, type ScoredDecision } from './score.ts';

const TRUTH = {
  alerts: new Map(
    Array.from({ length: 200 }, (_none, at) => {
      const facts = { isTrue: at % 10 === 0, reason: '', patternId: '', alertType: 'TRANSACTION' };
      return [`alpha/a-${at}`, { ...facts, half: at < 100 ? '1' : '2' }] as const;
    }),
  ),
  launderers: new Set<string>(),
  accounts: 0,
  patterns: [],
  awkward: [],
};

/** Decisions whose scores find the more of the truth the higher the share. */
function rows(share: number): readonly ScoredDecision[] {
  const lines = Array.from({ length: 200 }, (_none, at): DecisionLine => {
    const isTold = at % 10 === 0 && (at / 10) % 10 < share * 10;
    const score = isTold ? 90 : at % 7;
    return {
      agency: 'alpha',
      alert_id: `a-${at}`,
      disposition: score < 3 ? 'AUTO_CLEAR' : 'ESCALATE_L2',
      risk_score: score,
      confidence: 1,
    };
  });
  return scored(lines, TRUTH, new Map());
}

const RUNS = { isolated: rows(0.2), federated: rows(0.8), pooled: rows(1) };
const REGIMES = byRegime((regime) => RUNS[regime]);

test('M-01 (measures) what counts is the second half, with intervals of clearing and missing', (t) => {
  const [cut] = cutsOf(REGIMES, REGIMES);
  const measured = cut?.regimes.federated;
  if (measured === undefined) return t.fail();
  const { alerts, autoClear, averagePrecision, missed, positives } = measured;
  t.deepEqual([cut?.name, alerts, positives], ['second half, first decisions', 100, 10]);
  t.true(averagePrecision > 0.8 && averagePrecision < 1);
  t.true(missed.low <= missed.value && missed.value <= missed.high);
  t.true(autoClear.value > 0.3 && autoClear.value < 0.5);
  t.is(cut?.regimes.pooled.averagePrecision, 1);
});

test('M-01 (gain) the federation is set beside the agencies apart with an interval over customers', (t) => {
  const gains = gainsOf(REGIMES, REGIMES, 1);
  const [alone] = gains.filter(({ against }) => against === 'isolated');
  t.true((alone?.averagePrecision.low ?? 0) > 0);
  t.true((alone?.averagePrecision.value ?? 0) > 0.3);
  const [pool] = gains.filter(({ against }) => against === 'pooled');
  t.true((pool?.averagePrecision.value ?? 0) < 0);
  t.deepEqual(gainsOf(REGIMES, REGIMES, 1), gains);
});

test('a decision about an unknown alert, or a second one about the same, is no evaluation', (t) => {
  const line = { agency: 'alpha', alert_id: 'a-1', disposition: 'AUTO_CLEAR', risk_score: 1, confidence: 1 };
  t.throws(() => scored([line, line], TRUTH, new Map()), { message: /second decision/ });
  t.throws(() => scored([{ ...line, alert_id: 'z' }], TRUTH, new Map()), { message: /unknown alert/ });
});

test('M-01 (wanted) a figure below the bar of its set is told, and a set without bars has none', (t) => {
  const judged = { data: 'federation5', cuts: cutsOf(REGIMES, REGIMES), gains: gainsOf(REGIMES, REGIMES, 1) };
  const missed = wantedOf(judged).filter((wanted) => !isReached(wanted));
  t.deepEqual(
    missed.map(({ figure }) => figure),
    ['isolated, average precision', 'isolated, recall at 1 %'],
  );
  t.deepEqual(wantedOf({ ...judged, data: 'another' }), []);
});
