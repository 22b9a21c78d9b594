import { newestFirst, oldestFirst } from '../../node/graph/edge-order.ts';
import { checkBatch } from '../../node/graph/element-check.ts';
import { graphError } from '../../node/graph/errors.ts';
import type {
  AggregateQuery,
  GraphBatch,
  GraphEdge,
  GraphNode,
  GraphPath,
  GraphStore,
  Neighbour,
  NeighbourQuery,
  PathQuery,
  TransferAggregate,
} from '../../node/graph/graph-store.ts';
import { neighbourLimit, pathLimit } from '../../node/graph/query-check.ts';
import type { EntityKey } from '../../proto/domain/ids.ts';
import { canSee, type Viewer } from '../../proto/domain/marking.ts';

type Said<Element> = { readonly element: Element; readonly sequence: number };

/** What outlives a fake graph: hand it to the next one to open the same data again. */
export class MemoryGraphStore {
  nodes: readonly Said<GraphNode>[] = [];
  edges: readonly Said<GraphEdge>[] = [];
  appliedSequence = 0;
}

/**
 * A graph in memory for unit tests, held to the same suite as the engines (test/conformance/graph-store.ts). Each query
 * looks at every element: slow, and plain enough to be what engines are compared to.
 */
export function openMemoryGraph(store: MemoryGraphStore = new MemoryGraphStore()): GraphStore {
  return new MemoryGraph(store);
}

class MemoryGraph implements GraphStore {
  readonly #store: MemoryGraphStore;
  #open = true;

  constructor(store: MemoryGraphStore) {
    this.#store = store;
  }

  async apply(batch: GraphBatch): Promise<void> {
    this.#assertOpen();
    checkBatch(batch);
    const { sequence } = batch;
    const store = this.#store;
    for (const node of batch.nodes) store.nodes = say(store.nodes, node, sequence, ({ key }) => key === node.key);
    for (const edge of batch.edges)
      store.edges = say(store.edges, edge, sequence, ({ edgeId }) => edgeId === edge.edgeId);
    this.#store.appliedSequence = Math.max(sequence, this.#store.appliedSequence);
  }

  async appliedSequence(): Promise<number> {
    return this.#store.appliedSequence;
  }

  async node(key: EntityKey, asOfMs: number, viewer: Viewer): Promise<GraphNode | undefined> {
    this.#assertOpen();
    return this.#node(key, asOfMs, viewer);
  }

