import type { PeerIdText } from '../../../proto/domain/ids.ts';

/** A chunk of an answering agency's filter. */
export type FilterChunk = {
  readonly epoch: number;
  readonly keyId: Uint8Array;
  readonly totalBytes: number;
  readonly offset: number;
  readonly chunk: Uint8Array;
};

export type MatchQuery = {
  readonly epoch: number;
  readonly tokenType: string;
  readonly blinded: readonly Uint8Array[];
  readonly gateway: string;
  readonly purpose: string;
  readonly caseHandle: string;
};

/** What both ends sign: the exact bytes of the body. */
export type MatchReceipt = {
  readonly body: Uint8Array;
  readonly answererSignature: Uint8Array;
  readonly askerSignature: Uint8Array;
};

export type MatchEvaluation = {
  readonly evaluated: readonly Uint8Array[];
  readonly proof: Uint8Array;
  readonly receipt: MatchReceipt;
};

/** What is asked of one peer; the transport bounds sizes and time. */
export type MatchPeer = {
  filter(peerId: PeerIdText, epoch: number, offset: number): Promise<FilterChunk>;
  query(peerId: PeerIdText, query: MatchQuery): Promise<MatchEvaluation>;
  receipt(peerId: PeerIdText, receipt: MatchReceipt): Promise<void>;
};

/** What a hit shows, as the answering agency's label level grants. */
export type MatchLabel = {
  readonly level: number;
  readonly category: string | null;
  readonly recencyDays: number | null;
  readonly contact: string | null;
};
