import { Server } from '@grpc/grpc-js';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { EnrolmentServiceService } from '../../proto/gen/concordat/v1/enrolment.ts';
import type { EnrolmentDesk } from '../enrolment/enrol.ts';
import type { RenewalDesk } from '../enrolment/renew.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';
import { enrolmentGuard } from './chain.ts';
import { Listener, type ListenerAddress } from './listener.ts';
import { ListenerCredentials, type ListenerIdentity } from './listener-credentials.ts';
import { enrolmentService } from './services/enrolment.ts';
import { CallAudit } from './steps/audit.ts';
import type { CallMetrics } from './steps/metrics.ts';
import { TokenBuckets } from './token-bucket.ts';

export type EnrolmentListenerDeps = {
  readonly desk: EnrolmentDesk & RenewalDesk;
  readonly store: CoordinatorStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly callMetrics: CallMetrics;
};

export type EnrolmentListener = {
  readonly listener: Listener;
  replaceIdentity(identity: ListenerIdentity): void;
  close(graceMs: number): Promise<void>;
};

/**
 * Server TLS for those who have no certificate yet, or one that has lapsed: Enrol and Renew and nothing else. Anybody
 * can connect, so connections are short, with few streams and small messages.
 */
export async function startEnrolmentListener(
  at: ListenerAddress,
  identity: ListenerIdentity,
  deps: EnrolmentListenerDeps,
): Promise<EnrolmentListener> {
  const { clock, random, log, store, desk, callMetrics } = deps;
  const perMinute = LIMITS.enrolmentsPerMinutePerHost;
  const guard = enrolmentGuard({
    clock,
    random,
    log,
    metrics: callMetrics,
    audit: new CallAudit(store, clock, []),
    rate: new TokenBuckets(clock, { perSecond: perMinute / 60, burst: perMinute }),
  });
  const server = new Server({
    'grpc.max_receive_message_length': LIMITS.enrolmentRequestBytes,
    'grpc.max_concurrent_streams': LIMITS.enrolmentStreamsPerConnection,
    'grpc.max_connection_age_ms': LIMITS.enrolmentConnectionAgeMs,
    'grpc.max_connection_age_grace_ms': LIMITS.handshakeTimeoutMs,
    'grpc.max_metadata_size': LIMITS.requestHeaderBytes,
  });
  server.addService(EnrolmentServiceService, enrolmentService(guard, desk));
  const credentials = new ListenerCredentials(identity, { asksForCertificate: false });
  const listener = await Listener.start(server, credentials, at);
  return {
    listener,
    replaceIdentity: (next) => credentials.replace(next),
    close: (graceMs) => listener.close(graceMs),
  };
}
