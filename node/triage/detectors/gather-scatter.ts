import type { GatherScatterParameters } from '../../../config/typologies/typology.ts';
import { DAY_MS, type Movement } from '../features/account-view.ts';
import { oneOffMovements } from './fan.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';

/** The account gathers from one-off senders and then scatters to one-off receivers within a span. */
export function findGatherScatter(
  { subject }: Neighbourhood,
  parameters: GatherScatterParameters,
): Finding | undefined {
  const gathered = oneOffMovements(subject, true);
  const scattered = oneOffMovements(subject, false);
  return strongest(
    scattered.map((turn): Finding => {
      const into = gathered.filter(({ atMs }) => isWithin(atMs, turn.atMs - spanMs(parameters), turn.atMs));
      const out = scattered.filter(({ atMs }) => isWithin(atMs, turn.atMs, turn.atMs + spanMs(parameters)));
      const side = Math.min(into.length, out.length);
      const strength = ramp(side, parameters.minimumEachSide, parameters.fullEachSide);
      return { strength, edgeIds: edgesOf([...into, ...out]) };
    }),
  );
}

function spanMs({ spanDays }: GatherScatterParameters): number {
  return (spanDays * DAY_MS) / 2;
}

/** Bookings may carry only a day, so gathering and scattering may fall on one. */
function isWithin(atMs: number, fromMs: number, toMs: number): boolean {
  return atMs >= fromMs && atMs <= toMs;
}

function edgesOf(movements: readonly Movement[]): readonly string[] {
  return movements.map(({ edgeId }) => edgeId);
}
