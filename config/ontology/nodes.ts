import type { NodeKind } from './kinds.ts';
import { always, maybe, type Properties } from './properties.ts';

export type NodeFacts = {
  readonly description: string;
  /** First part of its keys, `<space>:<agency or owner>:<id>`. Person and organisation share one: a correction may change which it is. */
  readonly keySpace: string;
  readonly properties: Properties;
};

const CUSTOMER = {
  customer_id: always('text'),
  name: always('text'),
  aliases: maybe('text'),
  date_of_birth: maybe('day'),
  country: maybe('text'),
  nationality: maybe('text'),
  industry: maybe('text'),
} as const satisfies Properties;

const IDENTIFIER = { value: always('text') } as const satisfies Properties;

/** What each kind of node is and has. */
export const NODE_FACTS: Readonly<Record<NodeKind, NodeFacts>> = {
  person: { description: 'a customer who is a person', keySpace: 'customer', properties: CUSTOMER },
  organisation: {
    description: 'a customer that is an organisation; its day of birth is that of incorporation',
    keySpace: 'customer',
    properties: CUSTOMER,
  },
  account: {
    description: 'an account, here or at another agency',
    keySpace: 'account',
    properties: { account_id: always('text'), agency: always('text'), kind: maybe('text'), opened: maybe('day') },
  },
  address: { description: 'an address, as normalised', keySpace: 'address', properties: IDENTIFIER },
  phone: { description: 'a telephone number, as normalised', keySpace: 'phone', properties: IDENTIFIER },
  email: { description: 'a mailbox', keySpace: 'email', properties: IDENTIFIER },
  national_id: {
    description: 'the number of a paper or of a register, as normalised',
    keySpace: 'national_id',
    properties: IDENTIFIER,
  },
  list_entry: {
    description: 'an entry of a watchlist',
    keySpace: 'list_entry',
    properties: {
      list_name: always('text'),
      entry_id: always('text'),
      name: always('text'),
      list_kind: maybe('text'),
      list_version: maybe('text'),
      programs: maybe('text'),
    },
  },
  alert: {
    description: 'an alert on a customer, and what became of it',
    keySpace: 'alert',
    properties: {
      alert_id: always('text'),
      alert_type: always('text'),
      priority: always('text'),
      raised_at: always('instant'),
      disposition: maybe('text'),
      risk_score: maybe('points'),
      outcome: maybe('text'),
    },
  },
  typology: {
    description: 'a pattern that triage looks for',
    keySpace: 'typology',
    properties: { typology_id: always('text'), description: always('text') },
  },
  indicator: {
    description: 'an opened flag, as the federation published it',
    keySpace: 'indicator',
    properties: { indicator_id: always('text'), groups: always('count'), typologies: maybe('text') },
  },
  jurisdiction: {
    description: 'a country, with its points on the scale of the geographic component',
    keySpace: 'jurisdiction',
    properties: { code: always('text'), points: always('points') },
  },
};
