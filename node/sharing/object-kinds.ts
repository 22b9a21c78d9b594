import type { AudienceScope, EnvelopeHeader, EnvelopeKind } from '../../proto/domain/envelope.ts';
import type { AgencyId } from '../../proto/domain/ids.ts';
import type { ExchangeKind } from '../../proto/domain/policy.ts';
import type { Directory } from './ports.ts';
import { releaseOf } from './release.ts';

/** Audience that each kind travels in between members, and the exchange that policy must allow. */
export const OBJECT_KINDS: Readonly<
  Record<EnvelopeKind, { readonly scope: AudienceScope; readonly exchange: ExchangeKind }>
> = {
  summary: { scope: 'federation', exchange: 'summary' },
  flag_batch: { scope: 'coordinator', exchange: 'flag' },
  hint_batch: { scope: 'pair', exchange: 'hint' },
  withdrawal: { scope: 'federation', exchange: 'withdrawal' },
  withdrawal_answer: { scope: 'pair', exchange: 'withdrawal' },
  match_receipt: { scope: 'pair', exchange: 'match' },
};

/** Whether an object is meant for a member; the coordinator's are none of a member's business. */
export function isForMember({ audience, kind }: EnvelopeHeader, peerId: string): boolean {
  const { scope } = OBJECT_KINDS[kind];
  return audience.scope === scope && scope !== 'coordinator' && (scope !== 'pair' || audience.id === peerId);
}

/** Whether policy lets an object go from its author's agency to a reader's, under the gateway that it names. */
export function isReadable(directory: Directory, header: EnvelopeHeader, from: AgencyId, reader: AgencyId): boolean {
  const { exchange: kind } = OBJECT_KINDS[header.kind];
  return from === reader || releaseOf(directory, { kind, from, to: [reader], gateway: header.gateway }).allowed;
}
