import { LIMITS } from '../../../../config/settings/limits.ts';
import type { ScatterGatherParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { latestBy, oneOffs, type StreamDetector, withinUnlessHub } from './detector.ts';
import type { Flow } from './flow.ts';

/** One source and several accounts between, as the last of them pays the sink. */
export function scatterGatherDetector(parameters: ScatterGatherParameters): StreamDetector {
  const { fullBetween, minimumBetween } = parameters;
  const spanMs = parameters.spanDays * DAY_MS;
  return (last, found) => {
    const { from: between, to: sink } = last;
    if (sink.incoming.length < minimumBetween || between.incoming.length === 0) return;
    const gathered = latestBy(oneOffs(withinUnlessHub(sink.incoming, last.atMs, spanMs)), 'from');
    if (gathered.size < minimumBetween) return;
    let expansions = 0;
    for (const source of latestBy(oneOffs(withinUnlessHub(between.incoming, last.atMs, spanMs)), 'from').keys()) {
      if (source === sink || expansions > LIMITS.detectionExpansions) continue;
      const flows: Flow[] = [];
      for (const into of latestBy(oneOffs(withinUnlessHub(source.outgoing, last.atMs, spanMs)), 'to').values()) {
        expansions += 1;
        const out = gathered.get(into.to);
        if (out !== undefined && out.atMs >= into.atMs) flows.push(into, out);
      }
      const strength = ramp(flows.length / 2, minimumBetween, fullBetween);
      if (strength > 0 && flows.includes(last)) found({ centre: null, strength, flows });
    }
  };
}
