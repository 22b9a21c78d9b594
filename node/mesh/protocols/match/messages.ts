/** One chunk of the answering set's filter, from a byte offset on. */
export type MatchFilterRequest = { readonly epoch: number; readonly offset: number };

export type MatchFilterChunk = {
  readonly epoch: number;
  /** Public key of the match OPRF that the filter was made under, 32 bytes. */
  readonly keyId: Uint8Array;
  readonly totalBytes: number;
  readonly offset: number;
  /** At most LIMITS.matchFilterChunkBytes; empty at the end. */
  readonly chunk: Uint8Array;
};

export type MatchQuery = {
  readonly epoch: number;
  readonly tokenType: string;
  /** Blinded elements, 32 bytes each; at most LIMITS.matchElementsPerRequest. */
  readonly blinded: readonly Uint8Array[];
  readonly gateway: string;
  readonly purpose: string;
  readonly caseHandle: string;
};

/** What both ends sign: exact bytes of a MatchReceiptBody. A signature is empty until that end has signed. */
export type MatchReceipt = {
  readonly body: Uint8Array;
  readonly answererSignature: Uint8Array;
  readonly askerSignature: Uint8Array;
};

export type MatchEvaluation = {
  /** In the order of the query. */
  readonly evaluated: readonly Uint8Array[];
  readonly proof: Uint8Array;
  readonly receipt: MatchReceipt;
};

export type MatchRequest =
  | { readonly kind: 'filter'; readonly filter: MatchFilterRequest }
  | { readonly kind: 'query'; readonly query: MatchQuery }
  | { readonly kind: 'receipt'; readonly receipt: MatchReceipt };

export type MatchResponse =
  | { readonly kind: 'filter'; readonly filter: MatchFilterChunk }
  | { readonly kind: 'evaluation'; readonly evaluation: MatchEvaluation }
  | { readonly kind: 'receipt'; readonly receipt: MatchReceipt };
