import { bootstrap, type Estimate, seededUniform } from '../../node/triage/learning/bootstrap.ts';
import { averagePrecision, recallAt } from '../../node/triage/learning/measures.ts';
import type { Learnt, Reliability } from './learn.ts';
import type { Regime } from './regimes.ts';
import { type Measures, measure, type ScoredDecision } from './score.ts';
import type { Wanted } from './wanted.ts';

export type ByRegime<Value> = Readonly<Record<Regime, Value>>;
export type ScoredRegimes = ByRegime<readonly ScoredDecision[]>;
export type Cut = { readonly name: string; readonly regimes: ByRegime<Measures> };

/** How much better the federation ranks the second half than another regime. */
export type Gain = {
  readonly against: Regime;
  readonly decisions: 'first' | 'last';
  readonly averagePrecision: Estimate;
  readonly recallAt1Percent: Estimate;
};

export type Report = {
  readonly synthetic: true;
  readonly data: string;
  readonly k: number;
  readonly seed: number;
  readonly seconds: number;
  readonly indicators: number;
  /** Day on which the second half begins. */
  readonly split: string;
  readonly learnt: ByRegime<readonly Learnt[]>;
  readonly reliability: ByRegime<readonly Reliability[]>;
  readonly cuts: readonly Cut[];
  readonly gains: readonly Gain[];
  readonly wanted: readonly Wanted[];
};

export function byRegime<Value>(valueOf: (regime: Regime) => Value): ByRegime<Value> {
  return { isolated: valueOf('isolated'), federated: valueOf('federated'), pooled: valueOf('pooled') };
}

/** The half that no model of a node was trained on. */
export function secondHalf(rows: readonly ScoredDecision[]): readonly ScoredDecision[] {
  return rows.filter(({ half }) => half === '2');
}

/** Measures of the second half: first and last decisions, then by agency and by type; at the end of the first half. */
export function cutsOf(last: ScoredRegimes, first: ScoredRegimes): readonly Cut[] {
  const cut = (name: string, rows: ScoredRegimes, takes: (row: ScoredDecision) => boolean): Cut => ({
    name,
    regimes: byRegime((regime) => measure(rows[regime].filter(takes))),
  });
  const second = ({ half }: ScoredDecision): boolean => half === '2';
  const values = (of: (row: ScoredDecision) => string): readonly string[] => [...new Set(last.isolated.map(of))].sort();
  return [
    cut('second half, first decisions', first, second),
    cut('second half, last decisions', last, second),
    ...values((row) => row.agency).map((agency) =>
      cut(`second half, first decisions, ${agency}`, first, (row) => second(row) && row.agency === agency),
    ),
    ...values((row) => row.alertType).map((type) =>
      cut(`second half, first decisions, ${type}`, first, (row) => second(row) && row.alertType === type),
    ),
    cut('first half, first decisions, by the reference weights', first, (row) => !second(row)),
  ];
}

const DRAWS = 400;

/** What the federation gains over the agencies apart, and what it lacks to the pool, with intervals over customers. */
export function gainsOf(last: ScoredRegimes, first: ScoredRegimes, seed: number): readonly Gain[] {
  return (['isolated', 'pooled'] as const).flatMap((against) =>
    (['first', 'last'] as const).map((decisions) => {
      const rows = decisions === 'first' ? first : last;
      const [better, base] = [secondHalf(rows.federated), secondHalf(rows[against])];
      return {
        against,
        decisions,
        averagePrecision: differenceOf(better, base, averagePrecision, seed),
        recallAt1Percent: differenceOf(better, base, (scored) => recallAt(scored, 0.01), seed),
      };
    }),
  );
}

/** Customers are drawn with replacement, the same for both, since alerts of one customer are not independent. */
function differenceOf(
  better: readonly ScoredDecision[],
  base: readonly ScoredDecision[],
  statistic: (rows: readonly ScoredDecision[]) => number,
  seed: number,
): Estimate {
  const other = new Map(base.map((row) => [row.key, row]));
  const pairs = better.flatMap((row) => {
    const beside = other.get(row.key);
    return beside === undefined ? [] : [{ row, beside }];
  });
  const groups = [...Map.groupBy(pairs, ({ row }) => row.group).values()];
  return bootstrap(
    groups,
    (drawn) => statistic(drawn.map(({ row }) => row)) - statistic(drawn.map(({ beside }) => beside)),
    { draws: DRAWS, random: seededUniform(seed) },
  );
}
