import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphEdge, GraphNode, GraphStore } from '../../graph/graph-store.ts';
import { counterpartyNode } from './elements.ts';

/** Accounts whose first appearance is remembered; beyond that all are forgotten and looked up again. */
const REMEMBERED_ACCOUNTS = 200_000;

/**
 * Finds the ends of transfers that have no node yet, mostly accounts at other agencies. Such an account is known from
 * its first transfer on, so that a decision as of an earlier time does not see it.
 */
export class Counterparties {
  readonly #graph: GraphStore;
  readonly #viewer: Viewer;
  /** Since when each account is known; 0 for one with a record of its own. */
  readonly #knownSinceMs = new Map<EntityKey, number>();

  constructor(graph: GraphStore, viewer: Viewer) {
    this.#graph = graph;
    this.#viewer = viewer;
  }

  /** Nodes to add for the edges of a batch whose own nodes are given. */
  async missing(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Promise<readonly GraphNode[]> {
    // Only between batches: what a batch has looked up must not be forgotten before it is used.
    if (this.#knownSinceMs.size >= REMEMBERED_ACCOUNTS) this.#knownSinceMs.clear();
    for (const node of nodes) if (node.kind === 'account') this.#remember(node.key, 0);
    const earliest = new Map<EntityKey, GraphEdge>();
    for (const edge of edges) {
      if (edge.kind !== 'transfer') continue;
      for (const end of [edge.from, edge.to]) {
        if (edge.knownAtMs < (earliest.get(end)?.knownAtMs ?? Number.POSITIVE_INFINITY)) earliest.set(end, edge);
      }
    }
    await this.#lookUp([...earliest.keys()].filter((key) => !this.#knownSinceMs.has(key)));
    const missing = [...earliest].filter(
      ([key, { knownAtMs }]) => knownAtMs < (this.#knownSinceMs.get(key) ?? Infinity),
    );
    for (const [key, { knownAtMs }] of missing) this.#remember(key, knownAtMs);
    return missing.map(([key, edge]) => nodeOf(key, edge));
  }

  async #lookUp(keys: readonly EntityKey[]): Promise<void> {
    const found = await Promise.all(keys.map((key) => this.#graph.node(key, Number.MAX_SAFE_INTEGER, this.#viewer)));
    for (const node of found) {
      if (node !== undefined) this.#remember(node.key, node.provenance.source === 'transfers' ? node.knownAtMs : 0);
    }
  }

  #remember(key: EntityKey, sinceMs: number): void {
    this.#knownSinceMs.set(key, sinceMs);
  }
}

/** Keys of accounts are `account:<agency>:<id>`; only the id may hold further colons. */
function nodeOf(key: EntityKey, { knownAtMs, provenance }: GraphEdge): GraphNode {
  const [, agency = '', ...id] = key.split(':');
  return counterpartyNode(agency, id.join(':'), knownAtMs, provenance);
}
