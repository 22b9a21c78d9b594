import type { NodeHeads } from '../../../../proto/domain/control.ts';
import type { Audience, SignedEnvelope } from '../../../../proto/domain/envelope.ts';
import type { SignedIndicator } from '../../../../proto/domain/exchange.ts';
import type { PeerIdText } from '../../../../proto/domain/ids.ts';

/** A stretch of one author's objects in one audience, both ends included. */
export type SyncRange = {
  readonly authorPeerId: PeerIdText;
  readonly incarnation: number;
  readonly audience: Audience;
  readonly firstSequence: number;
  readonly lastSequence: number;
};

export type SyncStatements = {
  /** Index of the first entry in the control log. */
  readonly start: number;
  /** Exact bytes of the log's entries. */
  readonly entries: readonly Uint8Array[];
  /** Covers at least these entries; empty when the answerer has none. */
  readonly checkpoint: Uint8Array;
  /** Statements that reached the answerer by gossip and are not in the log yet. */
  readonly pending: readonly Uint8Array[];
};

export type SyncRequest =
  | { readonly kind: 'heads' }
  | { readonly kind: 'range'; readonly range: SyncRange }
  | { readonly kind: 'statements'; readonly start: number }
  | { readonly kind: 'indicators'; readonly cursor: number };

export type SyncResponse =
  | { readonly kind: 'heads'; readonly nodes: readonly NodeHeads[] }
  | { readonly kind: 'range'; readonly envelopes: readonly SignedEnvelope[] }
  | { readonly kind: 'statements'; readonly statements: SyncStatements }
  | { readonly kind: 'indicators'; readonly indicators: readonly SignedIndicator[] };
