import type { EdgeKind, NodeKind } from './kinds.ts';
import { always, maybe, type Properties } from './properties.ts';

export type EdgeFacts = {
  readonly description: string;
  readonly from: readonly NodeKind[];
  readonly to: readonly NodeKind[];
  readonly properties: Properties;
};

const PARTY = ['person', 'organisation'] as const satisfies readonly NodeKind[];

/** What each kind of edge says, between what. */
export const EDGE_FACTS: Readonly<Record<EdgeKind, EdgeFacts>> = {
  owns: { description: 'holds the account', from: PARTY, to: ['account'], properties: {} },
  transfer: {
    description: 'money that was moved',
    from: ['account'],
    to: ['account'],
    properties: { channel: maybe('text'), reference: maybe('text') },
  },
  has_address: { description: 'lives or sits at', from: PARTY, to: ['address'], properties: {} },
  has_phone: { description: 'is reached at', from: PARTY, to: ['phone'], properties: {} },
  has_email: { description: 'is reached at', from: PARTY, to: ['email'], properties: {} },
  has_national_id: { description: 'bears the number', from: PARTY, to: ['national_id'], properties: {} },
  listed_as: {
    description: 'may be the one that the entry means; how surely is the confidence of the edge',
    from: PARTY,
    to: ['list_entry'],
    properties: {},
  },
  alerted: { description: 'was alerted on', from: PARTY, to: ['alert'], properties: {} },
  concerns: { description: 'is about the account', from: ['alert'], to: ['account'], properties: {} },
  shows: { description: 'shows the pattern', from: ['alert'], to: ['typology'], properties: {} },
  located_in: {
    description: 'lives in, sits in or is a national of',
    from: PARTY,
    to: ['jurisdiction'],
    properties: { basis: always('text') },
  },
  indicated_by: { description: 'is what the flags were about', from: ['account'], to: ['indicator'], properties: {} },
  same_as: {
    description: 'is the same person or organisation, by an assertion that can be withdrawn',
    from: PARTY,
    to: PARTY,
    properties: { state: always('text'), model: always('text'), decided_by: always('text') },
  },
  linked_to: {
    description: 'has to do with, as inferred from what both share; how surely is the confidence of the edge',
    from: PARTY,
    to: PARTY,
    properties: { reasons: always('text'), model: always('text') },
  },
};
