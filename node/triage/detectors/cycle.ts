import type { CycleParameters } from '../../../config/typologies/typology.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { DAY_MS, type Movement } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, strongest } from './finding.ts';

type Search = {
  readonly neighbourhood: Neighbourhood;
  readonly parameters: CycleParameters;
  readonly found: Finding[];
  expansions: number;
};

/**
 * Rounds of transfers from the account back to it, through accounts whose transfers this agency sees. The quicker the
 * round, the stronger. Bounded by LIMITS.graphExpansions; beyond it the rounds found so far count.
 */
export function findCycle(neighbourhood: Neighbourhood, parameters: CycleParameters): Finding | undefined {
  const search: Search = { neighbourhood, parameters, found: [], expansions: 0 };
  for (const first of neighbourhood.subject.recent) {
    if (!first.incoming) extend(search, [first]);
  }
  return strongest(search.found);
}

function extend(search: Search, round: readonly Movement[]): void {
  const { neighbourhood, parameters } = search;
  const [first, last] = [round[0], round.at(-1)];
  if (first === undefined || last === undefined) return;
  const endMs = first.atMs + parameters.spanDays * DAY_MS;
  for (const next of neighbourhood.counterparties.get(last.other)?.recent ?? []) {
    search.expansions += 1;
    if (search.expansions > LIMITS.graphExpansions) return;
    if (next.incoming || next.atMs < last.atMs || next.atMs >= endMs) continue;
    const longer = [...round, next];
    if (next.other === neighbourhood.subject.key) {
      if (longer.length >= parameters.minimumHops && isEven(longer, parameters))
        search.found.push(toFinding(longer, parameters));
    } else if (longer.length < parameters.maximumHops && round.every(({ other }) => other !== next.other)) {
      extend(search, longer);
    }
  }
}

function isEven(round: readonly Movement[], { minimumAmountShare }: CycleParameters): boolean {
  const amounts = round.map(({ amount }) => amount);
  return Math.min(...amounts) >= minimumAmountShare * Math.max(...amounts);
}

/** From 1 for a round within a day down to a half for one that takes the whole span. */
function toFinding(round: readonly Movement[], { spanDays }: CycleParameters): Finding {
  const days = ((round.at(-1)?.atMs ?? 0) - (round[0]?.atMs ?? 0)) / DAY_MS;
  return { strength: 1 - days / (2 * spanDays), edgeIds: round.map(({ edgeId }) => edgeId) };
}
