import { getHeapStatistics } from 'node:v8';
import type { Health } from '../../config/runtime/health.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Beyond this share of the heap's limit the caches, which live in the heap, are about to cost more than they save. */
const HEAP_SHARE = 0.9;

/**
 * Checks of readiness under the names of the reference guide. The language model is an adviser: without one the node
 * does all of its work with local models, so its absence is told and never fails.
 */
export function addChecks(health: Health, deps: { readonly ledger: Ledger; readonly graph: GraphStore }): void {
  health.add('database', () =>
    deps.ledger.writable() ? { state: 'ok' } : { state: 'failed', reason: 'LEDGER_READ_ONLY' },
  );
  health.add('graph', async () => {
    await deps.graph.appliedSequence();
    return { state: 'ok' };
  });
  health.add('cache', () => {
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    return used < limit * HEAP_SHARE ? { state: 'ok' } : { state: 'degraded', reason: 'heap nearly full' };
  });
  health.add('llm', () => ({ state: 'degraded', reason: 'local models only' }));
}
