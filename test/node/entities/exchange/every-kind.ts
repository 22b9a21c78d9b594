import { EDGE_FACTS } from '../../../../config/ontology/edges.ts';
import { EDGE_KINDS, type NodeKind } from '../../../../config/ontology/kinds.ts';
import { NODE_FACTS } from '../../../../config/ontology/nodes.ts';
import type { Properties, PropertyType } from '../../../../config/ontology/properties.ts';
import type { ElementSet } from '../../../../node/entities/exchange/elements.ts';
import type { GraphEdge, GraphNode } from '../../../../node/graph/graph-store.ts';
import { checkOntology } from '../../../../node/graph/ontology-check.ts';
import { asId } from '../../../../proto/domain/ids.ts';
import { OPEN } from '../../../conformance/ledger-fixtures.ts';
import { provenance } from '../../../conformance/graph-fixtures.ts';

const SAMPLES: Readonly<Record<PropertyType, string>> = {
  text: 'some text',
  day: '1980-02-29',
  instant: '2029-12-31T00:00:00.000Z',
  share: '0.5',
  points: '62.5',
  count: '3',
};
const NAMED: Readonly<Record<string, string>> = {
  country: 'DE',
  nationality: 'FR',
  list_kind: 'SANCTIONS',
  code: 'DE',
};

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  address: { value: 'weg1|12345|ort|de' },
  email: { value: 'ilse@mail.example' },
  phone: { value: '+49305551234' },
};

/** One node of every kind and one edge of every kind, with all that kinds may have. */
export function everyKind(): ElementSet {
  const nodes = Object.entries(NODE_FACTS).map(([kind, { keySpace, properties }]): GraphNode => {
    return {
      key: asId(`${keySpace}:one:${kind}`),
      kind: kind as NodeKind,
      properties: { ...filled(properties), ...VALUES[kind] },
      knownAtMs: 1_700_000_000_000,
      provenance: provenance('customers', kind),
      marking: OPEN,
    };
  });
  const keyOf = (kind: NodeKind | undefined): GraphNode['key'] =>
    nodes.find((node) => node.kind === kind)?.key ?? asId('');
  const edges = EDGE_KINDS.map((kind): GraphEdge => {
    const { from, properties, to } = EDGE_FACTS[kind];
    const isTransfer = kind === 'transfer';
    return {
      edgeId: `${kind}|1`,
      kind,
      from: keyOf(from[0]),
      to: keyOf(to.at(-1)),
      occurredAtMs: 1_700_000_000_000,
      knownAtMs: 1_700_000_000_000,
      amountMinor: isTransfer ? 123_405n : null,
      currency: isTransfer ? 'EUR' : null,
      properties: filled(properties),
      provenance: provenance('records', kind),
      marking: OPEN,
    };
  });
  checkOntology(nodes, edges);
  return { nodes, edges };
}

function filled(properties: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, NAMED[name] ?? SAMPLES[type]]));
}
