import type { GatherScatterParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { oneOffs, type StreamDetector, within } from './detector.ts';
import { type Flow, isOneOff, placeOf } from './flow.ts';

/** One-off senders and then one-off receivers, with a turn from gathering to scattering within half a span of both. */
export function gatherScatterDetector(parameters: GatherScatterParameters): StreamDetector {
  const { fullEachSide, minimumEachSide } = parameters;
  const halfMs = (parameters.spanDays * DAY_MS) / 2;
  return (last, found) => {
    const centre = last.from;
    if (!isOneOff(last) || centre.incoming.length < minimumEachSide || centre.outgoing.length < minimumEachSide) return;
    const scattered = oneOffs(within(centre.outgoing, last.atMs, halfMs + 1));
    if (scattered.length < minimumEachSide) return;
    const gathered = oneOffs(within(centre.incoming, last.atMs, 2 * halfMs + 1));
    let best: readonly Flow[] = [];
    let side = 0;
    for (const [place, turn] of scattered.entries()) {
      const to = placeOf(gathered, turn.atMs + 1);
      const from = placeOf(gathered, turn.atMs - halfMs);
      const turnSide = Math.min(to - from, scattered.length - place);
      if (turnSide <= side) continue;
      side = turnSide;
      best = [...gathered.slice(from, to), ...scattered.slice(place)];
    }
    const strength = ramp(side, minimumEachSide, fullEachSide);
    if (strength > 0) found({ centre, strength, flows: best });
  };
}
