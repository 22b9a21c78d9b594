import { verifyRenewal } from '../../crypto/renewal-proof.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock } from '../../proto/domain/runtime.ts';
import { auditEntry } from '../audit.ts';
import { certificateWrite, latestEndMs } from '../ca/certificates.ts';
import type { Issuer } from '../ca/issuer.ts';
import { coordinatorError } from '../errors.ts';
import type { ControlLog } from '../log/control-log.ts';
import type { CoordinatorStore } from '../store/coordinator-store.ts';

export type Renewal = {
  readonly peerId: PeerIdText;
  /** PKCS#10, DER. */
  readonly certificateRequest: Uint8Array;
  readonly issuedAtMs: number;
  readonly identityProof: Uint8Array;
};

export type RenewalDesk = {
  readonly store: CoordinatorStore;
  readonly controlLog: ControlLog;
  readonly issuer: Issuer;
  readonly clock: Clock;
};

/**
 * A member's next certificate, on a proof of now by its identity key, while the last one has not lapsed for longer
 * than the grace. Who is unknown, suspended or too late hears one and the same refusal.
 * @returns the certificate, DER
 * @throws RENEW_MEMBER, RENEW_PROOF, CA_REQUEST, CRYPTO_REQUEST, CRYPTO_CERTIFICATE, STORE_*
 */
export async function renew(desk: RenewalDesk, renewal: Renewal): Promise<Uint8Array> {
  const { store, controlLog, issuer, clock } = desk;
  const { membership } = controlLog;
  const { peerId, certificateRequest, issuedAtMs, identityProof } = renewal;
  const nowMs = clock.nowMs();
  const member = membership.node(peerId);
  const endMs = member === undefined ? undefined : await latestEndMs(store, peerId);
  const isMember = member !== undefined && !membership.isSuspended(peerId);
  if (!isMember || endMs === undefined || nowMs > endMs + LIMITS.renewalGraceMs) throw coordinatorError('RENEW_MEMBER');
  const claim = { federationId: membership.federationId, issuedAtMs, request: certificateRequest };
  if (Math.abs(nowMs - issuedAtMs) > LIMITS.clockSkewMs || !verifyRenewal(member.identityKey, claim, identityProof)) {
    throw coordinatorError('RENEW_PROOF');
  }
  const issued = await issuer.issueMember(membership, member, certificateRequest);
  await store.commit({
    writes: [certificateWrite(issued.record)],
    audit: [auditEntry({ atMs: nowMs, actor: peerId, action: 'certificate.renewed', object: `node:${peerId}` })],
  });
  return issued.der;
}
