/** Kinds of nodes of the ontology; what each has stands in nodes.ts. */
export const NODE_KINDS = [
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
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** Kinds of edges of the ontology; what each joins stands in edges.ts. */
export const EDGE_KINDS = [
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
] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

/** Of the tables in this folder; changes with every change in them. */
export const ONTOLOGY_VERSION = '1';
