import { concat, utf8 } from './bytes.ts';

/**
 * What a signature, hash or derived key is for: the first bytes of every such input, so that none made for one purpose
 * can stand for another. Each ends in a zero byte, none is used twice, none ever changes its meaning.
 */
export const DOMAINS = {
  /** Signature over a header. Source: proto/concordat/v1/envelope.proto. */
  envelope: 'concordat/envelope/1\0',
  /** Hash that is the federation id. Source: control.proto, Genesis. */
  genesis: 'concordat/genesis/1\0',
  /** Signature over an entry of the control log. Source: control.proto, SignedStatement. */
  statement: 'concordat/statement/1\0',
  /** Hash that names a member key. Source: control.proto, KeyPurpose. */
  memberKeyId: 'concordat/member-key-id/1\0',
  /** Hash over which a joining node proves its keys. Source: enrolment.proto, EnrolRequest. */
  enrolment: 'concordat/enrolment/1\0',
  /** Key of the proof of the sealing key. */
  sealingProof: 'concordat/sealing-proof/1\0',
  /** Signature that asks for a new certificate. Source: enrolment.proto, RenewRequest. */
  renewal: 'concordat/renewal/1\0',
  /** Signature over an indicator. Source: exchange.proto, SignedIndicator. */
  indicator: 'concordat/indicator/1\0',
  /** Context in front of a sealed plaintext. */
  seal: 'concordat/seal/1\0',
  /** Link of a hash chain. */
  chain: 'concordat/chain/1\0',
  /** Associated data of what is sealed at rest. */
  atRest: 'concordat/at-rest/1\0',
} as const;

/** Bytes of a domain followed by the parts, which the caller keeps unambiguous (fixed lengths, or one open end). */
export function withDomain(domain: string, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(utf8(domain), ...parts);
}
