import { latestEndMs } from '../ca/certificates.ts';
import type { Core } from '../core.ts';

/** A member as an operator sees it. */
export type NodeView = {
  readonly peer_id: string;
  readonly agency: string;
  readonly node: string;
  readonly state: 'active' | 'suspended';
  readonly certificate_until: string | null;
  readonly last_seen: string | null;
};

/** Every node on record, in roster order. */
export async function nodeViews(
  { controlLog, store }: Core,
  nowMs: number,
  lastSeenMs: (peerId: string) => number | undefined,
): Promise<readonly NodeView[]> {
  const { membership } = controlLog;
  const views: NodeView[] = [];
  for (const { peerId, agencyId, nodeId } of membership.nodes()) {
    const endMs = await latestEndMs(store, peerId);
    const seenMs = lastSeenMs(peerId);
    views.push({
      peer_id: peerId,
      agency: agencyId,
      node: nodeId,
      state: membership.isSuspended(peerId) ? 'suspended' : 'active',
      certificate_until: endMs === undefined || endMs < nowMs ? null : new Date(endMs).toISOString(),
      last_seen: seenMs === undefined ? null : new Date(seenMs).toISOString(),
    });
  }
  return views;
}
