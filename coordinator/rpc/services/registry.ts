import type { Clock } from '../../../proto/domain/runtime.ts';
import type {
  HeartbeatRequest,
  HeartbeatResponse,
  RegistryServiceServer,
  StreamRosterRequest,
  StreamRosterResponse,
} from '../../../proto/gen/concordat/v1/registry.ts';
import type { Roster } from '../../registry/roster.ts';
import { serverStream, unary } from '../adapt.ts';
import type { Guard, MemberCall } from '../call.ts';
import { readAddresses } from '../read-request.ts';

/** Who is where: members say it, members hear it. */
export function registryService(
  guard: Guard<MemberCall>,
  deps: { readonly roster: Roster; readonly clock: Clock },
): RegistryServiceServer {
  const { roster, clock } = deps;
  return {
    heartbeat: unary(
      guard,
      'Registry/Heartbeat',
      (request: HeartbeatRequest, { member }): Promise<HeartbeatResponse> => {
        roster.heartbeat(member.peerId, readAddresses(request.addresses));
        return Promise.resolve({ serverTimeMs: BigInt(clock.nowMs()) });
      },
    ),
    streamRoster: serverStream<StreamRosterRequest, StreamRosterResponse>(
      guard,
      'Registry/StreamRoster',
      async (_request, { signal }, send) => {
        let seen = 0;
        // The whole roster first, also when it is empty, so that the caller knows that it has it.
        for (let isFirst = true; !signal.aborted; isFirst = false) {
          const entries = roster.since(seen);
          seen = roster.revision;
          if (isFirst || entries.length > 0) {
            await send({
              entries: entries.map((entry) => ({
                peerId: entry.peerId,
                addresses: [...entry.addresses],
                lastSeenMs: BigInt(entry.lastSeenMs),
              })),
            });
          }
          await roster.changed(seen, signal);
        }
      },
    ),
  };
}
