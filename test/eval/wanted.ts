import type { Report } from './report.ts';
import type { Regime } from './regimes.ts';

type Bar = { readonly averagePrecision: number; readonly recallAt1Percent: number };

/**
 * What plain gradient boosting reaches on the second half with the labels that agencies have, by set. Alone: own model
 * and neighbours; with peers: their buckets under the default noise, one bit at ε = 3. Source: BASELINES.md of the set.
 */
const BARS: Readonly<Record<string, Partial<Record<Regime, Bar>>>> = {
  federation5: {
    isolated: { averagePrecision: 0.51, recallAt1Percent: 0.203 },
    federated: { averagePrecision: 0.553, recallAt1Percent: 0.224 },
  },
};

/** A figure of the first decisions of the second half that there is a bar for. */
export type Wanted = { readonly figure: string; readonly bar: number; readonly reached: number };

/** The figures that a set has bars for, and the gain over the agencies apart, of which the lower end is to be above 0. */
export function wantedOf({ cuts, data, gains }: Pick<Report, 'cuts' | 'data' | 'gains'>): readonly Wanted[] {
  const bars = BARS[data];
  const cut = cuts[0];
  if (bars === undefined || cut === undefined) return [];
  const gain = gains.find(({ against, decisions }) => against === 'isolated' && decisions === 'first');
  return [
    ...(['isolated', 'federated'] as const).flatMap((regime) => {
      const { averagePrecision, recallAt1Percent } = cut.regimes[regime];
      const bar = bars[regime];
      if (bar === undefined) return [];
      return [
        { figure: `${regime}, average precision`, bar: bar.averagePrecision, reached: averagePrecision },
        { figure: `${regime}, recall at 1 %`, bar: bar.recallAt1Percent, reached: recallAt1Percent },
      ];
    }),
    { figure: 'gain in average precision, lower end', bar: 0, reached: gain?.averagePrecision.low ?? Number.NaN },
  ];
}

/** Whether a figure reaches its bar; a gain must be above it. */
export function isReached({ bar, reached }: Wanted): boolean {
  return bar === 0 ? reached > 0 : reached >= bar;
}
