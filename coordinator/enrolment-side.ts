import { CLOSE_GRACE_MS, type Parts } from './parts.ts';
import { type EnrolmentListener, startEnrolmentListener } from './rpc/enrolment-listener.ts';
import type { ListenerIdentity } from './rpc/listener-credentials.ts';
import { encodeEnrolmentAnswer } from './rpc/services/enrolment.ts';

/** Opens the enrolment listener; new members are told where the member listener is. */
export async function startEnrolmentSide(
  { settings, deps, core, calls, lifecycle }: Parts,
  identity: ListenerIdentity,
  memberAddress: string,
): Promise<EnrolmentListener> {
  const at = { host: settings.coordinator.host, port: settings.coordinator.enrolmentPort };
  const enrolment = await startEnrolmentListener(at, identity, {
    ...deps,
    store: core.store,
    callMetrics: calls,
    desk: {
      ...core,
      clock: deps.clock,
      enrolmentSecretKey: core.enrolmentKey.secretKey,
      encodeAnswer: encodeEnrolmentAnswer(memberAddress),
    },
  });
  lifecycle.add('enrolment listener', () => enrolment.close(CLOSE_GRACE_MS));
  return enrolment;
}
