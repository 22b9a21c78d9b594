import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { coordinatorError } from '../errors.ts';
import { type Guard, hostOf, type KnownCall, type MemberCall } from './call.ts';
import type { Sessions } from './sessions.ts';
import type { CallAudit } from './steps/audit.ts';
import type { Authenticator } from './steps/authenticate.ts';
import { withLog } from './steps/log.ts';
import { type CallMetrics, withMetrics } from './steps/metrics.ts';
import { withRequestId } from './steps/request-id.ts';
import type { TokenBuckets } from './token-bucket.ts';

export type ChainDeps = {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly metrics: CallMetrics;
  readonly audit: CallAudit;
};

/**
 * What every call of a member passes, in this order: number, log, metrics, audit, authentication, rate. Audit stands
 * before authentication so that refused calls are entered too.
 */
export function memberGuard(
  deps: ChainDeps & {
    readonly authenticator: Authenticator;
    readonly sessions: Sessions;
    readonly rate: TokenBuckets;
  },
): Guard<MemberCall> {
  return (incoming, work) => {
    const call = withRequestId(deps.random, incoming);
    return withLog(deps.log, call, () =>
      withMetrics(deps, call, () =>
        deps.audit.around(call, async () => {
          const { member, certificateEndMs } = deps.authenticator.authenticate(call.certificate);
          call.actor = member.peerId;
          if (!deps.rate.take(member.peerId)) throw coordinatorError('CALL_RATE');
          const leftMs = certificateEndMs - deps.clock.nowMs();
          const session = deps.sessions.open(member.peerId, { ...call, leftMs });
          try {
            return await work({ ...call, member, signal: session.signal });
          } finally {
            session.close();
          }
        }),
      ),
    );
  };
}

/** What every call on the enrolment listener passes; who calls is shown by the request, so the rate is by host. */
export function enrolmentGuard(deps: ChainDeps & { readonly rate: TokenBuckets }): Guard<KnownCall> {
  return (incoming, work) => {
    const call = withRequestId(deps.random, incoming);
    return withLog(deps.log, call, () =>
      withMetrics(deps, call, () =>
        deps.audit.around(call, async () => {
          if (!deps.rate.take(hostOf(call.remote))) throw coordinatorError('CALL_RATE');
          return work(call);
        }),
      ),
    );
  };
}
