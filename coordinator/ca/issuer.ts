import { certificateUris } from '../../crypto/certificate-identity.ts';
import { toHex } from '../../crypto/bytes.ts';
import { type Authority, createSerial, issueCertificate, parseCertificate, parseRequest } from '../../crypto/x509.ts';
import type { Membership } from '../../config/policy/membership.ts';
import type { Member } from '../../config/policy/state.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import type { CertificateRule } from './ask.ts';
import type { CertificateRecord } from './certificates.ts';
import { goodStanding } from './rules/good-standing.ts';
import { ownNames } from './rules/own-names.ts';
import { recordedKey } from './rules/recorded-key.ts';
import { validityOf } from './validity.ts';

/** In this order; the first that refuses decides. */
const RULES: readonly CertificateRule[] = [goodStanding, recordedKey, ownNames];

/** Servers' own certificates are made anew at a third of this, long before a member would be turned away. */
const SERVER_LIFE_MS = 30 * 86_400_000;

export type IssuedCertificate = { readonly der: Uint8Array; readonly record: CertificateRecord };

/** The federation's authority: one root, which certifies members by rule and this coordinator's listeners. */
export class Issuer {
  readonly #authority: Authority;
  readonly #authorityEndMs: number;
  readonly #clock: Clock;
  readonly #random: RandomBytes;

  constructor(authority: Authority, deps: { readonly clock: Clock; readonly random: RandomBytes }) {
    this.#authority = authority;
    this.#authorityEndMs = parseCertificate(authority.certificate).notAfterMs;
    this.#clock = deps.clock;
    this.#random = deps.random;
  }

  /** The root certificate, DER. */
  get root(): Uint8Array {
    return this.#authority.certificate;
  }

  get authority(): Authority {
    return this.#authority;
  }

  /**
   * Certifies a member's TLS key after every rule has let the request pass. Names are the record's, not the request's.
   * @throws CRYPTO_REQUEST, CRYPTO_CERTIFICATE, CA_REQUEST
   */
  async issueMember(membership: Membership, member: Member, request: Uint8Array): Promise<IssuedCertificate> {
    const nowMs = this.#clock.nowMs();
    const parsed = await parseRequest(request);
    for (const rule of RULES) rule({ member, membership, request: parsed, nowMs });
    const { agencyId, nodeId, peerId } = member;
    const serial = createSerial(this.#random);
    const validity = validityOf(membership.policy(), nowMs, this.#authorityEndMs);
    const der = await issueCertificate({
      authority: this.#authority,
      spki: parsed.spki,
      commonName: `${agencyId}/${nodeId}`.slice(0, 64),
      uris: certificateUris({ federation: toHex(membership.federationId), agencyId, nodeId, peerId }),
      dnsNames: [],
      ipAddresses: [],
      serial,
      ...validity,
      usages: ['client', 'server'],
    });
    return { der, record: { serial, peerId, ...validity } };
  }

  /** Certifies a key of this coordinator's own listeners for the names under which they are reached. */
  async issueServer(
    spki: Uint8Array,
    names: { readonly dnsNames: readonly string[]; readonly ipAddresses: readonly string[] },
  ): Promise<{ readonly der: Uint8Array; readonly renewAtMs: number }> {
    const nowMs = this.#clock.nowMs();
    const notAfterMs = Math.min(nowMs + SERVER_LIFE_MS, this.#authorityEndMs);
    const der = await issueCertificate({
      authority: this.#authority,
      spki,
      commonName: 'coordinator',
      uris: [],
      ...names,
      serial: createSerial(this.#random),
      notBeforeMs: nowMs - 3_600_000,
      notAfterMs,
      usages: ['server'],
    });
    return { der, renewAtMs: nowMs + (notAfterMs - nowMs) / 3 };
  }
}
