import { ONTOLOGY_VERSION } from '../../../config/ontology/kinds.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { GraphEdge, GraphNode } from '../../graph/graph-store.ts';
import { addressParts, type ElementSet } from './elements.ts';
import { observableId, stixId } from './stix-ids.ts';
import { stixMarking } from './stix-markings.ts';

/** Any object of STIX 2.1. */
export type StixObject = { readonly type: string; readonly id: string } & Readonly<Record<string, unknown>>;
export type StixBundle = { readonly type: 'bundle'; readonly id: string; readonly objects: readonly StixObject[] };

/** Says what an object is in our ontology; carried by each, so that nothing is lost on the way. */
const EXTENSION = stixId('extension-definition', 'concordat/ontology');
const CREATOR = stixId('identity', 'concordat');
/** Defines a type of object of its own for identifiers, which STIX has none for. */
const IDENTIFIER_EXTENSION = stixId('extension-definition', 'concordat/identifier');
/** Of the extension and of its author: fixed, so that equal elements give equal bundles. */
const DEFINED_AT = '2026-01-01T00:00:00.000Z';

/**
 * Writes elements as a STIX 2.1 bundle: parties and list entries as identities, accounts and mailboxes as observables,
 * alerts as groupings, typologies as attack patterns, indicators with a pattern, edges as relationships. Ids are
 * UUIDv5, each object refers to TLP 2.0 and to its classification, and an extension holds what STIX has no words for.
 * Pure; equal elements give equal bytes.
 */
export function toStix({ edges, nodes }: ElementSet): StixBundle {
  const ids = new Map(nodes.map((node) => [node.key, idOf(node)]));
  const markings = new Map<string, StixObject>();
  const marked = <Element extends GraphNode | GraphEdge>(element: Element, object: StixObject): StixObject => {
    const { objects, refs } = stixMarking(element.marking);
    for (const one of objects) markings.set(one.id, one);
    const isOwn = object.type === IDENTIFIER;
    const extensions = {
      [EXTENSION]: extensionOf(element),
      ...(isOwn ? { [IDENTIFIER_EXTENSION]: { extension_type: 'new-sdo' } } : {}),
    };
    return { ...object, object_marking_refs: refs, extensions };
  };
  const from = Map.groupBy(edges, (edge) => edge.from);
  const objects = [
    ...nodes.flatMap((node) => {
      const object = nodeObject(node, ids, from.get(node.key) ?? [], edges);
      return object === undefined ? [] : [marked(node, object)];
    }),
    ...edges.flatMap((edge) => {
      const [source, target] = [ids.get(edge.from), ids.get(edge.to)];
      if (source === undefined || target === undefined) return [];
      return [marked(edge, relationship(edge, source, target))];
    }),
  ];
  const unique = new Map([...FIXED, ...markings.values(), ...objects].map((object) => [object.id, object]));
  const all = [...unique.values()];
  return { type: 'bundle', id: stixId('bundle', all.map(({ id }) => id).join()), objects: all };
}

const FIXED: readonly StixObject[] = [
  {
    type: 'identity',
    spec_version: '2.1',
    id: CREATOR,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    name: 'concordat',
    identity_class: 'system',
  },
  {
    type: 'extension-definition',
    spec_version: '2.1',
    id: EXTENSION,
    created_by_ref: CREATOR,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    name: 'concordat ontology',
    description: 'Kind, key, properties and provenance of an element of the ontology.',
    schema: `https://concordat.invalid/ontology/${ONTOLOGY_VERSION}`,
    version: `${ONTOLOGY_VERSION}.0.0`,
    extension_types: ['property-extension'],
  },
  {
    type: 'extension-definition',
    spec_version: '2.1',
    id: IDENTIFIER_EXTENSION,
    created_by_ref: CREATOR,
    created: DEFINED_AT,
    modified: DEFINED_AT,
    name: 'concordat identifier',
    description: 'A telephone number, the number of a paper, or an address without a country.',
    schema: 'https://concordat.invalid/identifier/1',
    version: '1.0.0',
    extension_types: ['new-sdo'],
  },
];

const IDENTIFIER = 'x-concordat-identifier';

function idOf({ key, kind, properties: has }: GraphNode): string {
  switch (kind) {
    case 'account':
      return observableId('user-account', accountContent(has));
    case 'email':
      return observableId('email-addr', { value: has['value'] ?? '' });
    case 'person':
    case 'organisation':
    case 'list_entry':
      return stixId('identity', key);
    case 'address':
      return stixId(addressParts(has['value'] ?? '').country === '' ? IDENTIFIER : 'location', key);
    case 'jurisdiction':
      return stixId('location', key);
    case 'phone':
    case 'national_id':
      return stixId(IDENTIFIER, key);
    case 'alert':
      return stixId('grouping', key);
    case 'typology':
      return stixId('attack-pattern', key);
    case 'indicator':
      return stixId('indicator', key);
  }
}

