import { EDGE_KINDS, NODE_KINDS } from '../../config/ontology/kinds.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { CLASSIFICATIONS, type Marking, TLP_LEVELS } from '../../proto/domain/marking.ts';
import { graphError } from './errors.ts';
import type { GraphBatch, GraphEdge, GraphNode, Provenance } from './graph-store.ts';

/** Amounts are kept in 64 bits: 92 quadrillion of a currency with two decimals. */
const AMOUNT_BITS = 64;
const CONTROL_CHARACTERS = /\p{Cc}/u;

/** Checks a batch before anything of it is written, whatever the engine. @throws GRAPH_ELEMENT naming the field */
export function checkBatch({ sequence, nodes, edges }: GraphBatch): void {
  if (!Number.isSafeInteger(sequence) || sequence < 1) throw refusal('sequence');
  if (nodes.length + edges.length > LIMITS.graphBatchElements) throw refusal('batch');
  for (const node of nodes) checkNode(node);
  for (const edge of edges) checkEdge(edge);
}

/** @throws GRAPH_ELEMENT */
export function checkNode(node: GraphNode): void {
  if (!NODE_KINDS.includes(node.kind)) throw refusal('node.kind');
  checkId(node.key, 'node.key');
  checkCommon(node, 'node');
}

/** @throws GRAPH_ELEMENT */
export function checkEdge(edge: GraphEdge): void {
  if (!EDGE_KINDS.includes(edge.kind)) throw refusal('edge.kind');
  checkId(edge.edgeId, 'edge.edgeId');
  checkId(edge.from, 'edge.from');
  checkId(edge.to, 'edge.to');
  checkTime(edge.occurredAtMs, 'edge.occurredAtMs');
  const isTransfer = edge.kind === 'transfer';
  if (isTransfer !== (edge.amountMinor !== null)) throw refusal('edge.amountMinor');
  if (isTransfer !== (edge.currency !== null)) throw refusal('edge.currency');
  if (edge.amountMinor !== null && BigInt.asIntN(AMOUNT_BITS, edge.amountMinor) !== edge.amountMinor)
    throw refusal('edge.amountMinor');
  if (edge.currency !== null) checkId(edge.currency, 'edge.currency');
  checkCommon(edge, 'edge');
}

function checkCommon(
  {
    knownAtMs,
    properties,
    provenance,
    marking,
  }: Pick<GraphNode, 'knownAtMs' | 'properties' | 'provenance' | 'marking'>,
  element: 'node' | 'edge',
): void {
  checkTime(knownAtMs, `${element}.knownAtMs`);
  const entries = Object.entries(properties);
  if (entries.length > LIMITS.graphProperties) throw refusal(`${element}.properties`);
  for (const [name, text] of entries) {
    checkId(name, `${element}.properties`);
    checkText(text, LIMITS.graphTextBytes, `${element}.properties`);
  }
  checkId(provenance.source, `${element}.provenance.source`);
  checkText(provenance.sourceId, LIMITS.graphKeyBytes, `${element}.provenance.sourceId`);
  checkProvenance(provenance, element);
  checkMarking(marking, `${element}.marking`);
}

function checkProvenance({ confidence, ingestedAtMs, version }: Provenance, element: string): void {
  if (!Number.isSafeInteger(ingestedAtMs) || ingestedAtMs < 0) throw refusal(`${element}.provenance.ingestedAtMs`);
  if (!(confidence >= 0 && confidence <= 1)) throw refusal(`${element}.provenance.confidence`);
  if (!Number.isSafeInteger(version) || version < 0) throw refusal(`${element}.provenance.version`);
}

function checkMarking({ tlp, classification, compartments, groups }: Marking, field: string): void {
  if (!TLP_LEVELS.includes(tlp) || !CLASSIFICATIONS.includes(classification)) throw refusal(field);
  const names = [...compartments, ...groups];
  if (names.length > LIMITS.graphMarkingNames) throw refusal(field);
  for (const name of names) checkText(name, LIMITS.graphKeyBytes, field);
}

/** Keys and ids: not empty, and without control characters, which separate the parts of an engine's own keys. */
function checkId(text: string, field: string): void {
  checkText(text, LIMITS.graphKeyBytes, field);
  if (text === '' || CONTROL_CHARACTERS.test(text)) throw refusal(field);
}

function checkText(text: unknown, maximumBytes: number, field: string): void {
  if (typeof text !== 'string' || !text.isWellFormed() || Buffer.byteLength(text) > maximumBytes) throw refusal(field);
}

function checkTime(atMs: number, field: string): void {
  if (!Number.isSafeInteger(atMs)) throw refusal(field);
}

function refusal(field: string): Error {
  return graphError('GRAPH_ELEMENT', { detail: { field } });
}
