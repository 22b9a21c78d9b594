import { gatewayAllows } from '../../config/policy/gateways.ts';
import type { Membership } from '../../config/policy/membership.ts';
import type { Member } from '../../config/policy/state.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { equalBytes } from '../../crypto/bytes.ts';
import { payloadHash } from '../../crypto/envelope.ts';
import type { AudienceScope, EnvelopeKind } from '../../proto/domain/envelope.ts';
import type { ExchangeKind } from '../../proto/domain/policy.ts';
import { type CoordinatorErrorCode, coordinatorError } from '../errors.ts';
import type { AuthenticEnvelope } from './authenticity.ts';

/** What the coordinator takes: in which audience, and under which kind of exchange of policy. */
const KINDS: Readonly<
  Record<EnvelopeKind, { readonly scopes: readonly AudienceScope[]; readonly exchange: ExchangeKind }>
> = {
  summary: { scopes: ['federation'], exchange: 'summary' },
  flag_batch: { scopes: ['coordinator'], exchange: 'flag' },
  withdrawal: { scopes: ['federation', 'coordinator'], exchange: 'withdrawal' },
  // To the coordinator only about an indicator, whose authors are unnamed; otherwise between two members.
  withdrawal_answer: { scopes: ['coordinator'], exchange: 'withdrawal' },
  // Between two members: none of the coordinator's business.
  hint_batch: { scopes: [], exchange: 'hint' },
  match_receipt: { scopes: [], exchange: 'match' },
};

/**
 * The payload is the one that the header names, and complete. Checked before a place is taken, since the same header
 * can come again with the right payload.
 * @throws INGEST_PAYLOAD
 */
export function assertPayload({ envelope, header }: AuthenticEnvelope): void {
  const { salt, payload } = envelope;
  const fits = payload.length === header.payloadLength && equalBytes(payloadHash(salt, payload), header.payloadHash);
  if (!fits) throw coordinatorError('INGEST_PAYLOAD', { verdict: 'reject' });
}

/** @throws INGEST_AUDIENCE for an object that the coordinator must not be given */
export function assertAudience({ header }: AuthenticEnvelope): void {
  if (!KINDS[header.kind].scopes.includes(header.audience.scope)) {
    throw coordinatorError('INGEST_AUDIENCE', { verdict: 'reject' });
  }
}

/**
 * Why an object in its right place is not taken; undefined when it is. It keeps its place without its payload, so that
 * one such object does not cut its author off from the later ones.
 */
export function contentProblem(
  { header }: AuthenticEnvelope,
  sender: Member,
  membership: Membership,
  nowMs: number,
): CoordinatorErrorCode | undefined {
  if (header.expiresAtMs <= nowMs - LIMITS.clockSkewMs) return 'INGEST_EXPIRED';
  if (header.issuedAtMs > nowMs + LIMITS.clockSkewMs) return 'INGEST_FUTURE';
  if (header.epoch > membership.currentEpoch()) return 'INGEST_EPOCH';
  const kind = KINDS[header.kind].exchange;
  const isAllowed = gatewayAllows(membership.policy(), { gateway: header.gateway, kind, from: sender.agencyId });
  return isAllowed ? undefined : 'INGEST_GATEWAY';
}