  async neighbours(query: NeighbourQuery, viewer: Viewer): Promise<readonly Neighbour[]> {
    this.#assertOpen();
    const limit = neighbourLimit(query);
    const { key, direction, fromMs = -Infinity, toMs = Infinity, minimumAmountMinor } = query;
    if (this.#node(key, query.asOfMs, viewer) === undefined) return [];
    const found: Neighbour[] = [];
    for (const edge of this.#edges(query.asOfMs, viewer)) {
      if (!query.kinds.includes(edge.kind) || edge.occurredAtMs < fromMs || edge.occurredAtMs >= toMs) continue;
      if (minimumAmountMinor !== undefined && (edge.amountMinor ?? 0n) < minimumAmountMinor) continue;
      if (edge.from === key && direction !== 'in') found.push({ edge, other: edge.to, direction: 'out' });
      else if (edge.to === key && direction !== 'out') found.push({ edge, other: edge.from, direction: 'in' });
    }
    return found.sort((one, other) => newestFirst(one.edge, other.edge)).slice(0, limit);
  }

  async paths(query: PathQuery, viewer: Viewer): Promise<readonly GraphPath[]> {
    this.#assertOpen();
    const limit = pathLimit(query);
    const { from, to, kinds, fromMs, toMs, asOfMs, maximumDepth, hubDegree } = query;
    if ([from, to].some((key) => this.#node(key, asOfMs, viewer) === undefined)) return [];
    const edges = this.#edges(asOfMs, viewer)
      .filter((edge) => kinds.includes(edge.kind) && edge.occurredAtMs >= fromMs && edge.occurredAtMs < toMs)
      .sort(oldestFirst);
    const paths: GraphPath[] = [];
    const walk = (key: EntityKey, walked: readonly GraphEdge[]): void => {
      const leaving = edges.filter((edge) => edge.from === key);
      if (leaving.length > hubDegree) return;
      for (const edge of leaving) {
        const path = [...walked, edge];
        if (edge.to === key || edge.occurredAtMs < (walked.at(-1)?.occurredAtMs ?? -Infinity)) continue;
        if (edge.to === to) paths.push({ edges: path });
        else if (path.length < maximumDepth && edge.to !== from && walked.every((before) => before.to !== edge.to))
          walk(edge.to, path);
      }
    };
    walk(from, []);
    return paths.slice(0, limit);
  }

  async aggregate(query: AggregateQuery, viewer: Viewer): Promise<TransferAggregate> {
    this.#assertOpen();
    const { key, direction, fromMs, toMs, asOfMs } = query;
    const visible = this.#node(key, asOfMs, viewer) === undefined ? [] : this.#edges(asOfMs, viewer);
    const edges = visible.filter(
      (edge) =>
        edge.kind === 'transfer' &&
        (direction === 'out' ? edge.from : edge.to) === key &&
        edge.occurredAtMs >= fromMs &&
        edge.occurredAtMs < toMs,
    );
    const amounts = edges.map(({ amountMinor }) => amountMinor ?? 0n);
    return {
      count: edges.length,
      amountMinor: amounts.reduce((sum, amount) => sum + amount, 0n),
      maximumAmountMinor: amounts.reduce((most, amount) => (amount > most ? amount : most), 0n),
      counterparties: new Set(edges.map(({ from, to }) => (direction === 'out' ? to : from))).size,
    };
  }

  async clear(): Promise<void> {
    this.#assertOpen();
    this.#store.nodes = [];
    this.#store.edges = [];
    this.#store.appliedSequence = 0;
  }

  async close(): Promise<void> {
    this.#open = false;
  }

  #node(key: EntityKey, asOfMs: number, viewer: Viewer): GraphNode | undefined {
    const said = this.#store.nodes.filter(({ element }) => element.key === key);
    const node = lastSaid(said, asOfMs)?.element;
    return node !== undefined && canSee(viewer, node.marking) ? node : undefined;
  }

  #edges(asOfMs: number, viewer: Viewer): GraphEdge[] {
    const byId = Map.groupBy(this.#store.edges, ({ element }) => element.edgeId);
    return [...byId.values()]
      .flatMap((said) => lastSaid(said, asOfMs)?.element ?? [])
      .filter((edge) => canSee(viewer, edge.marking))
      .filter(({ from, to }) => [from, to].every((end) => this.#node(end, asOfMs, viewer) !== undefined));
  }

  #assertOpen(): void {
    if (!this.#open) throw graphError('GRAPH_CLOSED');
  }
}

/** Adds what a batch says of an element, unless it is in force already or a later batch has been here. */
function say<Element extends GraphNode | GraphEdge>(
  all: readonly Said<Element>[],
  element: Element,
  sequence: number,
  isSame: (other: Element) => boolean,
): readonly Said<Element>[] {
  const said = all.filter((one) => isSame(one.element));
  const known = lastSaid(said, element.knownAtMs);
  if (known !== undefined && known.sequence > sequence) return all;
  const overtaken = said.filter((one) => one.sequence <= sequence && one.element.knownAtMs >= element.knownAtMs);
  const isNews = known === undefined || content(known.element) !== content(element);
  if (!isNews && overtaken.every((one) => one === known)) return all;
  return [...all.filter((one) => !overtaken.includes(one)), { element, sequence }];
}

/** All but since when and from where. */
function content(element: GraphNode | GraphEdge): string {
  const compared = { ...element, knownAtMs: null, provenance: null };
  return JSON.stringify(compared, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Of what was known by a time, what the latest batch said. */
function lastSaid<Element extends GraphNode | GraphEdge>(
  said: readonly Said<Element>[],
  asOfMs: number,
): Said<Element> | undefined {
  const known = said.filter(({ element }) => element.knownAtMs <= asOfMs);
  return known.reduce<Said<Element> | undefined>(
    (best, one) => (best === undefined || one.sequence >= best.sequence ? one : best),
    undefined,
  );
}
