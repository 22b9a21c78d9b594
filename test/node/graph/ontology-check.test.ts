import test from 'ava';
import { EDGE_FACTS } from '../../../config/ontology/edges.ts';
import { EDGE_KINDS, NODE_KINDS } from '../../../config/ontology/kinds.ts';
import { NODE_FACTS } from '../../../config/ontology/nodes.ts';
import type { GraphEdge, GraphNode } from '../../../node/graph/graph-store.ts';
import { checkOntology } from '../../../node/graph/ontology-check.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { node, tie, transfer } from '../../conformance/graph-fixtures.ts';

const PERSON = node('x', {
  key: asId('customer:one:C-1'),
  kind: 'person',
  properties: { customer_id: 'C-1', name: 'Anna Beispiel', date_of_birth: '1980-02-29' },
});
const ACCOUNT = node('a', { properties: { account_id: 'a', agency: 'one' } });
const OWNS = tie('owns', 'x', 'a', { from: PERSON.key, properties: {} });

function refusedField(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): string | undefined {
  try {
    checkOntology(nodes, edges);
    return undefined;
  } catch (error) {
    return isRefusal(error, 'GRAPH_ELEMENT') ? String(error.detail['field']) : 'another error';
  }
}

test('S0-01 every kind of the ontology is described, and what edges join are kinds of it', (t) => {
  t.deepEqual(Object.keys(NODE_FACTS).sort(), [...NODE_KINDS].sort());
  t.deepEqual(Object.keys(EDGE_FACTS).sort(), [...EDGE_KINDS].sort());
  for (const { from, to } of Object.values(EDGE_FACTS)) t.true(from.length > 0 && to.length > 0);
});

test('S0-01 elements of known kinds with known properties between the right ends are taken', (t) => {
  t.is(refusedField([PERSON, ACCOUNT], [OWNS, transfer('t', 'a', 'b', 1)]), undefined);
});

test('S0-01 on write a node or edge that does not follow its kind is refused with the field', (t) => {
  const changed = (properties: Readonly<Record<string, string>>): GraphNode => ({ ...PERSON, properties });
  const cases: readonly (readonly [field: string, node: GraphNode | undefined, edge: GraphEdge | undefined])[] = [
    ['node.properties.name', changed({ customer_id: 'C-1' }), undefined],
    ['node.properties.name', changed({ ...PERSON.properties, name: '' }), undefined],
    ['node.properties.shoe_size', changed({ ...PERSON.properties, shoe_size: '41' }), undefined],
    ['node.properties.constructor', changed({ ...PERSON.properties, constructor: 'x' }), undefined],
    ['node.properties.date_of_birth', changed({ ...PERSON.properties, date_of_birth: '1980' }), undefined],
    ['node.key', { ...PERSON, key: asId('account:one:C-1') }, undefined],
    ['node.provenance.version', { ...PERSON, provenance: { ...PERSON.provenance, version: 0.5 } }, undefined],
    ['edge.from', undefined, { ...OWNS, from: ACCOUNT.key }],
    ['edge.to', undefined, { ...OWNS, to: PERSON.key }],
    ['edge.properties.note', undefined, { ...OWNS, properties: { note: 'x' } }],
    [
      'edge.properties.state',
      undefined,
      tie('same_as', 'x', 'y', { from: PERSON.key, to: PERSON.key, properties: {} }),
    ],
    ['edge.amountMinor', undefined, { ...OWNS, amountMinor: 1n }],
  ];
  for (const [field, wrong, edge] of cases)
    t.is(refusedField(wrong === undefined ? [] : [wrong], edge === undefined ? [] : [edge]), field);
});
