import type { Viewer } from '../../../proto/domain/marking.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { GraphStore, Neighbour } from '../../graph/graph-store.ts';
import { LOOKBACK_MS } from './account-view.ts';

/** The transfers of an account that occurred in the look-back before `endMs` and were known at `asOfMs`. */
export type TransferReader = {
  transfersOf(key: EntityKey, endMs: number, asOfMs: number): Promise<readonly Neighbour[]>;
};

/** Reads transfers from the graph, the newest LIMITS.graphNeighbours of each account. */
export function graphTransfers(graph: Pick<GraphStore, 'neighbours'>, viewer: Viewer): TransferReader {
  return {
    transfersOf: (key, endMs, asOfMs) =>
      graph.neighbours(
        {
          key,
          kinds: ['transfer'],
          direction: 'both',
          fromMs: endMs - LOOKBACK_MS,
          toMs: endMs,
          asOfMs,
          limit: LIMITS.graphNeighbours,
        },
        viewer,
      ),
  };
}
