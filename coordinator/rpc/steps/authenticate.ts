import type { Membership } from '../../../config/policy/membership.ts';
import type { Member } from '../../../config/policy/state.ts';
import { equalBytes, toHex } from '../../../crypto/bytes.ts';
import { certificateIdentity } from '../../../crypto/certificate-identity.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { type CertificateInfo, verifyCertificate } from '../../../crypto/x509.ts';
import { LRUCache } from 'lru-cache';
import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { coordinatorError } from '../../errors.ts';

/** Certificates whose signature has been checked, by hash: a check costs as much as a call. */
const CHECKED_CERTIFICATES = 2_048;

export type Authenticated = { readonly member: Member; readonly certificateEndMs: number };

/**
 * Who calls, by our own code on every call: TLS alone has shown an unauthorised certificate as authorised
 * (CVE-2026-101916), and it knows neither suspensions nor records. Chain to the federation's root, validity now,
 * names, member in the control log, key of the record, suspension.
 */
export class Authenticator {
  readonly #membership: Membership;
  readonly #root: Uint8Array;
  readonly #clock: Clock;
  readonly #checked = new LRUCache<string, CertificateInfo>({ max: CHECKED_CERTIFICATES });

  constructor(membership: Membership, root: Uint8Array, clock: Clock) {
    this.#membership = membership;
    this.#root = root;
    this.#clock = clock;
  }

  /** @throws CALL_CERTIFICATE, CALL_BINDING, CALL_SUSPENDED */
  authenticate(certificate: Uint8Array | undefined): Authenticated {
    const nowMs = this.#clock.nowMs();
    const info = this.#verified(certificate, nowMs);
    if (nowMs < info.notBeforeMs || nowMs > info.notAfterMs) throw coordinatorError('CALL_CERTIFICATE');
    const member = this.#bound(info);
    if (this.#membership.isSuspended(member.peerId)) throw coordinatorError('CALL_SUSPENDED');
    return { member, certificateEndMs: info.notAfterMs };
  }

  #verified(certificate: Uint8Array | undefined, nowMs: number): CertificateInfo {
    if (certificate === undefined) throw coordinatorError('CALL_CERTIFICATE');
    const hash = toHex(sha256(certificate));
    const known = this.#checked.get(hash);
    if (known !== undefined) return known;
    try {
      const info = verifyCertificate({ certificate, root: this.#root, atMs: nowMs, usage: 'client' });
      this.#checked.set(hash, info);
      return info;
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      throw coordinatorError('CALL_CERTIFICATE', { cause });
    }
  }

  /** The member whose record has the certificate's names and key; a record that has changed ends the certificate. */
  #bound(info: CertificateInfo): Member {
    try {
      const { federation, peerId, agencyId, nodeId } = certificateIdentity(info);
      const member = this.#membership.node(peerId);
      const isBound =
        member !== undefined &&
        federation === toHex(this.#membership.federationId) &&
        member.agencyId === agencyId &&
        member.nodeId === nodeId &&
        equalBytes(member.tlsKeyHash, info.spkiHash);
      if (isBound) return member;
    } catch (cause) {
      if (!isRefusal(cause)) throw cause;
      throw coordinatorError('CALL_BINDING', { cause });
    }
    throw coordinatorError('CALL_BINDING');
  }
}
