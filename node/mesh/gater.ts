import type { ConnectionGater, PeerId } from '@libp2p/interface';
import { LIMITS } from '../../config/settings/limits.ts';
import type { MemberDirectory } from './member-directory.ts';
import type { MeshMetrics } from './metrics.ts';

export type GaterDeps = {
  readonly directory: MemberDirectory;
  readonly metrics: MeshMetrics;
  readonly isBanned: (peerId: string) => boolean;
  readonly openConnections: (peerId: PeerId) => number;
};

/**
 * Refuses every peer that is not an admitted member. Rule: the peer id is known once noise has run, and the decision
 * falls there, before the first byte reaches multiplexing, identify, gossip or the DHT (libp2p, upgrader.ts). It falls
 * again once the connection stands, since a suspension may arrive in between.
 */
export function memberGater(deps: GaterDeps): ConnectionGater {
  const denied = (peerId: PeerId): boolean => {
    const outcome = refusalOf(peerId, deps);
    if (outcome !== undefined) deps.metrics.count({ metric: 'connection', outcome });
    return outcome !== undefined;
  };
  return {
    denyDialPeer: (peerId) => refusalOf(peerId, deps) !== undefined,
    denyDialMultiaddr: () => false,
    denyInboundEncryptedConnection: denied,
    denyOutboundEncryptedConnection: denied,
    denyInboundUpgradedConnection: denied,
    denyOutboundUpgradedConnection: denied,
    filterMultiaddrForPeer: (peerId) => deps.directory.isAdmitted(peerId.toString()),
  };
}

function refusalOf(peerId: PeerId, deps: GaterDeps): 'outsider' | 'banned' | 'too_many' | undefined {
  const text = peerId.toString();
  if (!deps.directory.isAdmitted(text)) return 'outsider';
  if (deps.isBanned(text)) return 'banned';
  return deps.openConnections(peerId) >= LIMITS.connectionsPerPeer ? 'too_many' : undefined;
}
