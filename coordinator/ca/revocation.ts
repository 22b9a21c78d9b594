import type { Membership } from '../../config/policy/membership.ts';
import { type Authority, createCrl } from '../../crypto/x509.ts';
import type { StatementBody } from '../../proto/domain/control.ts';
import type { CertificateRecord } from './certificates.ts';

/** How long a list may be relied on: one that is older says less than the suspensions in the control log. */
export const CRL_LIFE_MS = 7 * 86_400_000;

/** Serials of the running certificates of suspended members. */
export function revokedSerials(membership: Membership, certificates: readonly CertificateRecord[]): readonly string[] {
  return certificates.filter(({ peerId }) => membership.isSuspended(peerId)).map(({ serial }) => serial);
}

/** The authority's next revocation list: running certificates of suspended members, under the next number. */
export async function nextCrl(
  authority: Authority,
  membership: Membership,
  certificates: readonly CertificateRecord[],
  nowMs: number,
): Promise<StatementBody> {
  const number = (membership.crl()?.number ?? 0) + 1;
  const crl = await createCrl({
    authority,
    number: BigInt(number),
    thisUpdateMs: nowMs,
    nextUpdateMs: nowMs + CRL_LIFE_MS,
    revoked: revokedSerials(membership, certificates).map((serial) => ({ serial, atMs: nowMs })),
  });
  return { kind: 'crl', value: { number, crl } };
}
