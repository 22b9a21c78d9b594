import { LIMITS } from '../../config/settings/limits.ts';
import { decodeStatement } from '../../proto/codec/statement.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { ControlLog } from './control-log.ts';
import type { Indicators } from './indicators.ts';
import type { SharingMesh } from './mesh-port.ts';
import type { Sync, SyncPeer } from './sync.ts';

export type CatchUpParts = {
  readonly controlLog: ControlLog;
  readonly indicators: Indicators;
  readonly mesh: Pick<SharingMesh, 'statements' | 'indicators' | 'heads' | 'range'>;
  readonly sync: Sync;
};

/** Rounds against one peer before the next is asked; a peer that answers little at a time holds nobody up. */
const ROUNDS = 10_000;

/**
 * Brings this node up to what a peer has: statements first, since they decide what of the rest counts, then
 * indicators, then objects.
 * @returns how many objects, statements and indicators were new
 */
export async function catchUpFrom(peerId: PeerIdText, parts: CatchUpParts): Promise<number> {
  const statements = await statementsFrom(peerId, parts);
  const indicators = await indicatorsFrom(peerId, parts);
  return statements + indicators + (await parts.sync.catchUp(syncPeer(peerId, parts.mesh)));
}

async function statementsFrom(peerId: PeerIdText, { controlLog, mesh }: CatchUpParts): Promise<number> {
  const before = controlLog.size();
  let start = before;
  let pending: readonly Uint8Array[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const answer = await mesh.statements(peerId, start);
    pending = answer.pending;
    if (answer.entries.length === 0 || answer.start !== start) break;
    await controlLog.offer(start, answer.entries, answer.checkpoint);
    start += answer.entries.length;
  }
  let taken = controlLog.size() - before;
  for (const bytes of pending) if (await takePending(bytes, controlLog)) taken += 1;
  return taken;
}

/** A pending statement that our rules refuse is the peer's affair, not an error. */
export async function takePending(bytes: Uint8Array, controlLog: ControlLog): Promise<boolean> {
  try {
    return await controlLog.addPending(decodeStatement(bytes, LIMITS));
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

async function indicatorsFrom(peerId: PeerIdText, { indicators, mesh }: CatchUpParts): Promise<number> {
  let taken = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await mesh.indicators(peerId, indicators.cursor());
    if (found.length === 0) return taken;
    for (const signed of found) {
      try {
        await indicators.receive(signed);
        taken += 1;
      } catch (error) {
        if (!isRefusal(error, 'SHARING_DUPLICATE')) throw error;
      }
    }
  }
  return taken;
}

function syncPeer(peerId: PeerIdText, mesh: CatchUpParts['mesh']): SyncPeer {
  return {
    async heads() {
      const nodes = await mesh.heads(peerId);
      return nodes.flatMap((node) =>
        node.heads.map(({ audience, headerHash, incarnation, sequence }) => ({
          chain: { authorPeerId: node.peerId, incarnation, audience },
          head: { sequence, headerHash },
        })),
      );
    },
    range: (chain, firstSequence, lastSequence) => mesh.range(peerId, { ...chain, firstSequence, lastSequence }),
  };
}
