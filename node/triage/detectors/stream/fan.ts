import type { FanParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { oneOffs, type StreamDetector, within } from './detector.ts';
import { isOneOff } from './flow.ts';

/** One-off counterparties in one direction within the span that ends with a transfer. */
export function fanDetector(parameters: FanParameters): StreamDetector {
  const { direction, fullCounterparties, minimumCounterparties } = parameters;
  const spanMs = parameters.spanDays * DAY_MS;
  return (flow, found) => {
    if (!isOneOff(flow)) return;
    const centre = direction === 'in' ? flow.to : flow.from;
    const side = direction === 'in' ? centre.incoming : centre.outgoing;
    if (side.length < minimumCounterparties) return;
    const flows = oneOffs(within(side, flow.atMs, spanMs));
    const strength = ramp(flows.length, minimumCounterparties, fullCounterparties);
    if (strength > 0) found({ centre, strength, flows });
  };
}
