import type { ShellClusterParameters } from '../../../config/typologies/typology.ts';
import { type AccountView, DAY_MS, type Movement } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp } from './finding.ts';

/** The account and those of its counterparties that are, like it, nothing but passages of each other's money. */
export function findShellCluster(
  { counterparties, subject }: Neighbourhood,
  parameters: ShellClusterParameters,
): Finding | undefined {
  const movements = passageOf(subject, parameters);
  if (movements === undefined) return undefined;
  const cluster = [movements];
  for (const view of counterparties.values()) {
    const others = passageOf(view, parameters);
    if (others !== undefined) cluster.push(others);
  }
  const strength = ramp(cluster.length, parameters.minimumAccounts, parameters.fullAccounts);
  if (strength === 0) return undefined;
  return { strength, edgeIds: [...new Set(cluster.flat().map(({ edgeId }) => edgeId))] };
}

/** The account's transfers of the span where they make it a passage: few, all one-off, and as much out as in. */
function passageOf(
  { counterparties, endMs, recent }: AccountView,
  { maximumTransfers, minimumPassedOn, spanDays }: ShellClusterParameters,
): readonly Movement[] | undefined {
  const movements = recent.filter(({ atMs }) => atMs >= endMs - spanDays * DAY_MS);
  if (movements.length > maximumTransfers) return undefined;
  if (!movements.every(({ other }) => counterparties.get(other)?.oneOff === true)) return undefined;
  const cameIn = sumOf(movements, true);
  const left = sumOf(movements, false);
  const isPassage = Math.min(cameIn, left) > 0 && Math.min(cameIn, left) >= minimumPassedOn * Math.max(cameIn, left);
  return isPassage ? movements : undefined;
}

function sumOf(movements: readonly Movement[], incoming: boolean): number {
  return movements.reduce((sum, movement) => sum + (movement.incoming === incoming ? movement.amount : 0), 0);
}
