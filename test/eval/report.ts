import type { RandomBytes } from '../../proto/domain/runtime.ts';
import { type Difference, differenceOf } from './bootstrap.ts';
import { type Regime, REGIMES } from './regimes.ts';
import { type Measures, measure, type ScoredDecision } from './score.ts';

export type ScoredRegimes = Readonly<Record<Regime, readonly ScoredDecision[]>>;
export type Cut = { readonly name: string; readonly regimes: Readonly<Record<Regime, Measures>> };
export type Gain = Difference & { readonly against: Regime; readonly half: string };

export type Report = {
  readonly synthetic: true;
  readonly data: string;
  readonly k: number;
  readonly seed: string;
  readonly seconds: number;
  readonly indicators: number;
  readonly cuts: readonly Cut[];
  readonly gains: readonly Gain[];
};

const HALVES = { 'all alerts': undefined, 'second half by time': '2' } as const;

/** Measures of every cut: last and first decisions, all and the later half, then by agency and by type. */
export function cutsOf(last: ScoredRegimes, first: ScoredRegimes): readonly Cut[] {
  const cut = (name: string, rows: ScoredRegimes, takes: (row: ScoredDecision) => boolean): Cut => ({
    name,
    regimes: Object.fromEntries(
      REGIMES.map((regime) => [regime, measure(rows[regime].filter(takes))]),
    ) as unknown as Cut['regimes'],
  });
  const halves = Object.entries(HALVES).flatMap(([name, half]) => {
    const takes = (row: ScoredDecision): boolean => half === undefined || row.half === half;
    return [cut(`last decisions, ${name}`, last, takes), cut(`first decisions, ${name}`, first, takes)];
  });
  const values = (of: (row: ScoredDecision) => string): readonly string[] => [...new Set(last.isolated.map(of))].sort();
  return [
    ...halves,
    ...values((row) => row.agency).map((agency) =>
      cut(`last decisions, ${agency}`, last, (row) => row.agency === agency),
    ),
    ...values((row) => row.alertType).map((type) =>
      cut(`last decisions, ${type}`, last, (row) => row.alertType === type),
    ),
  ];
}

/** What the federation gains over the agencies apart, and what it lacks to the pool. */
export function gainsOf(last: ScoredRegimes, random: RandomBytes): readonly Gain[] {
  return (['isolated', 'pooled'] as const).flatMap((against) =>
    Object.entries(HALVES).map(([name, half]) => {
      const of = (regime: Regime): readonly ScoredDecision[] =>
        last[regime].filter((row) => half === undefined || row.half === half);
      return { ...differenceOf(of('federated'), of(against), random), against, half: name };
    }),
  );
}
