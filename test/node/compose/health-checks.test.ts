import test from 'ava';
import { Health } from '../../../config/runtime/health.ts';
import { addChecks } from '../../../node/compose/health-checks.ts';
import type { ClockVerdict } from '../../../node/federation/clock-judge.ts';
import { LOCAL_ADVISER } from '../../../node/triage/advice/adviser.ts';
import type { GraphStore } from '../../../node/graph/graph-store.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';

function checked(deps: {
  readonly writable: boolean;
  readonly graph: 'open' | 'closed';
  readonly clock?: ClockVerdict;
}): Health {
  const health = new Health({ timeoutMs: 1_000 });
  const ledger = { ...openMemoryLedger(), writable: () => deps.writable };
  const appliedSequence = async (): Promise<number> => {
    if (deps.graph === 'closed') throw new Error('closed');
    return 1;
  };
  // The check asks the graph for this alone.
  const { clock } = deps;
  const federation = clock && { clock: () => clock };
  addChecks(health, {
    adviser: LOCAL_ADVISER,
    ledger,
    graph: { appliedSequence } as unknown as GraphStore,
    federation,
  });
  return health;
}

test('a node whose ledger takes writes is ready, with local models only', async (t) => {
  t.deepEqual(await checked({ writable: true, graph: 'open' }).readiness(), {
    ready: true,
    checks: { database: 'ok', graph: 'ok', cache: 'ok', llm: 'degraded' },
    detail: { llm: 'local models only' },
  });
});

test('S4-33 (ledger) a node whose ledger takes no writes is not ready and says why', async (t) => {
  t.like(await checked({ writable: false, graph: 'open' }).readiness(), {
    ready: false,
    checks: { database: 'failed' },
    detail: { database: 'LEDGER_READ_ONLY' },
  });
});

test('a node whose graph does not answer is not ready', async (t) => {
  t.like(await checked({ writable: true, graph: 'closed' }).readiness(), { ready: false, checks: { graph: 'failed' } });
});

test('R-06 (clock) a member whose clock is off is ready for its own work, and says so', async (t) => {
  const clockOf = (state: ClockVerdict['state']): Health =>
    checked({ writable: true, graph: 'open', clock: { state, offsetMs: null, voices: 1 } });
  t.like(await clockOf('off').readiness(), {
    ready: true,
    checks: { clock: 'degraded' },
    detail: { clock: 'CLOCK_OFF' },
  });
  t.like(await clockOf('unheard').readiness(), { ready: true, checks: { clock: 'ok' } });
});
