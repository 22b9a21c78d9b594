import { LIMITS } from '../../../config/settings/limits.ts';
import type { BipartiteParameters } from '../../../config/typologies/typology.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { DAY_MS } from '../features/account-view.ts';
import { type Finding, type Neighbourhood, ramp, strongest } from './finding.ts';

/** Accounts on the account's own side, each with the transfers that it and the account share counterparties by. */
type Rivals = ReadonlyMap<EntityKey, ReadonlyMap<EntityKey, readonly string[]>>;

/** Other accounts that pay the same receivers as the account, or are paid by the same senders. */
export function findBipartite(neighbourhood: Neighbourhood, parameters: BipartiteParameters): Finding | undefined {
  return strongest([true, false].map((pays) => bipartite(rivalsOf(neighbourhood, pays, parameters), parameters)));
}

function bipartite(rivals: Rivals, { fullEachSide, minimumEachSide }: BipartiteParameters): Finding {
  const alike = [...rivals.values()].filter((shared) => shared.size >= minimumEachSide);
  const opposite = new Set(alike.flatMap((shared) => [...shared.keys()]));
  const strength = ramp(Math.min(alike.length + 1, opposite.size), minimumEachSide, fullEachSide);
  return { strength, edgeIds: [...new Set(alike.flatMap((shared) => [...shared.values()].flat()))] };
}

function rivalsOf(
  { counterparties, subject }: Neighbourhood,
  pays: boolean,
  { spanDays }: BipartiteParameters,
): Rivals {
  const rivals = new Map<EntityKey, Map<EntityKey, readonly string[]>>();
  for (const near of subject.recent) {
    if (near.incoming === pays) continue;
    const seen = counterparties.get(near.other)?.recent ?? [];
    if (seen.length > LIMITS.detectionHubFlows) continue;
    for (const far of seen) {
      if (far.incoming !== pays || far.other === subject.key) continue;
      if (Math.abs(far.atMs - near.atMs) >= spanDays * DAY_MS) continue;
      const shared = rivals.get(far.other) ?? new Map<EntityKey, readonly string[]>();
      rivals.set(far.other, shared.set(near.other, [near.edgeId, far.edgeId]));
    }
  }
  return rivals;
}
