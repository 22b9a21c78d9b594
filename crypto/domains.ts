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
  /** Salted hash of a value in the ledger's chain. */
  ledgerValue: 'concordat/ledger-value/1\0',
  /** Associated data of what is sealed at rest. */
  atRest: 'concordat/at-rest/1\0',
  /** Input of the flag OPRF. */
  flagInput: 'concordat/flag-input/1\0',
  /** Tag of a flag, from the OPRF output. */
  flagTag: 'concordat/flag-tag/1\0',
  /** Outer key of a flag, from the OPRF output. */
  flagKey: 'concordat/flag-key/1\0',
  /** Seed of a flag's sharing polynomial, from the OPRF output. */
  flagPolynomial: 'concordat/flag-polynomial/1\0',
  /** Coefficient of a flag's sharing polynomial, from the seed. */
  flagCoefficient: 'concordat/flag-coefficient/1\0',
  /** Index of a corporate group in the sharing of flags. */
  flagGroup: 'concordat/flag-group/1\0',
  /** Key that seals a flag's part, from the outer key. */
  flagPartKey: 'concordat/flag-part-key/1\0',
  /** Associated data of a flag's part under the outer layer. */
  flagPart: 'concordat/flag-part/1\0',
  /** Associated data of a flag's payload under its content key. */
  flagPayload: 'concordat/flag-payload/1\0',
  /** Associated data of a content key under the member key. */
  contentKeyWrap: 'concordat/content-key-wrap/1\0',
  /** Input of the match OPRF. */
  matchToken: 'concordat/match-token/1\0',
  /** Tag in a match filter, from the OPRF output. */
  matchTag: 'concordat/match-tag/1\0',
  /** Key of a label in a match filter, from the OPRF output. */
  matchLabelKey: 'concordat/match-label-key/1\0',
  /** Associated data of a label in a match filter. */
  matchLabel: 'concordat/match-label/1\0',
  /** Signature over a match receipt. Source: payload.proto, MatchReceiptBody. */
  matchReceipt: 'concordat/match-receipt/1\0',
  /** Signature over a scorer artefact. */
  modelArtefact: 'concordat/model-artefact/1\0',
  /** Signature over an assertion that two customers are one. Source: node/records/merges.ts. */
  entityMerge: 'concordat/entity-merge/1\0',
  /** Keyed randomness of a hint's draw. */
  hintDraw: 'concordat/hint-draw/1\0',
  /** Key under which API keys are digested, from the node's secret. */
  apiKeyDigest: 'concordat/api-key-digest/1\0',
  /** Key under which member keys are sealed in the ledger, from the node's encryption key. */
  memberKeyAtRest: 'concordat/member-key-at-rest/1\0',
  /** Key under which the key folder is sealed, from the node's encryption key. */
  keyFolder: 'concordat/key-folder/1\0',
} as const;

/** Bytes of a domain followed by the parts, which the caller keeps unambiguous (fixed lengths, or one open end). */
export function withDomain(domain: string, ...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concat(utf8(domain), ...parts);
}
