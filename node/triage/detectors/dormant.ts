import type { DormantParameters } from '../../../config/typologies/typology.ts';
import { DAY_MS } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';

/**
 * A burst within the window after a quiet time. The quiet must be seen: where nothing is known from before, an account
 * is new to the agency's records, not dormant.
 */
export function findDormant({ subject }: Neighbourhood, parameters: DormantParameters): Finding | undefined {
  const { movements, recent } = subject;
  const firstRecent = movements.length - recent.length;
  return strongest(
    recent.map(({ atMs }, place): Finding => {
      const before = movements[firstRecent + place - 1];
      const wasQuiet = before !== undefined && atMs - before.atMs >= parameters.quietDays * DAY_MS;
      const burst = wasQuiet ? recent.slice(place).filter((m) => m.atMs < atMs + parameters.spanDays * DAY_MS) : [];
      const strength = ramp(burst.length, parameters.minimumTransfers, parameters.fullTransfers);
      return { strength, edgeIds: burst.map(({ edgeId }) => edgeId) };
    }),
  );
}
