import { Server } from '@grpc/grpc-js';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Metrics } from '../../config/runtime/metrics.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { ExchangeServiceService } from '../../proto/gen/concordat/v1/exchange.ts';
import { LogServiceService } from '../../proto/gen/concordat/v1/log.ts';
import { PolicyServiceService } from '../../proto/gen/concordat/v1/policy.ts';
import { RegistryServiceService } from '../../proto/gen/concordat/v1/registry.ts';
import { HealthService } from '../../proto/gen/grpc/health/v1/health.ts';
import type { StatementDesk } from '../log/statement-desk.ts';
import type { Roster } from '../registry/roster.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import type { Guard, MemberCall } from './call.ts';
import { memberGuard } from './chain.ts';
import { Listener, type ListenerAddress } from './listener.ts';
import { ListenerCredentials, type ListenerIdentity } from './listener-credentials.ts';
import { AUDITED_READS, MEMBER_METHODS } from './methods.ts';
import { exchangeService, type ExchangeServiceDeps } from './services/exchange.ts';
import { healthService, type Serving } from './services/health.ts';
import { logService, type LogServiceDeps } from './services/log.ts';
import { policyService } from './services/policy.ts';
import { registryService } from './services/registry.ts';
import { Sessions } from './sessions.ts';
import { CallAudit } from './steps/audit.ts';
import { Authenticator } from './steps/authenticate.ts';
import type { CallMetrics } from './steps/metrics.ts';
import { TokenBuckets } from './token-bucket.ts';

export type MemberListenerDeps = ExchangeServiceDeps &
  LogServiceDeps & {
    readonly store: CoordinatorStore;
    readonly statements: StatementDesk;
    readonly roster: Roster;
    readonly serving: Serving;
    readonly clock: Clock;
    readonly random: RandomBytes;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly callMetrics: CallMetrics;
  };

/** The running member listener. */
export type MemberListener = {
  readonly listener: Listener;
  readonly sessions: Sessions;
  replaceIdentity(identity: ListenerIdentity): void;
  close(graceMs: number): Promise<void>;
};

/** Mutual TLS for members: everything but joining. */
export async function startMemberListener(
  at: ListenerAddress,
  identity: ListenerIdentity,
  deps: MemberListenerDeps,
): Promise<MemberListener> {
  const sessions = new Sessions((remote) => listener.cut(remote));
  const server = new Server({
    'grpc.max_receive_message_length': LIMITS.grpcMessageBytes,
    'grpc.max_send_message_length': LIMITS.grpcMessageBytes,
    'grpc.max_concurrent_streams': LIMITS.coordinatorStreamsPerConnection,
    'grpc.keepalive_time_ms': LIMITS.linkKeepaliveMs,
    'grpc.keepalive_timeout_ms': LIMITS.handshakeTimeoutMs,
    'grpc.max_metadata_size': LIMITS.requestHeaderBytes,
  });
  addServices(server, guardOf(deps, sessions, identity.root), deps);
  const credentials = new ListenerCredentials(identity, { asksForCertificate: true });
  const listener = await Listener.start(server, credentials, at);
  return {
    listener,
    sessions,
    replaceIdentity: (next) => credentials.replace(next),
    close: (graceMs) => {
      sessions.stop();
      return listener.close(graceMs);
    },
  };
}

function guardOf(deps: MemberListenerDeps, sessions: Sessions, root: Uint8Array): Guard<MemberCall> {
  const { clock, random, log, store, membership, callMetrics } = deps;
  return memberGuard({
    clock,
    random,
    log,
    sessions,
    metrics: callMetrics,
    audit: new CallAudit(store, clock, AUDITED_READS),
    authenticator: new Authenticator(membership, root, clock),
    rate: new TokenBuckets(clock, { perSecond: LIMITS.memberCallsPerSecond, burst: LIMITS.memberCallsBurst }),
  });
}

function addServices(server: Server, guard: Guard<MemberCall>, deps: MemberListenerDeps): void {
  server.addService(RegistryServiceService, registryService(guard, deps));
  server.addService(LogServiceService, logService(guard, deps));
  server.addService(PolicyServiceService, policyService(guard, deps.statements));
  server.addService(ExchangeServiceService, exchangeService(guard, deps));
  const services = [...new Set(MEMBER_METHODS.map((method) => `concordat.v1.${method.split('/')[0]}Service`))];
  server.addService(HealthService, healthService(guard, deps.serving, services));
}
