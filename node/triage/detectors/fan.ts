import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { FanParameters } from '../../../config/typologies/typology.ts';
import { DAY_MS, type Movement } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';

/** Most one-off counterparties in one direction within any span of the window. */
export function findFan({ subject }: Neighbourhood, parameters: FanParameters): Finding | undefined {
  const movements = oneOffMovements(subject, parameters.direction === 'in');
  return strongest(
    movements.map(({ atMs: startMs }, place): Finding => {
      const span = withinSpan(movements, place, startMs + parameters.spanDays * DAY_MS);
      const strength = ramp(span.length, parameters.minimumCounterparties, parameters.fullCounterparties);
      return { strength, edgeIds: span.map(({ edgeId }) => edgeId) };
    }),
  );
}

/** Transfers of the window with counterparties that the account has dealt with this once; one each, so distinct. */
export function oneOffMovements(
  { recent, counterparties }: Neighbourhood['subject'],
  incoming: boolean,
): readonly Movement[] {
  const isOneOff = (other: EntityKey): boolean => counterparties.get(other)?.oneOff ?? false;
  return recent.filter((movement) => movement.incoming === incoming && isOneOff(movement.other));
}

function withinSpan(movements: readonly Movement[], from: number, endMs: number): readonly Movement[] {
  let end = from;
  while (end < movements.length && (movements[end]?.atMs ?? endMs) < endMs) end += 1;
  return movements.slice(from, end);
}
