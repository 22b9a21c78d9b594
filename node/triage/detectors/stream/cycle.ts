import { LIMITS } from '../../../../config/settings/limits.ts';
import type { CycleParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { latestBy, type StreamDetector, withinUnlessHub } from './detector.ts';
import type { AccountFlows, Flow } from './flow.ts';

type Search = {
  readonly home: AccountFlows;
  readonly closing: Flow;
  /** Whoever pays the account that closes the round: the last but one step leads there. */
  readonly payers: ReadonlyMap<AccountFlows, Flow>;
  readonly spanMs: number;
  readonly parameters: CycleParameters;
  expansions: number;
  best: readonly Flow[] | undefined;
};

/** Rounds that a transfer closes; of several the one that took the least time. Hubs are not walked through. */
export function cycleDetector(parameters: CycleParameters): StreamDetector {
  const spanMs = parameters.spanDays * DAY_MS;
  return (closing, found) => {
    const home = closing.to;
    if (home === closing.from || home.outgoing.length === 0) return;
    const incoming = withinUnlessHub(closing.from.incoming, closing.atMs, spanMs);
    if (incoming.length === 0) return;
    const payers = latestBy(incoming, 'from');
    const search: Search = { home, closing, payers, spanMs, parameters, expansions: 0, best: undefined };
    walk(search, home, []);
    if (search.best === undefined) return;
    const days = (closing.atMs - (search.best[0]?.atMs ?? closing.atMs)) / DAY_MS;
    found({ centre: null, strength: 1 - days / (2 * parameters.spanDays), flows: search.best, isWhole: true });
  };
}

/** Goes on from an account, as far as one step before the last: that is looked up, not walked. */
function walk(search: Search, at: AccountFlows, round: readonly Flow[]): void {
  const { closing, home, parameters, payers, spanMs } = search;
  const leaving = withinUnlessHub(at.outgoing, closing.atMs, spanMs);
  const last = leaving.length === 0 ? undefined : payers.get(at);
  if (last !== undefined && at !== home) close(search, [...round, last, closing]);
  if (round.length + 2 >= parameters.maximumHops) return;
  const afterMs = round.at(-1)?.atMs ?? 0;
  for (const next of leaving) {
    search.expansions += 1;
    if (search.expansions > LIMITS.detectionExpansions) return;
    const { to } = next;
    if (next.atMs < afterMs || to === closing.from || to === home || round.some((step) => step.from === to)) continue;
    walk(search, to, [...round, next]);
  }
}

function close(search: Search, round: readonly Flow[]): void {
  const { best, parameters } = search;
  if (round.length < parameters.minimumHops) return;
  const inTime = round.every((step, place) => place === 0 || step.atMs >= (round[place - 1]?.atMs ?? 0));
  if (!inTime || (best !== undefined && (best[0]?.atMs ?? 0) >= (round[0]?.atMs ?? 0))) return;
  const amounts = round.map(({ amount }) => amount);
  if (Math.min(...amounts) >= parameters.minimumAmountShare * Math.max(...amounts)) search.best = round;
}
