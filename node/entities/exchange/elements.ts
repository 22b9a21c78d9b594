import type { GraphEdge, GraphNode } from '../../graph/graph-store.ts';

/** Nodes and edges of the ontology that leave together as one document. */
export type ElementSet = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

/** Parts of an address as the graph keeps it: street, postal code, city, country, of which some may be empty. */
export type AddressParts = Readonly<Record<'street' | 'postalCode' | 'city' | 'country', string>>;

/** Takes an address apart that normalAddress has put together. */
export function addressParts(value: string): AddressParts {
  const [street = '', postalCode = '', city = '', country = ''] = value.split('|');
  return { street, postalCode, city, country };
}
