import type { Line } from '../report.ts';
import type { AwkwardResult } from '../steps/awkward.ts';
import { foundBy, type Outcome, wronglyCleared, wronglyRaised } from './outcome.ts';

/** Triage of one agency: its outcomes, and what it did with bad input. */
export type AgencyTriage = {
  readonly agencyId: string;
  readonly alerts: number;
  readonly outcomes: readonly Outcome[];
  readonly awkward: AwkwardResult;
};

type Ways = { readonly alone: number; readonly together: number; readonly pooled: number };
type Figures = { readonly true: number; readonly found: Ways; readonly raised: Ways; readonly cleared: Ways };

const BEFORE = [
  '                   truly  ---- found ----- raised wrongly  cleared   malformed',
  'agency      alerts  susp. alone with pooled   alone with  alone with in/refused',
].join('\n');

/** Per agency, then all together. */
export function triageLines(agencies: readonly AgencyTriage[]): readonly Line[] {
  const all: AgencyTriage = {
    agencyId: 'all',
    alerts: sum(agencies.map(({ alerts }) => alerts)),
    outcomes: agencies.flatMap(({ outcomes }) => outcomes),
    awkward: {
      given: sum(agencies.map(({ awkward }) => awkward.given)),
      refused: sum(agencies.map(({ awkward }) => awkward.refused)),
      asTruth: sum(agencies.map(({ awkward }) => awkward.asTruth)),
    },
  };
  const lines = agencies.map((agency, place) => ({
    ...lineOf(agency, figuresOf(agency.outcomes)),
    ...(place === 0 ? { before: BEFORE } : {}),
  }));
  const { cleared, found, ...rest } = figuresOf(all.outcomes);
  const total = lineOf(all, { cleared, found, ...rest });
  // The federation must find more than the agencies alone, and must not clear more true alerts.
  const better = found.together > found.alone && cleared.together <= cleared.alone;
  return [...lines, { ...total, pass: total.pass && better }];
}

function lineOf({ agencyId, alerts, awkward, outcomes }: AgencyTriage, figures: Figures): Line {
  const { cleared, found, raised } = figures;
  const cells = [
    agencyId.slice(0, 11).padEnd(11),
    String(alerts).padStart(7),
    String(figures.true).padStart(7),
    String(found.alone).padStart(6),
    String(found.together).padStart(5),
    String(found.pooled).padStart(7),
    String(raised.alone).padStart(6),
    String(raised.together).padStart(4),
    String(cleared.alone).padStart(5),
    String(cleared.together).padStart(3),
    `${awkward.given}/${awkward.refused}`.padStart(6),
  ];
  return {
    section: 'Triage',
    rows: [cells.join('')],
    n: alerts,
    pass: outcomes.length === alerts && awkward.asTruth === awkward.given,
    values: { agency: agencyId, alerts, decided: outcomes.length, ...figures, malformed: awkward },
  };
}

function figuresOf(outcomes: readonly Outcome[]): Figures {
  return {
    true: outcomes.filter(({ isTrue }) => isTrue).length,
    found: byWay(outcomes, foundBy),
    raised: byWay(outcomes, wronglyRaised),
    cleared: byWay(outcomes, wronglyCleared),
  };
}

function byWay(outcomes: readonly Outcome[], count: typeof foundBy): Ways {
  return {
    alone: count(outcomes, 'alone'),
    together: count(outcomes, 'together'),
    pooled: count(outcomes, 'pooled'),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
