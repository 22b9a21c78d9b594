import { Health } from '../config/runtime/health.ts';
import { Lifecycle } from '../config/runtime/lifecycle.ts';
import { createMetrics } from '../config/runtime/metrics.ts';
import type { CoordinatorSettings } from '../config/settings/coordinator-table.ts';
import { LIMITS } from '../config/settings/limits.ts';
import { ready as flagMathReady } from '../crypto/oprf/voprf.ts';
import { asId } from '../proto/domain/ids.ts';
import { type Core, type CoreDeps, openCore } from './core.ts';
import { startEnrolmentSide } from './enrolment-side.ts';
import { issueListenerIdentity, keepRenewed } from './listener-identity.ts';
import { startMemberSide } from './member-side.ts';
import { serveMetrics } from './metrics-server.ts';
import { runOperatorCommand } from './operator/commands.ts';
import { serveOperator } from './operator/socket-server.ts';
import { addressOf, logFault, type Parts } from './parts.ts';
import { Roster } from './registry/roster.ts';
import { ENROLMENT_METHODS, MEMBER_METHODS } from './rpc/methods.ts';
import { callMetrics } from './rpc/steps/metrics.ts';
import { ServingState } from './serving.ts';
import { eraseExpired } from './upkeep/retention.ts';

/** Where a running coordinator is reached. */
export type Addresses = {
  /** host:port */
  readonly enrolment: string;
  /** host:port */
  readonly members: string;
  readonly metrics: string;
  /** Path of the operator's socket. */
  readonly operator: string;
};

/** A coordinator that has opened its home. */
export type Coordinator = {
  readonly core: Core;
  /** Opens the listeners; once. @throws what listening throws (EADDRINUSE), STORE_* */
  listen(): Promise<Addresses>;
  /** Stops in order; true when every part stopped without a fault. */
  stop(): Promise<boolean>;
};

const UPKEEP_MS = 3_600_000;

/**
 * The composition root: opens a home and puts the parts of the coordinator together.
 * @throws KEYS_*, COORDINATOR_GENESIS, STORE_*, MEMBERSHIP_*
 */
export async function createCoordinator(settings: CoordinatorSettings, deps: CoreDeps): Promise<Coordinator> {
  await flagMathReady();
  const core = await openCore(settings, deps);
  const lifecycle = new Lifecycle(deps.log);
  lifecycle.add('store', () => core.close());
  const metrics = createMetrics({ process: true });
  const parts: Parts = {
    settings,
    deps,
    core,
    metrics,
    lifecycle,
    calls: callMetrics(metrics, [...MEMBER_METHODS, ...ENROLMENT_METHODS]),
    roster: new Roster(deps.clock),
    serving: new ServingState(() => core.store.writable()),
  };
  return { core, listen: () => listen(parts), stop: () => lifecycle.stop() };
}

async function listen(parts: Parts): Promise<Addresses> {
  const { core, settings, lifecycle, serving } = parts;
  const { advertise } = settings.coordinator;
  await core.statements.refreshCrl();
  const first = await issueListenerIdentity(core, settings.coordinator);
  const memberSide = await startMemberSide(parts, first.identity);
  const members = addressOf(advertise, memberSide.listener.port);
  const enrolmentSide = await startEnrolmentSide(parts, first.identity, members);
  const enrolment = addressOf(advertise, enrolmentSide.listener.port);
  keepRenewed(parts, first, [memberSide, enrolmentSide]);
  startUpkeep(parts);
  const metrics = await startMetrics(parts);
  const operator = await startOperator(parts, enrolment);
  lifecycle.add('serving', () => serving.stop());
  return { enrolment, members, metrics, operator };
}

function startUpkeep(parts: Parts): void {
  const { core, deps, lifecycle } = parts;
  const round = async (): Promise<void> => {
    await core.statements.refreshCrl();
    await eraseExpired({ ...core, clock: deps.clock });
  };
  const run = (): void => void round().catch((error: unknown) => logFault(parts, 'upkeep failed', error));
  const timer = setInterval(run, UPKEEP_MS).unref();
  lifecycle.add('upkeep', () => clearInterval(timer));
}

async function startMetrics({ core, settings, metrics, serving, lifecycle }: Parts): Promise<string> {
  const health = new Health({ timeoutMs: LIMITS.readinessTimeoutMs });
  health.add('store', () => ({ state: core.store.writable() ? 'ok' : 'failed' }));
  health.add('listeners', () => ({ state: serving.isServing() ? 'ok' : 'failed' }));
  const server = await serveMetrics(settings.metrics, { metrics, health });
  lifecycle.add('metrics', () => server.close());
  return server.address;
}

async function startOperator({ core, deps, roster, lifecycle }: Parts, enrolment: string): Promise<string> {
  const { home, log, random, clock } = deps;
  const coordinator = {
    core,
    random,
    nowMs: () => clock.nowMs(),
    enrolmentAddress: () => enrolment,
    lastSeenMs: (peerId: string) => roster.get(asId(peerId))?.lastSeenMs,
  };
  const socket = await serveOperator(home.root, {
    log,
    run: ({ command, input, actor }) => runOperatorCommand(coordinator, command, input, actor),
  });
  lifecycle.add('operator socket', () => socket.close());
  return socket.path;
}
