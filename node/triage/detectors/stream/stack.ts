import { LIMITS } from '../../../../config/settings/limits.ts';
import type { StackParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { latestBy, oneOffs, type StreamDetector, withinUnlessHub } from './detector.ts';
import type { AccountFlows, Flow } from './flow.ts';

/** Accounts of a second layer that several of a first have paid in common, as one of them pays on where others did. */
export function stackDetector(parameters: StackParameters): StreamDetector {
  const { fullEachLayer, minimumEachLayer } = parameters;
  const spanMs = parameters.spanDays * DAY_MS;
  return (latest, found) => {
    const { from: paid, to: end } = latest;
    if (paid.incoming.length < minimumEachLayer || end.incoming.length < minimumEachLayer) return;
    const beside = latestBy(oneOffs(withinUnlessHub(end.incoming, latest.atMs, spanMs)), 'from');
    if (beside.size < minimumEachLayer) return;
    const first = latestBy(oneOffs(withinUnlessHub(paid.incoming, latest.atMs, spanMs)), 'from');
    first.delete(end);
    if (first.size < minimumEachLayer) return;
    const flows = new Set<Flow>([latest]);
    const payers = new Set<AccountFlows>();
    let layer = 1;
    let expansions = 0;
    for (const [other, onward] of beside) {
      if (other === paid || expansions > LIMITS.detectionExpansions) continue;
      const common: Flow[] = [];
      for (const [payer, into] of latestBy(oneOffs(withinUnlessHub(other.incoming, onward.atMs, spanMs)), 'from')) {
        expansions += 1;
        const own = first.get(payer);
        if (own !== undefined) common.push(own, into);
      }
      if (common.length < 2 * minimumEachLayer) continue;
      layer += 1;
      flows.add(onward);
      for (const flow of common) {
        flows.add(flow);
        payers.add(flow.from);
      }
    }
    const strength = ramp(Math.min(layer, payers.size), minimumEachLayer, fullEachLayer);
    if (strength > 0) found({ centre: null, strength, flows: [...flows] });
  };
}
