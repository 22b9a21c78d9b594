import type { Metrics } from '../config/runtime/metrics.ts';
import type { Lifecycle } from '../config/runtime/lifecycle.ts';
import type { CoordinatorSettings } from '../config/settings/coordinator-table.ts';
import type { Core, CoreDeps } from './core.ts';
import type { Roster } from './registry/roster.ts';
import type { CallMetrics } from './rpc/steps/metrics.ts';
import type { ServingState } from './serving.ts';

/** What the parts of a running coordinator are put together from. */
export type Parts = {
  readonly settings: CoordinatorSettings;
  readonly deps: CoreDeps;
  readonly core: Core;
  readonly metrics: Metrics;
  readonly calls: CallMetrics;
  readonly lifecycle: Lifecycle;
  readonly roster: Roster;
  readonly serving: ServingState;
};

/** How long calls under way may take to finish at a stop. */
export const CLOSE_GRACE_MS = 2_000;

/** host:port, with brackets around an IPv6 address. */
export function addressOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A fault of something that runs by itself, so that nobody is there to be told. */
export function logFault({ deps }: Pick<Parts, 'deps'>, message: string, error: unknown): void {
  deps.log.error({ error: error instanceof Error ? error.message : String(error) }, message);
}
