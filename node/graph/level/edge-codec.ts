import type { EDGE_KINDS, EdgeKind } from '../../../config/ontology/kinds.ts';
import { asId, type EntityKey } from '../../../proto/domain/ids.ts';
import { markingText, parseMarkingText } from '../../../proto/domain/marking-text.ts';
import { graphError } from '../errors.ts';
import type { GraphEdge } from '../graph-store.ts';
import type { EntryKeyParts } from './keys.ts';
import { decodeProvenance, encodeProvenance } from './node-codec.ts';
import type { Version } from './versions.ts';

/**
 * Numbers of the kinds as stored, by their place: for ever, new ones at the end.
 * An edge's content: kind (1 byte), whether there is an amount (1 byte), amount (8 bytes), lengths of marking and ends
 * (2 bytes each), marking, ends, currency and properties as JSON. What filters look at has its place, so that only the
 * edges that are returned are parsed. `Ends` is the other end among the entries of an end, and from, to and time as
 * JSON in the table of edges.
 */
const KIND_NUMBERS = [
  'owns',
  'transfer',
  'has_address',
  'has_phone',
  'has_email',
  'has_national_id',
  'listed_as',
  'alerted',
  'concerns',
  'shows',
  'located_in',
  'indicated_by',
  'same_as',
  'linked_to',
] as const satisfies typeof EDGE_KINDS;

const MARKING_OFFSET = 14;

/** What a batch says of an edge, for the table of edges. */
export function encodeEdge(edge: GraphEdge, sequence: number): Version {
  const marking = Buffer.from(markingText(edge.marking));
  const ends = Buffer.from(JSON.stringify([edge.from, edge.to, edge.occurredAtMs]));
  const head = Buffer.allocUnsafe(MARKING_OFFSET);
  head.writeUInt8(KIND_NUMBERS.indexOf(edge.kind), 0);
  head.writeUInt8(edge.amountMinor === null ? 0 : 1, 1);
  head.writeBigInt64BE(edge.amountMinor ?? 0n, 2);
  head.writeUInt16BE(marking.length, 10);
  head.writeUInt16BE(ends.length, 12);
  const rest = Buffer.from(JSON.stringify([edge.currency, edge.properties]));
  return {
    sequence,
    knownAtMs: edge.knownAtMs,
    content: Buffer.concat([head, marking, ends, rest]),
    provenance: encodeProvenance(edge),
  };
}

/** Between what and when, as an edge's content in the table of edges says. */
export function placeOfEdge(content: Buffer): Pick<GraphEdge, 'kind' | 'from' | 'to' | 'occurredAtMs'> {
  const ends = content.toString('utf8', endsOffset(content), restOffset(content));
  const [from, to, occurredAtMs] = JSON.parse(ends) as readonly [EntityKey, EntityKey, number];
  return { kind: kindOfEdge(content), from, to, occurredAtMs };
}

/** The same content as one end has it. */
export function contentForEnd(content: Buffer, other: EntityKey): Buffer {
  const otherBytes = Buffer.from(other);
  const head = Buffer.from(content.subarray(0, MARKING_OFFSET));
  head.writeUInt16BE(otherBytes.length, 12);
  const marking = content.subarray(MARKING_OFFSET, endsOffset(content));
  return Buffer.concat([head, marking, otherBytes, content.subarray(restOffset(content))]);
}

function kindOfEdge(content: Buffer): EdgeKind {
  const kind = KIND_NUMBERS[content.readUInt8(0)];
  if (kind === undefined) throw graphError('GRAPH_CORRUPT');
  return kind;
}

/** null for edges that are no transfers. */
function amountOfEdge(content: Buffer): bigint | null {
  return content[1] === 0 ? null : content.readBigInt64BE(2);
}

/** The edge as its end `end` has it. */
export function decodeEdge(
  { edgeId, occurredAtMs, side }: EntryKeyParts,
  end: EntityKey,
  { content, knownAtMs, provenance }: Omit<Version, 'sequence'> & { readonly content: Buffer },
): GraphEdge {
  const other = asId<EntityKey>(content.toString('utf8', endsOffset(content), restOffset(content)));
  const [currency, properties] = parseRest(content.toString('utf8', restOffset(content)));
  return {
    edgeId,
    kind: kindOfEdge(content),
    from: side === 'out' ? end : other,
    to: side === 'out' ? other : end,
    occurredAtMs,
    knownAtMs,
    amountMinor: amountOfEdge(content),
    currency,
    properties,
    provenance: decodeProvenance(provenance),
    marking: parseMarkingText(content.toString('utf8', MARKING_OFFSET, endsOffset(content))),
  };
}

type Rest = readonly [currency: string | null, properties: GraphEdge['properties']];

/** Few currencies and properties make up most of the edges; when there are more, some are only parsed again. */
const REMEMBERED_RESTS = 4_096;
const parsedRests = new Map<string, Rest>();

function parseRest(text: string): Rest {
  const known = parsedRests.get(text);
  if (known !== undefined) return known;
  if (parsedRests.size >= REMEMBERED_RESTS) parsedRests.clear();
  const rest = JSON.parse(text) as Rest;
  parsedRests.set(text, rest);
  return rest;
}

function endsOffset(content: Buffer): number {
  return MARKING_OFFSET + content.readUInt16BE(10);
}

function restOffset(content: Buffer): number {
  return endsOffset(content) + content.readUInt16BE(12);
}
