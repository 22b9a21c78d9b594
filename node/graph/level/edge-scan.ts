import { LIMITS } from '../../../config/settings/limits.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { EdgeKind, GraphEdge } from '../graph-store.ts';
import { amountOfEdge, decodeEdge, kindOfEdge, markingOfEdge, otherOfEdge } from './edge-codec.ts';
import { readFault } from './level-faults.ts';
import { edgeClass, type EdgeTable, parseEntryKey, TABLES, windowBounds } from './keys.ts';
import type { QueryView } from './query-view.ts';
import { decodeVersions, type Version, versionAt } from './versions.ts';

/** Read ahead by so much: some hundred edges. */
const READ_AHEAD_BYTES = 65_536;
const CHUNK_EDGES = 512;

/** Edges of one end in one direction, in a window of time. */
export type EdgeScan = {
  readonly end: EntityKey;
  readonly direction: 'in' | 'out';
  readonly kinds: readonly EdgeKind[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly minimumAmountMinor?: bigint;
};

/** An edge that the viewer sees, read only as far as it is asked for. */
export class SeenEdge {
  readonly other: EntityKey;
  readonly #key: Buffer;
  readonly #scan: EdgeScan;
  readonly #version: Version & { readonly content: Buffer };

  constructor(key: Buffer, scan: EdgeScan, version: Version & { readonly content: Buffer }, other: EntityKey) {
    this.#key = key;
    this.#scan = scan;
    this.#version = version;
    this.other = other;
  }

  get amountMinor(): bigint {
    return amountOfEdge(this.#version.content) ?? 0n;
  }

  read(): GraphEdge {
    return decodeEdge(parseEntryKey(this.#key, this.#scan.end), this.#scan, this.#version);
  }
}

/**
 * Visits the edges of a scan that the view sees, with their other ends, newest first by class of kinds, until `visit`
 * says false. At most LIMITS.graphScannedEdges entries are looked at.
 */
export async function scanEdges(view: QueryView, scan: EdgeScan, visit: (edge: SeenEdge) => boolean): Promise<void> {
  for (const edges of new Set(scan.kinds.map(edgeClass))) if (!(await scanClass(view, scan, edges, visit))) return;
}

async function scanClass(
  view: QueryView,
  scan: EdgeScan,
  edges: number,
  visit: (edge: SeenEdge) => boolean,
): Promise<boolean> {
  const table: EdgeTable = scan.direction === 'out' ? TABLES.out : TABLES.in;
  const bounds = windowBounds(table, scan.end, edges, scan.fromMs, scan.toMs);
  let left = LIMITS.graphScannedEdges;
  try {
    const iterator = view.level.iterator({ ...bounds, limit: left, highWaterMarkBytes: READ_AHEAD_BYTES });
    try {
      while (left > 0) {
        const entries = await iterator.nextv(Math.min(CHUNK_EDGES, left));
        if (entries.length === 0) return true;
        left -= entries.length;
        for (const [key, stored] of entries) {
          const edge = seenEdge(view, scan, key, stored);
          if (edge !== undefined && !visit(edge)) return false;
        }
      }
      return true;
    } finally {
      await iterator.close();
    }
  } catch (error) {
    throw readFault(error);
  }
}

function seenEdge(view: QueryView, scan: EdgeScan, key: Buffer, stored: Buffer): SeenEdge | undefined {
  const version = versionAt(decodeVersions(key, stored), view.asOfMs);
  if (version === undefined) return undefined;
  const { content } = version;
  if (!scan.kinds.includes(kindOfEdge(content))) return undefined;
  if (scan.minimumAmountMinor !== undefined && !((amountOfEdge(content) ?? 0n) >= scan.minimumAmountMinor))
    return undefined;
  if (!view.sees(markingOfEdge(content))) return undefined;
  const other = otherOfEdge(content);
  return view.seesNode(other) ? new SeenEdge(key, scan, version, other) : undefined;
}
