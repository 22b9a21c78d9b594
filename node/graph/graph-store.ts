import type { EntityKey } from '../../proto/domain/ids.ts';
import type { Marking, Viewer } from '../../proto/domain/marking.ts';

export const NODE_KINDS = [
  'person',
  'organisation',
  'account',
  'address',
  'phone',
  'email',
  'national_id',
  'list_entry',
  'alert',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

export const EDGE_KINDS = [
  'owns',
  'transfer',
  'has_address',
  'has_phone',
  'has_email',
  'has_national_id',
  'listed_as',
  'alerted',
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

export type Provenance = { readonly source: string; readonly sourceId: string };

export type GraphNode = {
  readonly key: EntityKey;
  readonly kind: NodeKind;
  readonly properties: Readonly<Record<string, string>>;
  /** Nothing about it may be used in a decision as of an earlier time. */
  readonly knownAtMs: number;
  readonly provenance: Provenance;
  readonly marking: Marking;
};

export type GraphEdge = {
  /** Unique among all edges: the transfer's id, or derived from kind and ends. */
  readonly edgeId: string;
  readonly kind: EdgeKind;
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly occurredAtMs: number;
  readonly knownAtMs: number;
  /** Transfers only. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly provenance: Provenance;
  readonly marking: Marking;
};

export type GraphBatch = {
  /** Ledger sequence that this batch brings the graph up to. */
  readonly sequence: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
};

export const DIRECTIONS = ['in', 'out', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export type NeighbourQuery = {
  readonly key: EntityKey;
  readonly kinds: readonly EdgeKind[];
  readonly direction: Direction;
  /** On occurredAtMs; inclusive start, exclusive end. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly minimumAmountMinor?: bigint;
  /** Edges and ends known later are not seen. */
  readonly asOfMs: number;
  /** At most so many, newest first; hubs are capped by it. */
  readonly limit: number;
};

export type Neighbour = { readonly edge: GraphEdge; readonly other: EntityKey; readonly direction: 'in' | 'out' };

export type PathQuery = {
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly kinds: readonly EdgeKind[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly asOfMs: number;
  /** Edges in a path, at most 6. */
  readonly maximumDepth: number;
  /** Nodes with more edges than this in the window are not expanded. */
  readonly hubDegree: number;
  readonly limit: number;
};

/** Edges in order, each leaving where the last arrived. */
export type GraphPath = { readonly edges: readonly GraphEdge[] };

export type AggregateQuery = {
  readonly key: EntityKey;
  readonly direction: 'in' | 'out';
  readonly fromMs: number;
  readonly toMs: number;
  readonly asOfMs: number;
};

export type TransferAggregate = {
  readonly count: number;
  readonly amountMinor: bigint;
  readonly maximumAmountMinor: bigint;
  readonly counterparties: number;
};

/**
 * What the agency knows, as typed nodes and edges with provenance and marking. Rebuilt from the ledger at any time:
 * apply() is idempotent, and a batch at or below appliedSequence() changes nothing it has not changed before.
 * Reads never return what canSee refuses or what became known after asOfMs.
 */
export interface GraphStore {
  /** Validated on write. @throws GRAPH_ELEMENT naming the field */
  apply(batch: GraphBatch): Promise<void>;
  appliedSequence(): Promise<number>;
  node(key: EntityKey, asOfMs: number, viewer: Viewer): Promise<GraphNode | undefined>;
  neighbours(query: NeighbourQuery, viewer: Viewer): Promise<readonly Neighbour[]>;
  /** Directed simple paths in which each edge occurs no earlier than the one before; from = to asks for cycles. */
  paths(query: PathQuery, viewer: Viewer): Promise<readonly GraphPath[]>;
  aggregate(query: AggregateQuery, viewer: Viewer): Promise<TransferAggregate>;
  /** Empties it, so that it can be built anew from sequence 1. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
