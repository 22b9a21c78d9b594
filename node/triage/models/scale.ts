import { logOddsOf } from './linear-head.ts';
import type { Knot } from './points.ts';

/** Points at which the guide's decisions change: clear below, L3 from, report from. Source: the reference guide's matrix. */
const CLEAR_POINTS = 31;
const ESCALATE_POINTS = 70;
const REPORT_POINTS = 85;

/** Probabilities that stand at the guide's thresholds, in rising order. */
export type ScaleProbabilities = {
  /** Below it an alert may be cleared. */
  readonly clearBelow: number;
  readonly escalateFrom: number;
  readonly reportFrom: number;
};

/** Every second alert at L3 or above is to be true, as is nearly every one that is reported. Chosen. */
export const ESCALATE_FROM = 0.2;
export const REPORT_FROM = 0.6;

export type Scale = { readonly knots: readonly Knot[]; readonly perLogOdds: number };

/** The scale on which given probabilities stand at the guide's thresholds. @param probabilities rising, within 0.001 to 0.98 */
export function scaleOf({ clearBelow, escalateFrom, reportFrom }: ScaleProbabilities): Scale {
  const [clear, escalate, report] = [clearBelow, escalateFrom, reportFrom].map(logOddsOf) as [number, number, number];
  return {
    knots: [
      { logOdds: LOWEST_LOG_ODDS, points: 0 },
      { logOdds: clear, points: CLEAR_POINTS },
      { logOdds: escalate, points: ESCALATE_POINTS },
      { logOdds: report, points: REPORT_POINTS },
      { logOdds: 4, points: 88 },
      // The rest of the hundred is for what the customer, the countries and the media add.
      { logOdds: 12, points: 90 },
    ],
    perLogOdds: (ESCALATE_POINTS - CLEAR_POINTS) / (escalate - clear),
  };
}

/** The probability below which a scale clears; undefined where none of its points stands there. */
export function clearBelowOf({ knots }: Scale): number | undefined {
  const knot = knots.find(({ points }) => points === CLEAR_POINTS);
  return knot === undefined ? undefined : 1 / (1 + Math.exp(-knot.logOdds));
}

const LOWEST_LOG_ODDS = -8;
