import type { EdgeKind, NodeKind } from '../../config/ontology/kinds.ts';
import type { EntityKey } from '../../proto/domain/ids.ts';
import type { Marking, Viewer } from '../../proto/domain/marking.ts';

/** Where an element comes from, when and how surely. */
export type Provenance = {
  /** System or table that said it, and under which id. */
  readonly source: string;
  readonly sourceId: string;
  /** When the agency took it in, by its clock. */
  readonly ingestedAtMs: number;
  /** 0 to 1, kept to four decimals: 1 for what records state, less for what was inferred. */
  readonly confidence: number;
  /** Sequence of the ledger's commit that said it; 0 for what was computed for one reading. */
  readonly version: number;
};

/** A node as it was known at a time. */
export type GraphNode = {
  /** At most 1,024 bytes, without control characters, as all keys and ids. */
  readonly key: EntityKey;
  readonly kind: NodeKind;
  readonly properties: Readonly<Record<string, string>>;
  /** Nothing about it may be used in a decision as of an earlier time. */
  readonly knownAtMs: number;
  readonly provenance: Provenance;
  readonly marking: Marking;
};

/** A directed edge as it was known at a time. It is seen only where both of its ends are. */
export type GraphEdge = {
  /** Unique among all edges: the transfer's id, or derived from kind and ends. Ends, kind and time may be corrected. */
  readonly edgeId: string;
  readonly kind: EdgeKind;
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly occurredAtMs: number;
  readonly knownAtMs: number;
  /** Of transfers, and of nothing else; within 64 bits. */
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly provenance: Provenance;
  readonly marking: Marking;
};

/** What one or more commits say of the graph; batches come in the order of the ledger. */
export type GraphBatch = {
  /** Ledger sequence that this batch brings the graph up to, from 1. */
  readonly sequence: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
};

/** As seen from the node asked about. */
export const DIRECTIONS = ['in', 'out', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Edges of one node and their other ends. */
export type NeighbourQuery = {
  readonly key: EntityKey;
  readonly kinds: readonly EdgeKind[];
  readonly direction: Direction;
  /** On occurredAtMs; inclusive start, exclusive end; open where not given. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly minimumAmountMinor?: bigint;
  /** Edges and ends known later are not seen. */
  readonly asOfMs: number;
  /** At most so many, newest first; hubs are capped by it. Never more than LIMITS.graphNeighbours. */
  readonly limit: number;
};

/** An edge of the node asked about; one from the node to itself is one neighbour, going out. */
export type Neighbour = { readonly edge: GraphEdge; readonly other: EntityKey; readonly direction: 'in' | 'out' };

/** Ways for money from one node to another, or around. */
export type PathQuery = {
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly kinds: readonly EdgeKind[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly asOfMs: number;
  /** Edges in a path, at most 6. */
  readonly maximumDepth: number;
  /** Nodes that more edges than this leave in the window, of the kinds asked for, are not walked through. */
  readonly hubDegree: number;
  /** Never more than LIMITS.graphPaths. */
  readonly limit: number;
};

/** Edges in order, each leaving where the last arrived. */
export type GraphPath = { readonly edges: readonly GraphEdge[] };

/** The transfers of one node in a window; inclusive start, exclusive end. */
export type AggregateQuery = {
  readonly key: EntityKey;
  readonly direction: 'in' | 'out';
  readonly fromMs: number;
  readonly toMs: number;
  readonly asOfMs: number;
};

/** Of the newest LIMITS.graphScannedEdges transfers at most. Amounts are added up whatever their currency. */
export type TransferAggregate = {
  readonly count: number;
  readonly amountMinor: bigint;
  readonly maximumAmountMinor: bigint;
  readonly counterparties: number;
};

/**
 * What the agency knows, as typed nodes and edges with provenance and marking. Rebuilt from the ledger at any time:
 * apply() is idempotent, and a batch at or below appliedSequence() changes nothing it has not changed before.
 * An element that is said again does not replace what was known of it: as of a time that holds which was said last of
 * all that was known by then, so a decision of an earlier time can be made again. Said again with nothing new but its
 * source, it stays as it was.
 * Reads never return what canSee refuses or what became known after asOfMs, and nothing that touches such an element: a
 * node whose marking forbids it has no neighbours, and an edge to it is not there.
 */
export interface GraphStore {
  /**
   * Whole and durable on return, in the order of the calls.
   * @throws GRAPH_ELEMENT naming the field, GRAPH_WRITE_FAILED
   */
  apply(batch: GraphBatch): Promise<void>;
  /** Sequence of the ledger up to which it is applied; 0 when the graph is empty or has lost something. */
  appliedSequence(): Promise<number>;
  /** @throws GRAPH_CORRUPT, GRAPH_CLOSED, as all reads do */
  node(key: EntityKey, asOfMs: number, viewer: Viewer): Promise<GraphNode | undefined>;
  /** Newest first, edges of one time by id. @throws GRAPH_QUERY */
  neighbours(query: NeighbourQuery, viewer: Viewer): Promise<readonly Neighbour[]>;
  /**
   * Directed simple paths in which each edge occurs no earlier than the one before; from = to asks for cycles, of two
   * edges and more. A search that meets LIMITS.graphExpansions edges ends with what it has found.
   * @throws GRAPH_QUERY
   */
  paths(query: PathQuery, viewer: Viewer): Promise<readonly GraphPath[]>;
  aggregate(query: AggregateQuery, viewer: Viewer): Promise<TransferAggregate>;
  /** Empties it, so that it can be built anew from sequence 1. */
  clear(): Promise<void>;
  /** Ends what is being applied, then closes. May be called again. */
  close(): Promise<void>;
}
