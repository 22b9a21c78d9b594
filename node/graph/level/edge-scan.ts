import { LIMITS } from '../../../config/settings/limits.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { EdgeKind } from '../../../config/ontology/kinds.ts';
import type { GraphEdge } from '../graph-store.ts';
import type { EdgeEntry, Kept } from './edge-cache.ts';
import { decodeEdge } from './edge-codec.ts';
import { readFault } from './level-faults.ts';
import { type Bounds, edgeClass, type EndPlace, parseEntryKey, placeBounds, type Side, windowBounds } from './keys.ts';
import type { QueryView } from './query-view.ts';
import { decodeVersions, versionAt } from './versions.ts';

/** Read ahead by so much: some hundred edges. */
const READ_AHEAD_BYTES = 65_536;
const CHUNK_EDGES = 512;

/** Edges of one end in one direction, in a window of time. */
export type EdgeScan = {
  readonly end: EntityKey;
  readonly direction: Side;
  readonly kinds: readonly EdgeKind[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly minimumAmountMinor?: bigint;
};

/** Is given each edge and its other end; false ends the scan. */
type Visit = (edge: GraphEdge, other: EntityKey) => boolean;

/**
 * Visits the edges of a scan that the view sees, with their other ends, newest first by class of kinds, until `visit`
 * says false. At most LIMITS.graphScannedEdges entries are looked at.
 */
export async function scanEdges(view: QueryView, scan: EdgeScan, visit: Visit): Promise<void> {
  for (const edges of new Set(scan.kinds.map(edgeClass))) {
    if (!(await scanPlace(view, scan, { end: scan.end, edges }, visit))) return;
  }
}

async function scanPlace(view: QueryView, scan: EdgeScan, place: EndPlace, visit: Visit): Promise<boolean> {
  const kept = view.edges.get(place) ?? (await readPlace(view, scan.end, place));
  if (kept !== 'hub') return visitAll(view, scan, kept[scan.direction], visit);
  const bounds = windowBounds(place, scan.direction, scan.fromMs, scan.toMs);
  for await (const entries of storedEntries(view, scan.end, bounds, LIMITS.graphScannedEdges))
    if (!visitAll(view, scan, entries, visit)) return false;
  return true;
}

/** Reads all edges of a place, for the cache; no more of a hub than shows that it is one. */
async function readPlace(view: QueryView, end: EntityKey, place: EndPlace): Promise<Kept> {
  const writesBefore = view.edges.writes;
  const read: Record<Side, EdgeEntry[]> = { out: [], in: [] };
  for await (const entries of storedEntries(view, end, placeBounds(place), LIMITS.graphCachedEndEdges + 1))
    for (const entry of entries) read[entry.side].push(entry);
  const kept = read.out.length + read.in.length > LIMITS.graphCachedEndEdges ? 'hub' : read;
  view.edges.put(place, kept, writesBefore);
  return kept;
}

type StoredEntry = EdgeEntry & { readonly side: Side };

async function* storedEntries(
  view: QueryView,
  end: EntityKey,
  bounds: Bounds,
  limit: number,
): AsyncGenerator<readonly StoredEntry[]> {
  let left = limit;
  try {
    const iterator = view.level.iterator({ ...bounds, limit, highWaterMarkBytes: READ_AHEAD_BYTES });
    try {
      while (left > 0) {
        const entries = await iterator.nextv(Math.min(CHUNK_EDGES, left));
        if (entries.length === 0) return;
        left -= entries.length;
        yield entries.map(([key, stored]) => decodeEntry(end, key, stored));
      }
    } finally {
      await iterator.close();
    }
  } catch (error) {
    throw readFault(error);
  }
}

function decodeEntry(end: EntityKey, key: Buffer, stored: Buffer): StoredEntry {
  const parts = parseEntryKey(key, end);
  const versions = decodeVersions(key, stored).map(({ content, knownAtMs, provenance }) => {
    return { knownAtMs, edge: content === null ? null : decodeEdge(parts, end, { content, knownAtMs, provenance }) };
  });
  return { side: parts.side, occurredAtMs: parts.occurredAtMs, versions };
}

function visitAll(view: QueryView, scan: EdgeScan, entries: readonly EdgeEntry[], visit: Visit): boolean {
  for (const { occurredAtMs, versions } of entries) {
    if (occurredAtMs >= scan.toMs) continue;
    if (occurredAtMs < scan.fromMs) return true;
    const edge = versionAt(versions, view.asOfMs)?.edge;
    if (edge === undefined || edge === null || !meets(scan, edge) || !view.sees(edge.marking)) continue;
    const other = scan.direction === 'out' ? edge.to : edge.from;
    if (view.seesNode(other) && !visit(edge, other)) return false;
  }
  return true;
}

function meets({ kinds, minimumAmountMinor }: EdgeScan, { amountMinor, kind }: GraphEdge): boolean {
  return kinds.includes(kind) && (minimumAmountMinor === undefined || (amountMinor ?? 0n) >= minimumAmountMinor);
}
