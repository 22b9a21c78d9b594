import { getHeapStatistics } from 'node:v8';
import type { Health } from '../../config/runtime/health.ts';
import type { Federation } from '../federation/federation.ts';
import type { GraphStore } from '../graph/graph-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Adviser } from '../triage/advice/adviser.ts';

/** Beyond this share of the heap's limit the caches, which live in the heap, are about to cost more than they save. */
const HEAP_SHARE = 0.9;

export type HealthDeps = {
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  readonly adviser: Pick<Adviser, 'status'>;
  /** undefined while the node belongs to no federation. */
  readonly federation: Pick<Federation, 'clock'> | undefined;
};

/**
 * Checks of readiness under the names of the reference guide. The language model is an adviser: without one the node
 * does all of its work with local models, so its absence is told and never fails. A clock that is off stops what this
 * node would send, not its own work.
 */
export function addChecks(health: Health, deps: HealthDeps): void {
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
  const { federation } = deps;
  if (federation !== undefined)
    health.add('clock', () => {
      return federation.clock().state === 'off' ? { state: 'degraded', reason: 'CLOCK_OFF' } : { state: 'ok' };
    });
  health.add('llm', () => {
    const { code, state } = deps.adviser.status();
    if (state === 'off') return { state: 'degraded', reason: 'local models only' };
    return code === null ? { state: 'ok' } : { state: 'degraded', reason: code };
  });
}
