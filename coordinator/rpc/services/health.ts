import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as ServingStatus,
  type HealthServer,
} from '../../../proto/gen/grpc/health/v1/health.ts';
import { coordinatorError } from '../../errors.ts';
import { serverStream, unary } from '../adapt.ts';
import type { Guard, MemberCall } from '../call.ts';

/** Whether the coordinator can do its work, and how to hear when that changes. */
export type Serving = {
  readonly isServing: () => boolean;
  /** Resolves at the next change, or when the signal ends the wait. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
};

/** grpc.health.v1 for members, who have a certificate; probes of the machine ask the metrics port. */
export function healthService(guard: Guard<MemberCall>, serving: Serving, services: readonly string[]): HealthServer {
  const status = (): HealthCheckResponse => ({
    status: serving.isServing() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING,
  });
  const isKnown = (service: string): boolean => service === '' || services.includes(service);
  return {
    check: unary(guard, 'Health/Check', async ({ service }: HealthCheckRequest) => {
      if (!isKnown(service)) throw coordinatorError('CALL_UNKNOWN');
      return status();
    }),
    watch: serverStream<HealthCheckRequest, HealthCheckResponse>(
      guard,
      'Health/Watch',
      async ({ service }, { signal }, send) => {
        while (!signal.aborted) {
          await send(isKnown(service) ? status() : { status: ServingStatus.SERVICE_UNKNOWN });
          await serving.changed(signal);
        }
      },
    ),
  };
}
