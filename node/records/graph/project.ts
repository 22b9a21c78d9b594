import { LIMITS } from '../../../config/settings/limits.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphStore } from '../../graph/graph-store.ts';
import { checkOntology } from '../../graph/ontology-check.ts';
import type { Ledger, LedgerSpace } from '../../ledger/ledger.ts';
import { ACCOUNTS, CUSTOMERS, TRANSFERS } from '../collections.ts';
import { systemViewer } from '../viewer.ts';
import { Counterparties } from './counterparties.ts';
import { MERGES } from '../merges.ts';
import { accountElements, customerElements, type Elements, type Taken, transferEdge } from './elements.ts';
import { mergeEdge } from './merge-edge.ts';

export type ProjectionDeps = { readonly ledger: Ledger; readonly graph: GraphStore; readonly agency: string };

/** Spaces whose records become elements; movements of cash have no counterparty, and lists are searched, not walked. */
const PROJECTED = ['customer', 'account', 'transfer', 'entityMerge'] as const satisfies readonly LedgerSpace[];
type ProjectedSpace = (typeof PROJECTED)[number];

/**
 * Brings the graph up to the ledger's head as of the call, a batch at a time. Interrupted, it goes on where it
 * stopped; repeated, it changes nothing. Not to be called while another call is under way.
 * @returns the sequence that the graph has reached
 */
export async function projectToGraph({ ledger, graph, agency }: ProjectionDeps): Promise<number> {
  const viewer = systemViewer('projection', agency);
  const head = ledger.head().sequence;
  const projector = { ledger, graph, agency, viewer, counterparties: new Counterparties(graph, viewer) };
  const from = await graph.appliedSequence();
  if (from >= head) return from;
  let pending: Pending = new Map();
  for await (const commit of ledger.commits(from + 1)) {
    if (commit.sequence > head) break;
    const committed = { ingestedAtMs: commit.atMs, version: commit.sequence };
    for (const { space, key } of commit.writes)
      if (isProjected(space)) pending.set(`${space}/${key}`, { space, key, committed });
    if (pending.size < LIMITS.importBatchRows) continue;
    await applyBatch(projector, pending, commit.sequence);
    pending = new Map();
  }
  await applyBatch(projector, pending, head);
  return head;
}

type Projector = ProjectionDeps & { readonly viewer: Viewer; readonly counterparties: Counterparties };
type Committed = Omit<Taken, 'marking'>;
type Write = { readonly space: ProjectedSpace; readonly key: string; readonly committed: Committed };
type Pending = Map<string, Write>;

/** Records are read as they stand now: a later version may be seen early, and is put again when its turn comes. */
async function applyBatch(projector: Projector, pending: Pending, sequence: number): Promise<void> {
  const all = await Promise.all([...pending.values()].map((write) => elementsOf(projector, write)));
  const nodes = all.flatMap((elements) => elements.nodes);
  const edges = all.flatMap((elements) => elements.edges);
  const ends = await projector.counterparties.missing(nodes, edges);
  checkOntology([...ends, ...nodes], edges);
  await projector.graph.apply({ sequence, nodes: [...ends, ...nodes], edges });
}

async function elementsOf(projector: Projector, { committed, key, space }: Write): Promise<Elements> {
  const { agency, ledger, viewer } = projector;
  switch (space) {
    case 'customer': {
      const found = await CUSTOMERS.find(ledger, key, viewer);
      return found === undefined ? NOTHING : customerElements(agency, found.value, { ...committed, ...found });
    }
    case 'account': {
      const found = await ACCOUNTS.find(ledger, key, viewer);
      return found === undefined ? NOTHING : accountElements(agency, found.value, { ...committed, ...found });
    }
    case 'transfer': {
      const found = await TRANSFERS.find(ledger, key, viewer);
      if (found === undefined) return NOTHING;
      return { nodes: [], edges: [transferEdge(found.value, { ...committed, ...found })] };
    }
    case 'entityMerge': {
      const merge = await MERGES.get(ledger, key, viewer);
      return merge === undefined ? NOTHING : { nodes: [], edges: [mergeEdge(agency, merge, committed)] };
    }
  }
}

/** A record that was erased since. */
const NOTHING: Elements = { nodes: [], edges: [] };

function isProjected(space: LedgerSpace): space is ProjectedSpace {
  return PROJECTED.some((projected) => projected === space);
}
