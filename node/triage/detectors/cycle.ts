import type { CycleParameters } from '../../../config/typologies/typology.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { DAY_MS } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, strongest } from './finding.ts';
import { type Step, stepsOf } from './steps.ts';

type Search = {
  readonly home: EntityKey;
  readonly steps: ReadonlyMap<EntityKey, readonly Step[]>;
  readonly parameters: CycleParameters;
  readonly found: Finding[];
  expansions: number;
};

/**
 * Rounds of transfers from the account back to it, as far as its own view and its counterparties' show them. The
 * quicker the round, the stronger. Bounded by LIMITS.graphExpansions; beyond it the rounds found so far count.
 */
export function findCycle(neighbourhood: Neighbourhood, parameters: CycleParameters): Finding | undefined {
  const home = neighbourhood.subject.key;
  const search: Search = { home, steps: stepsOf(neighbourhood).leaving, parameters, found: [], expansions: 0 };
  for (const first of search.steps.get(home) ?? []) extend(search, [first]);
  return strongest(search.found);
}

function extend(search: Search, round: readonly Step[]): void {
  const { home, parameters, steps } = search;
  const [first, last] = [round[0], round.at(-1)];
  if (first === undefined || last === undefined) return;
  const endMs = first.atMs + parameters.spanDays * DAY_MS;
  for (const next of steps.get(last.to) ?? []) {
    search.expansions += 1;
    if (search.expansions > LIMITS.graphExpansions) return;
    if (next.atMs < last.atMs || next.atMs >= endMs) continue;
    const longer = [...round, next];
    if (next.to === home) {
      const isRound = longer.length >= parameters.minimumHops && isEven(longer, parameters);
      if (isRound) search.found.push(toFinding(longer, parameters));
    } else if (longer.length < parameters.maximumHops && round.every(({ to }) => to !== next.to)) {
      extend(search, longer);
    }
  }
}

function isEven(round: readonly Step[], { minimumAmountShare }: CycleParameters): boolean {
  const amounts = round.map(({ amount }) => amount);
  return Math.min(...amounts) >= minimumAmountShare * Math.max(...amounts);
}

/** From 1 for a round within a day down to a half for one that takes the whole span. */
function toFinding(round: readonly Step[], { spanDays }: CycleParameters): Finding {
  const days = ((round.at(-1)?.atMs ?? 0) - (round[0]?.atMs ?? 0)) / DAY_MS;
  return { strength: 1 - days / (2 * spanDays), edgeIds: round.map(({ edgeId }) => edgeId) };
}
