import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import { openLevelGraph } from '../graph/level/level-graph.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { openLevelLedger } from '../ledger/level/level-ledger.ts';
import type { Home } from './home.ts';
import { alignGraph } from './projection.ts';

export type Storage = { readonly ledger: Ledger; readonly graph: GraphStore };

/** Opens what a home keeps, and nothing when a part of it does not open. @throws LEDGER_…, GRAPH_… */
export async function openStorage(home: Home, deps: { readonly clock: Clock; readonly log: Log }): Promise<Storage> {
  const ledger = await openLevelLedger({ directory: home.ledger, ...deps });
  try {
    const graph = await openLevelGraph({ directory: home.graph, log: deps.log });
    await alignGraph({ ledger, graph });
    return { ledger, graph };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}
