import type { NODE_KINDS } from '../../../config/ontology/kinds.ts';
import { asId, type EntityKey } from '../../../proto/domain/ids.ts';
import { markingText, parseMarkingText } from '../../../proto/domain/marking-text.ts';
import { graphError } from '../errors.ts';
import type { GraphNode, Provenance } from '../graph-store.ts';
import type { Version } from './versions.ts';

/**
 * Numbers of the kinds as stored, by their place: for ever, new ones at the end.
 * A node's content: kind (1 byte), length of the marking (2 bytes), marking, properties as JSON.
 */
const KIND_NUMBERS = [
  'person',
  'organisation',
  'account',
  'address',
  'phone',
  'email',
  'national_id',
  'list_entry',
  'alert',
  'typology',
  'indicator',
  'jurisdiction',
] as const satisfies typeof NODE_KINDS;

const MARKING_OFFSET = 3;

export function encodeNode(node: GraphNode, sequence: number): Version {
  const marking = Buffer.from(markingText(node.marking));
  const head = Buffer.allocUnsafe(MARKING_OFFSET);
  head.writeUInt8(KIND_NUMBERS.indexOf(node.kind), 0);
  head.writeUInt16BE(marking.length, 1);
  return {
    sequence,
    knownAtMs: node.knownAtMs,
    content: Buffer.concat([head, marking, Buffer.from(JSON.stringify(node.properties))]),
    provenance: encodeProvenance(node),
  };
}

export function decodeNode(key: string, { content, knownAtMs, provenance }: Version): GraphNode {
  const kind = KIND_NUMBERS[content?.readUInt8(0) ?? KIND_NUMBERS.length];
  // Nodes are never moved away.
  if (content === null || kind === undefined) throw graphError('GRAPH_CORRUPT');
  const propertiesOffset = MARKING_OFFSET + content.readUInt16BE(1);
  return {
    key: asId<EntityKey>(key),
    kind,
    properties: JSON.parse(content.toString('utf8', propertiesOffset)) as GraphNode['properties'],
    knownAtMs,
    provenance: decodeProvenance(provenance),
    marking: parseMarkingText(content.toString('utf8', MARKING_OFFSET, propertiesOffset)),
  };
}

/** Time taken in (6 bytes), confidence in ten-thousandths (2), version (6), length of the source (2), source, id at the source. */
export function encodeProvenance({ provenance }: { readonly provenance: Provenance }): Buffer {
  const source = Buffer.from(provenance.source);
  const head = Buffer.allocUnsafe(PROVENANCE_HEAD_BYTES);
  head.writeUIntBE(provenance.ingestedAtMs, 0, 6);
  head.writeUInt16BE(Math.round(provenance.confidence * CONFIDENCE_STEPS), 6);
  head.writeUIntBE(provenance.version, 8, 6);
  head.writeUInt16BE(source.length, 14);
  return Buffer.concat([head, source, Buffer.from(provenance.sourceId)]);
}

const PROVENANCE_HEAD_BYTES = 16;
const CONFIDENCE_STEPS = 10_000;

export function decodeProvenance(bytes: Buffer): Provenance {
  const idOffset = PROVENANCE_HEAD_BYTES + bytes.readUInt16BE(14);
  return {
    source: bytes.toString('utf8', PROVENANCE_HEAD_BYTES, idOffset),
    sourceId: bytes.toString('utf8', idOffset),
    ingestedAtMs: bytes.readUIntBE(0, 6),
    confidence: bytes.readUInt16BE(6) / CONFIDENCE_STEPS,
    version: bytes.readUIntBE(8, 6),
  };
}
