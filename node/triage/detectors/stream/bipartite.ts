import { LIMITS } from '../../../../config/settings/limits.ts';
import type { BipartiteParameters } from '../../../../config/typologies/typology.ts';
import { DAY_MS } from '../../features/account-view.ts';
import { ramp } from '../finding.ts';
import { latestBy, oneOffs, type StreamDetector, withinUnlessHub } from './detector.ts';
import type { AccountFlows, Flow } from './flow.ts';

/** Other senders that share with the sender of the latest transfer its receiver and another one. */
export function bipartiteDetector(parameters: BipartiteParameters): StreamDetector {
  const { fullEachSide, minimumEachSide } = parameters;
  const spanMs = parameters.spanDays * DAY_MS;
  return (latest, found) => {
    const { from: sender, to: receiver } = latest;
    if (sender.outgoing.length < minimumEachSide || receiver.incoming.length < minimumEachSide) return;
    const rivals = latestBy(oneOffs(withinUnlessHub(receiver.incoming, latest.atMs, spanMs)), 'from');
    if (rivals.size < minimumEachSide) return;
    const flows = new Set<Flow>();
    const senders = new Set<AccountFlows>([sender]);
    const receivers = new Set<AccountFlows>([receiver]);
    let expansions = 0;
    for (const [other, toOther] of latestBy(oneOffs(withinUnlessHub(sender.outgoing, latest.atMs, spanMs)), 'to')) {
      if (other === receiver) continue;
      for (const [rival, fromRival] of latestBy(
        oneOffs(withinUnlessHub(other.incoming, latest.atMs, spanMs)),
        'from',
      )) {
        expansions += 1;
        if (expansions > LIMITS.detectionExpansions) break;
        const shared = rival === sender ? undefined : rivals.get(rival);
        if (shared === undefined) continue;
        senders.add(rival);
        receivers.add(other);
        flows.add(latest).add(toOther).add(shared).add(fromRival);
      }
    }
    const strength = ramp(Math.min(senders.size, receivers.size), minimumEachSide, fullEachSide);
    if (strength > 0) found({ centre: null, strength, flows: [...flows] });
  };
}