function nodeObject(
  node: GraphNode,
  ids: ReadonlyMap<EntityKey, string>,
  edges: readonly GraphEdge[],
  all: readonly GraphEdge[],
): StixObject | undefined {
  const { kind, properties: has } = node;
  const id = idOf(node);
  const head = { ...common(node), id };
  switch (kind) {
    case 'person':
      return { ...head, type: 'identity', name: has['name'], identity_class: 'individual' };
    case 'organisation':
      return { ...head, type: 'identity', name: has['name'], identity_class: 'organization' };
    case 'list_entry':
      return { ...head, type: 'identity', name: has['name'], identity_class: 'unknown' };
    case 'account':
      return { type: 'user-account', spec_version: '2.1', id, ...accountContent(has) };
    case 'email':
      return { type: 'email-addr', spec_version: '2.1', id, value: has['value'] };
    case 'phone':
    case 'national_id':
      return { ...head, type: IDENTIFIER, identifier_kind: kind, value: has['value'] };
    case 'address': {
      const { city, country, postalCode, street } = addressParts(has['value'] ?? '');
      // STIX has no place without a country.
      if (country === '') return { ...head, type: IDENTIFIER, identifier_kind: kind, value: has['value'] };
      const place = { street_address: street, postal_code: postalCode, city, country: country.toUpperCase() };
      const filled = Object.fromEntries(Object.entries(place).filter(([, part]) => part !== ''));
      return { ...head, type: 'location', ...filled };
    }
    case 'jurisdiction':
      return { ...head, type: 'location', name: has['code'], country: has['code'] };
    case 'alert': {
      const refs = [...edges.map(({ to }) => to), ...all.filter(({ to }) => to === node.key).map(({ from }) => from)];
      const present = [...new Set(refs)].flatMap((key) => ids.get(key) ?? []);
      if (present.length === 0) return undefined;
      return {
        ...head,
        type: 'grouping',
        name: `${has['alert_type']} alert ${has['alert_id']}`,
        context: 'suspicious-activity',
        object_refs: present,
      };
    }
    case 'typology':
      return { ...head, type: 'attack-pattern', name: has['typology_id'], description: has['description'] };
    case 'indicator': {
      const accounts = all.filter(({ kind: edge, to }) => edge === 'indicated_by' && to === node.key);
      const [account] = accounts.map(({ from }) => userId(from.split(':')[1], from.split(':').slice(2).join(':')));
      if (account === undefined) return undefined;
      return {
        ...head,
        type: 'indicator',
        name: `flagged by ${has['groups']} groups`,
        description: `typologies: ${has['typologies'] ?? 'not said'}`,
        indicator_types: ['anomalous-activity'],
        pattern: `[user-account:user_id = '${account.replaceAll(/['\\]/g, String.raw`\$&`)}']`,
        pattern_type: 'stix',
        valid_from: at(node.knownAtMs),
      };
    }
  }
}

function relationship(edge: GraphEdge, source: string, target: string): StixObject {
  return {
    ...common(edge),
    type: 'relationship',
    id: stixId('relationship', edge.edgeId),
    relationship_type: edge.kind.replaceAll('_', '-'),
    source_ref: source,
    target_ref: target,
  };
}

function accountContent(has: GraphNode['properties']): Readonly<Record<'account_type' | 'user_id', string>> {
  return { account_type: 'x-bank-account', user_id: userId(has['agency'], has['account_id']) };
}

function userId(agency = '', accountId = ''): string {
  return `${agency}:${accountId}`;
}

/** What all objects have that somebody made, and cyber observables do not. */
function common({ provenance }: GraphNode | GraphEdge): Readonly<Record<string, unknown>> {
  const { confidence, ingestedAtMs, source, sourceId } = provenance;
  return {
    spec_version: '2.1',
    created_by_ref: CREATOR,
    created: at(ingestedAtMs),
    modified: at(ingestedAtMs),
    confidence: Math.round(100 * confidence),
    external_references: [{ source_name: source, external_id: sourceId === '' ? source : sourceId }],
  };
}

function extensionOf(element: GraphNode | GraphEdge): Readonly<Record<string, unknown>> {
  const { kind, knownAtMs, properties, provenance } = element;
  const facts = { kind, known_at: at(knownAtMs), properties };
  const { confidence, ingestedAtMs, source, sourceId, version } = provenance;
  const origin = { source, source_id: sourceId, ingested_at: at(ingestedAtMs), confidence, version };
  const own = 'key' in element ? { key: element.key } : edgeFacts(element);
  return { extension_type: 'property-extension', ...own, ...facts, provenance: origin };
}

function edgeFacts({ amountMinor, currency, edgeId, occurredAtMs }: GraphEdge): Readonly<Record<string, unknown>> {
  const money = amountMinor === null ? {} : { amount_minor: amountMinor.toString(), currency };
  return { edge_id: edgeId, occurred_at: at(occurredAtMs), ...money };
}

function at(atMs: number): string {
  return new Date(atMs).toISOString();
}
