import { EDGE_FACTS } from '../../config/ontology/edges.ts';
import type { NodeKind } from '../../config/ontology/kinds.ts';
import { NODE_FACTS } from '../../config/ontology/nodes.ts';
import { isOfType, type Properties } from '../../config/ontology/properties.ts';
import type { EntityKey } from '../../proto/domain/ids.ts';
import { checkEdge, checkNode } from './element-check.ts';
import { graphError } from './errors.ts';
import type { GraphEdge, GraphNode } from './graph-store.ts';

/**
 * Checks elements against the ontology before they are written or leave as a document: kinds, properties by name and
 * type, what an edge may join. Engines check form alone (element-check.ts), as what they hold was checked here.
 * @throws GRAPH_ELEMENT naming the field
 */
export function checkOntology(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): void {
  for (const node of nodes) {
    checkNode(node);
    const { keySpace, properties } = NODE_FACTS[node.kind];
    if (keySpaceOf(node.key) !== keySpace) throw refusal('node.key');
    checkProperties(node.properties, properties, 'node');
  }
  for (const edge of edges) {
    checkEdge(edge);
    const { from, properties, to } = EDGE_FACTS[edge.kind];
    if (!isAmong(edge.from, from)) throw refusal('edge.from');
    if (!isAmong(edge.to, to)) throw refusal('edge.to');
    checkProperties(edge.properties, properties, 'edge');
  }
}

function checkProperties(given: Readonly<Record<string, string>>, facts: Properties, element: 'node' | 'edge'): void {
  for (const [name, text] of Object.entries(given)) {
    const known = Object.hasOwn(facts, name) ? facts[name] : undefined;
    if (known === undefined || !isOfType(text, known.type)) throw refusal(`${element}.properties.${name}`);
  }
  for (const [name, { required }] of Object.entries(facts))
    if (required && given[name] === undefined) throw refusal(`${element}.properties.${name}`);
}

/** By key, since the other end of an edge may not be at hand: kinds that share a space are not told apart. */
function isAmong(key: EntityKey, kinds: readonly NodeKind[]): boolean {
  const space = keySpaceOf(key);
  return kinds.some((kind) => NODE_FACTS[kind].keySpace === space);
}

function keySpaceOf(key: EntityKey): string {
  return key.slice(0, Math.max(0, key.indexOf(':')));
}

function refusal(field: string): Error {
  return graphError('GRAPH_ELEMENT', { detail: { field } });
}
