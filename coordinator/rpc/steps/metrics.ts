import type { Metrics } from '../../../config/runtime/metrics.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { COORDINATOR_ERRORS } from '../../errors.ts';
import type { KnownCall } from '../call.ts';
import { FAULT_CODE } from '../status.ts';

export type CallMetrics = { done(method: string, code: string, seconds: number): void };

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];

export function callMetrics(metrics: Metrics, methods: readonly string[]): CallMetrics {
  const calls = metrics.counter({
    name: 'concordat_coordinator_calls_total',
    help: 'Calls by method and code; OK for those that were done.',
    labels: { method: methods, code: ['OK', FAULT_CODE, ...Object.keys(COORDINATOR_ERRORS)] },
  });
  const seconds = metrics.histogram(
    {
      name: 'concordat_coordinator_call_seconds',
      help: 'Time from the start of a call to its end; streams run as long as they are wanted.',
      labels: { method: methods },
    },
    SECONDS,
  );
  return {
    done: (method, code, took) => {
      calls.add({ method, code });
      seconds.observe({ method }, took);
    },
  };
}

/** Counts the call and how long it took. */
export async function withMetrics<Result>(
  deps: { readonly metrics: CallMetrics; readonly clock: Clock },
  call: KnownCall,
  next: () => Promise<Result>,
): Promise<Result> {
  const startedMs = deps.clock.nowMs();
  const done = (code: string): void =>
    deps.metrics.done(call.method, code, Math.max(0, deps.clock.nowMs() - startedMs) / 1_000);
  try {
    const result = await next();
    done('OK');
    return result;
  } catch (error) {
    done(isRefusal(error) ? error.code : FAULT_CODE);
    throw error;
  }
}
