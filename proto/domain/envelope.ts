import type { PeerIdText } from './ids.ts';
import type { Marking } from './marking.ts';

/** What may travel as a signed object. */
export const ENVELOPE_KINDS = [
  'summary',
  'flag_batch',
  'hint_batch',
  'withdrawal',
  'withdrawal_answer',
  'match_receipt',
] as const;
export type EnvelopeKind = (typeof ENVELOPE_KINDS)[number];

export const AUDIENCE_SCOPES = ['federation', 'group', 'pair', 'coordinator'] as const;
export type AudienceScope = (typeof AUDIENCE_SCOPES)[number];

/** Whom an object is meant for: id is the group's name or the other end's peer id, empty otherwise. */
export type Audience = { readonly scope: AudienceScope; readonly id: string };

/** Stable text of an audience, for keys and comparisons. */
export function audienceKey(audience: Audience): string {
  return audience.id === '' ? audience.scope : `${audience.scope}:${audience.id}`;
}

/** The signed part of an object. Times are clock time in ms; sequences run per (author, incarnation, audience). */
export type EnvelopeHeader = {
  readonly version: number;
  readonly kind: EnvelopeKind;
  readonly federationId: Uint8Array;
  readonly authorPeerId: PeerIdText;
  readonly incarnation: number;
  readonly audience: Audience;
  readonly epoch: number;
  /** From 1. */
  readonly sequence: number;
  /** SHA-256 of the author's previous header in this audience; zeros at sequence 1 of incarnation 0. */
  readonly previousHeaderHash: Uint8Array;
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  readonly gateway: string;
  readonly purpose: string;
  readonly caseHandle: string;
  readonly marking: Marking;
  /** SHA-256(salt || payload). */
  readonly payloadHash: Uint8Array;
  readonly payloadLength: number;
};

/** An object as it travels: the header's exact bytes are kept and never encoded again. */
export type SignedEnvelope = {
  readonly authorPeerId: PeerIdText;
  readonly header: Uint8Array;
  readonly signature: Uint8Array;
  readonly salt: Uint8Array;
  /** Empty once erased. */
  readonly payload: Uint8Array;
};
