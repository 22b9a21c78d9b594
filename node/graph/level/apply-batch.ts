import type { GraphBatch } from '../graph-store.ts';
import { contentForEnd, encodeEdge, placeOfEdge } from './edge-codec.ts';
import type { Operation } from './graph-database.ts';
import type { GraphLevel } from './graph-files.ts';
import { entryKey, TABLES, textKey } from './keys.ts';
import { readFault } from './level-faults.ts';
import { encodeNode } from './node-codec.ts';
import { addVersion, decodeVersions, encodeVersions, type Version } from './versions.ts';

/** What is known of an element before and after a batch. */
type History = { readonly key: Buffer; readonly before: readonly Version[]; after: readonly Version[] };

/**
 * Turns a batch into the operations that bring the store up to it; none for elements of which it says nothing new.
 * One read for all elements; the entries of an edge's ends are derived from what the table of edges has.
 */
export async function planBatch(level: GraphLevel, batch: GraphBatch): Promise<readonly Operation[]> {
  const nodes = await readHistories(
    level,
    TABLES.node,
    batch.nodes.map(({ key }) => key),
  );
  const edges = await readHistories(
    level,
    TABLES.edge,
    batch.edges.map(({ edgeId }) => edgeId),
  );
  for (const node of batch.nodes) add(nodes.get(node.key), encodeNode(node, batch.sequence));
  for (const edge of batch.edges) add(edges.get(edge.edgeId), encodeEdge(edge, batch.sequence));
  const operations: Operation[] = [];
  for (const history of nodes.values()) if (isNew(history)) operations.push(putVersions(history.key, history.after));
  for (const [edgeId, history] of edges) {
    if (!isNew(history)) continue;
    operations.push(putVersions(history.key, history.after), ...entryOperations(edgeId, history));
  }
  return operations;
}

async function readHistories(
  level: GraphLevel,
  table: number,
  ids: readonly string[],
): Promise<ReadonlyMap<string, History>> {
  const distinct = [...new Set(ids)];
  const keys = distinct.map((id) => textKey(table, id));
  const stored: readonly (Buffer | undefined)[] = await level.getMany(keys).catch((error: unknown) => {
    throw readFault(error);
  });
  return new Map(
    keys.map((key, place) => {
      const bytes = stored[place];
      const before = bytes === undefined ? [] : decodeVersions(key, bytes);
      return [distinct[place] ?? '', { key, before, after: before }];
    }),
  );
}

function add(history: History | undefined, version: Version): void {
  if (history !== undefined) history.after = addVersion(history.after, version);
}

function isNew({ before, after }: History): boolean {
  return before !== after;
}

function putVersions(key: Buffer, versions: readonly Version[]): Operation {
  return { type: 'put', key, value: encodeVersions(key, versions) };
}

/**
 * Writes the entries anew under every key that an end has or had for the edge; one of which nothing is left is none.
 */
function entryOperations(edgeId: string, { before, after }: History): readonly Operation[] {
  const keys = new Map<string, Buffer>();
  for (const version of [...before, ...after])
    for (const { key } of entriesOf(edgeId, version)) keys.set(key.toString('latin1'), key);
  const seen = after.map((version) => ({ version, entries: entriesOf(edgeId, version) }));
  return [...keys.values()].map((key): Operation => {
    const versions = seen.map(({ version, entries }) => ({
      ...version,
      content: entries.find((entry) => entry.key.equals(key))?.content ?? null,
    }));
    const entry = withoutEmptyStretches(versions);
    return entry.length === 0 ? { type: 'del', key } : putVersions(key, entry);
  });
}

/** A version of an edge as the end that it leaves has it, and as the end that it reaches has it. */
function entriesOf(
  edgeId: string,
  { content }: Version,
): readonly { readonly key: Buffer; readonly content: Buffer }[] {
  if (content === null) return [];
  const { from, to, kind, occurredAtMs } = placeOfEdge(content);
  return [
    { key: entryKey(from, 'out', { edgeId, kind, occurredAtMs }), content: contentForEnd(content, to) },
    { key: entryKey(to, 'in', { edgeId, kind, occurredAtMs }), content: contentForEnd(content, from) },
  ];
}

/**
 * Newest first. Of several versions elsewhere in a row the first says enough, and those before any were here nothing.
 */
function withoutEmptyStretches(versions: readonly Version[]): readonly Version[] {
  return versions.filter(({ content }, place) => {
    const earlier = versions[place + 1];
    return content !== null || (earlier !== undefined && earlier.content !== null);
  });
}
