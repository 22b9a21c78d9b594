import type {
  GraphBatch,
  GraphEdge,
  GraphNode,
  NeighbourQuery,
  PathQuery,
  Provenance,
} from '../../node/graph/graph-store.ts';
import { asId, type EntityKey } from '../../proto/domain/ids.ts';
import { OPEN } from './ledger-fixtures.ts';

export const EVER = Number.MAX_SAFE_INTEGER;

/** As of one moment, certain. */
export function provenance(source: string, sourceId: string): Provenance {
  return { source, sourceId, ingestedAtMs: 1_700_000_000_000, confidence: 0.8125, version: 7 };
}

export function account(id: string): EntityKey {
  return asId(`account:one:${id}`);
}

export function node(id: string, more: Partial<GraphNode> = {}): GraphNode {
  return {
    key: account(id),
    kind: 'account',
    properties: { account_id: id },
    knownAtMs: 0,
    provenance: provenance('accounts', id),
    marking: OPEN,
    ...more,
  };
}

/** A transfer of 100 at a time, known when it occurred. */
export function transfer(
  edgeId: string,
  from: string,
  to: string,
  atMs: number,
  more: Partial<GraphEdge> = {},
): GraphEdge {
  return {
    edgeId,
    kind: 'transfer',
    from: account(from),
    to: account(to),
    occurredAtMs: atMs,
    knownAtMs: atMs,
    amountMinor: 100n,
    currency: 'EUR',
    properties: { channel: 'sepa' },
    provenance: provenance('transfers', edgeId),
    marking: OPEN,
    ...more,
  };
}

/** An edge of a kind that has no amount. */
export function tie(kind: GraphEdge['kind'], from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge {
  return transfer(`${kind}|${from}|${to}`, from, to, 0, { kind, amountMinor: null, currency: null, ...more });
}

export function batch(sequence: number, nodes: readonly GraphNode[], edges: readonly GraphEdge[] = []): GraphBatch {
  return { sequence, nodes, edges };
}

export function around(id: string, more: Partial<NeighbourQuery> = {}): NeighbourQuery {
  return { key: account(id), kinds: ['transfer'], direction: 'both', asOfMs: EVER, limit: 100, ...more };
}

export function between(from: string, to: string, more: Partial<PathQuery> = {}): PathQuery {
  return {
    from: account(from),
    to: account(to),
    kinds: ['transfer'],
    fromMs: 0,
    toMs: EVER,
    asOfMs: EVER,
    maximumDepth: 6,
    hubDegree: 50,
    limit: 100,
    ...more,
  };
}
