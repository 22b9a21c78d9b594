import type { PeerIdText } from './ids.ts';

export const SUMMARY_OUTCOMES = ['open', 'cleared', 'suspicious'] as const;
export type SummaryOutcome = (typeof SUMMARY_OUTCOMES)[number];

export type SummaryCell = {
  readonly typology: string;
  readonly jurisdiction: string;
  readonly channel: string;
  readonly outcome: SummaryOutcome;
  /** Clipped per customer, noised, clamped at 0. */
  readonly count: number;
};

/** An agency's own counts of a window; cells under the policy's minimum are absent. */
export type Summary = {
  readonly windowStartMs: number;
  readonly windowEndMs: number;
  readonly epsilon: number;
  readonly capPerCustomer: number;
  readonly minimumCell: number;
  readonly cells: readonly SummaryCell[];
};

/** A flag as the coordinator gets it. */
export type FlagItem = {
  /** 16 bytes. */
  readonly tag: Uint8Array;
  readonly share: Uint8Array;
  readonly sealedPart: Uint8Array;
  /** 16 random bytes; the author names it to withdraw the flag. */
  readonly handle: Uint8Array;
};

export const IDENTIFIER_TYPES = ['account', 'wallet', 'phone', 'email', 'national_id', 'name_key'] as const;
export type IdentifierType = (typeof IDENTIFIER_TYPES)[number];

/** What members read of an opened flag. */
export type FlagPayload = {
  readonly identifierType: IdentifierType;
  readonly identifier: string;
  /** Agency that holds the identifier; empty where unknown. */
  readonly holderAgency: string;
  readonly epoch: number;
  readonly typologies: readonly string[];
  /** Business time. */
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
};

/** What one contributor put under the outer layer. */
export type IndicatorPart = {
  readonly epoch: number;
  readonly generation: number;
  readonly wrappedKey: Uint8Array;
  readonly sealedPayload: Uint8Array;
};

/** An opened flag, as published. */
export type Indicator = {
  /** 16 bytes. */
  readonly indicatorId: Uint8Array;
  readonly epoch: number;
  /** Distinct corporate groups that contributed. */
  readonly groupCount: number;
  readonly parts: readonly IndicatorPart[];
  readonly openedAtMs: number;
  readonly expiresAtMs: number;
  /** Indicator that this one replaces after a withdrawal; empty otherwise. */
  readonly replaces: Uint8Array;
  readonly withdrawn: boolean;
};

/** Verifiable from itself and the genesis alone. */
export type SignedIndicator = {
  /** Position in the indicator log, from 0. */
  readonly position: number;
  readonly indicator: Uint8Array;
  readonly signature: Uint8Array;
  readonly salt: Uint8Array;
  readonly checkpoint: Uint8Array;
  readonly inclusionProof: readonly Uint8Array[];
  /** The commitment alone where the indicator was withdrawn and erased; empty otherwise. */
  readonly leaf: Uint8Array;
};

export type Hint = {
  /** Account at the sending agency. */
  readonly accountId: string;
  /** 0-based; the highest is the riskiest. After randomised response. */
  readonly bucket: number;
};

export type HintBatch = {
  readonly round: number;
  /** Business time. */
  readonly asOfMs: number;
  readonly epsilon: number;
  readonly buckets: number;
  readonly hints: readonly Hint[];
  /** Nothing more of this round comes from the author in this epoch. */
  readonly last: boolean;
};

/** Takes back own objects: envelopes by header hash, flags by handle. */
export type Withdrawal = {
  /** 16 bytes. */
  readonly withdrawalId: Uint8Array;
  readonly headerHashes: readonly Uint8Array[];
  readonly flagHandles: readonly Uint8Array[];
};

export const WITHDRAWAL_RESULTS = ['erased', 'erased_backups_later', 'kept', 'not_held'] as const;
export type WithdrawalResult = (typeof WITHDRAWAL_RESULTS)[number];

/** A holder's signed word on one withdrawn object; a statement, not a proof. */
export type WithdrawalAnswer = {
  readonly withdrawalId: Uint8Array;
  readonly headerHash: Uint8Array;
  readonly result: WithdrawalResult;
  readonly ground: string;
  readonly backupsGoneAtMs: number;
};

/** What both ends of a match sign: counts, no names. */
export type MatchReceiptBody = {
  readonly askerPeerId: PeerIdText;
  readonly answererPeerId: PeerIdText;
  readonly epoch: number;
  readonly keyId: Uint8Array;
  readonly requestHash: Uint8Array;
  readonly counts: readonly { readonly tokenType: string; readonly count: number }[];
  readonly gateway: string;
  readonly purpose: string;
  readonly caseHandle: string;
  readonly answeredAtMs: number;
};
