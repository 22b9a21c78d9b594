import type { Audience } from './envelope.ts';
import type { AgencyId, PeerIdText } from './ids.ts';
import type { Policy } from './policy.ts';

/** An agency and the officers who speak for it; agencies of one corporate group count once towards k. */
export type Agency = {
  readonly agencyId: AgencyId;
  readonly name: string;
  readonly corporateGroup: string;
  readonly jurisdiction: string;
  /** Ed25519, 32 bytes each. */
  readonly officerKeys: readonly Uint8Array[];
};

/** The founding document; the hash of its bytes is the federation id. */
export type Genesis = {
  readonly version: number;
  readonly name: string;
  readonly agencies: readonly Agency[];
  /** m: agencies whose officers must sign what binds all. */
  readonly approvalsNeeded: number;
  readonly logKey: Uint8Array;
  /** X.509, DER. */
  readonly rootCertificate: Uint8Array;
  readonly enrolmentKey: Uint8Array;
  readonly operator: string;
  readonly createdAtMs: number;
  readonly nonce: Uint8Array;
};

export const STATEMENT_KINDS = [
  'agency',
  'node',
  'policy',
  'suspension',
  'suspension_lift',
  'key_announcement',
  'key_erasure',
  'incarnation',
  'crl',
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

export const SIGNER_ROLES = ['officer', 'node', 'coordinator'] as const;
export type SignerRole = (typeof SIGNER_ROLES)[number];

export type StatementSignature = {
  readonly role: SignerRole;
  /** Of the officer or node; empty for the coordinator. */
  readonly agencyId: string;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
};

/** One entry of the control log; signatures are over the exact body bytes. */
export type SignedStatement = {
  readonly kind: StatementKind;
  readonly body: Uint8Array;
  readonly signatures: readonly StatementSignature[];
};

export type NodeRecord = {
  readonly agencyId: AgencyId;
  readonly nodeId: string;
  readonly identityKey: Uint8Array;
  readonly sealingKey: Uint8Array;
  readonly tlsKeyHash: Uint8Array;
};

export type AudienceHead = {
  readonly audience: Audience;
  readonly incarnation: number;
  readonly sequence: number;
  readonly headerHash: Uint8Array;
};

export type NodeHeads = { readonly peerId: PeerIdText; readonly heads: readonly AudienceHead[] };

export type SuspensionTarget =
  { readonly kind: 'node'; readonly peerId: PeerIdText } | { readonly kind: 'agency'; readonly agencyId: AgencyId };

export type Suspension = {
  /** 16 bytes. */
  readonly suspensionId: Uint8Array;
  readonly target: SuspensionTarget;
  readonly reason: string;
  readonly issuedAtMs: number;
  readonly heads: readonly NodeHeads[];
};

export type SuspensionLift = { readonly suspensionId: Uint8Array; readonly issuedAtMs: number };

export type Incarnation = {
  readonly peerId: PeerIdText;
  readonly incarnation: number;
  readonly heads: readonly AudienceHead[];
};

export const KEY_PURPOSES = ['member', 'flag', 'match'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

export type KeyAnnouncement = {
  readonly purpose: KeyPurpose;
  readonly epoch: number;
  readonly generation: number;
  readonly peerId: PeerIdText;
  readonly keyId: Uint8Array;
  /** Match keys: SHA-256 of the published filter. Empty otherwise. */
  readonly detail: Uint8Array;
  readonly issuedAtMs: number;
};

export type KeyErasure = {
  readonly purpose: KeyPurpose;
  readonly epoch: number;
  readonly peerId: PeerIdText;
  readonly keyId: Uint8Array;
  readonly evaluations: number;
  readonly issuedAtMs: number;
};

export type CrlUpdate = { readonly number: number; readonly crl: Uint8Array };

/** A statement's body, by its kind. */
export type StatementBody =
  | { readonly kind: 'agency'; readonly value: Agency }
  | { readonly kind: 'node'; readonly value: NodeRecord }
  | { readonly kind: 'policy'; readonly value: Policy }
  | { readonly kind: 'suspension'; readonly value: Suspension }
  | { readonly kind: 'suspension_lift'; readonly value: SuspensionLift }
  | { readonly kind: 'key_announcement'; readonly value: KeyAnnouncement }
  | { readonly kind: 'key_erasure'; readonly value: KeyErasure }
  | { readonly kind: 'incarnation'; readonly value: Incarnation }
  | { readonly kind: 'crl'; readonly value: CrlUpdate };
