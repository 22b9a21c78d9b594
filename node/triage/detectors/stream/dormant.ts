import type { DormantParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { type StreamDetector, within } from './detector.ts';
import { type AccountFlows, type Flow, inOrder } from './flow.ts';

/** A burst after a quiet time that is known to have been one: where nothing is known from before, it is a beginning. */
export function dormantDetector(parameters: DormantParameters): StreamDetector {
  const spanMs = parameters.spanDays * DAY_MS;
  const quietMs = parameters.quietDays * DAY_MS;
  return (latest, found) => {
    for (const centre of [latest.from, latest.to]) {
      if (centre.incoming.length + centre.outgoing.length < parameters.minimumTransfers) continue;
      const moves = [...within(centre.incoming, latest.atMs, spanMs), ...within(centre.outgoing, latest.atMs, spanMs)];
      if (moves.length < parameters.minimumTransfers) continue;
      const woke = moves.find((flow) => quietBefore(flow, centre) >= quietMs);
      if (woke === undefined) continue;
      const flows = moves.filter((flow) => flow.atMs >= woke.atMs).sort(inOrder);
      const strength = ramp(flows.length, parameters.minimumTransfers, parameters.fullTransfers);
      if (strength > 0) found({ centre, strength, flows });
    }
  };
}

function quietBefore(flow: Flow, account: AccountFlows): number {
  return flow.from === account ? flow.fromQuietMs : flow.toQuietMs;
}
