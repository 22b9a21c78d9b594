import { sha256Hex } from '../../../crypto/hash.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { markingLabel } from './marking-label.ts';
import type { GraphEdge, GraphNode } from '../../graph/graph-store.ts';
import { addressParts, type ElementSet } from './elements.ts';

/** An entity as FollowTheMoney writes it, one a line in its files; what is not of its schemata is context. */
export type FtmElement = {
  readonly id: string;
  readonly schema: string;
  readonly properties: Readonly<Record<string, readonly string[]>>;
  readonly datasets: readonly string[];
  readonly first_seen: string;
  /** The element's own key, handling, source and confidence, of which FollowTheMoney's model knows nothing. */
  readonly context: Readonly<Record<string, string | number>>;
};

/**
 * Writes elements as FollowTheMoney entities. Identifiers become properties of those who have them, edges of money and
 * of ownership become entities of their own, as its model has it; indicators and jurisdictions have no place in it.
 * Pure; equal elements give equal bytes.
 * Source: FollowTheMoney, schemata Person, Organization, BankAccount, Address, Ownership, Payment, Sanction, Event, UnknownLink.
 */
export function toFtm({ edges, nodes }: ElementSet): readonly FtmElement[] {
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  const from = Map.groupBy(edges, (edge) => edge.from);
  const alerted = Map.groupBy(
    edges.filter(({ kind }) => kind === 'alerted'),
    ({ to }) => to,
  );
  const involved = new Map([...alerted].map(([alert, all]) => [alert, all.map((edge) => edge.from)]));
  const owners = new Map(edges.flatMap(({ from: owner, kind, to }) => (kind === 'owns' ? [[to, owner] as const] : [])));
  return [
    ...nodes.flatMap((node) => nodeEntity(node, from.get(node.key) ?? [], byKey, involved)),
    ...edges.flatMap((edge) => edgeEntity(edge, byKey, owners)),
  ];
}

type ByKey = ReadonlyMap<EntityKey, GraphNode>;
type Values = Readonly<Record<string, readonly (string | undefined)[]>>;

function nodeEntity(
  node: GraphNode,
  edges: readonly GraphEdge[],
  byKey: ByKey,
  alerted: ReadonlyMap<EntityKey, readonly EntityKey[]>,
): readonly FtmElement[] {
  const { properties: has } = node;
  const ends = (kind: GraphEdge['kind']): readonly GraphNode[] =>
    edges.flatMap((edge) => (edge.kind === kind ? (byKey.get(edge.to) ?? []) : []));
  const values = (kind: GraphEdge['kind']): readonly (string | undefined)[] =>
    ends(kind).map(({ properties }) => properties['value']);
  const party: Values = {
    name: [has['name']],
    alias: has['aliases']?.split(';') ?? [],
    phone: values('has_phone'),
    email: values('has_email'),
    country: [has['country']?.toLowerCase()],
    addressEntity: ends('has_address').map(({ key }) => ftmId(key)),
  };
  switch (node.kind) {
    case 'person':
      return [
        entity(node, 'Person', {
          ...party,
          birthDate: [has['date_of_birth']],
          nationality: [has['nationality']?.toLowerCase()],
          idNumber: values('has_national_id'),
        }),
      ];
    case 'organisation':
      return [
        entity(node, 'Organization', {
          ...party,
          incorporationDate: [has['date_of_birth']],
          jurisdiction: [has['nationality']?.toLowerCase()],
          registrationNumber: values('has_national_id'),
          sector: [has['industry']],
        }),
      ];
    case 'account':
      return [
        entity(node, 'BankAccount', {
          name: [has['account_id']],
          accountNumber: [has['account_id']],
          bankName: [has['agency']],
          accountType: [has['kind']],
          openingDate: [has['opened']],
        }),
      ];
    case 'address': {
      const { city, country, postalCode, street } = addressParts(has['value'] ?? '');
      const full = [street, postalCode, city, country].filter((part) => part !== '').join(', ');
      return [
        entity(node, 'Address', {
          full: [full],
          street: [street],
          postalCode: [postalCode],
          city: [city],
          country: [country],
        }),
      ];
    }
    case 'alert': {
      const typologies = ends('shows').map(({ properties }) => properties['typology_id']);
      return [
        entity(node, 'Event', {
          name: [`${has['alert_type']} alert ${has['alert_id']}`],
          startDate: [has['raised_at']?.slice(0, 10)],
          keywords: [has['alert_type'], ...typologies],
          summary: [has['outcome'] ?? has['disposition']],
          involved: (alerted.get(node.key) ?? []).map(ftmId),
        }),
      ];
    }
    // Phones, mailboxes and papers stand with those who have them; list entries with the edge that says who is meant.
    case 'phone':
    case 'email':
    case 'national_id':
    case 'list_entry':
    case 'typology':
    case 'indicator':
    case 'jurisdiction':
      return [];
  }
}

function edgeEntity(edge: GraphEdge, byKey: ByKey, owners: ReadonlyMap<EntityKey, EntityKey>): readonly FtmElement[] {
  const ownerId = (account: EntityKey): string | undefined => {
    const owner = owners.get(account);
    return owner === undefined ? undefined : ftmId(owner);
  };
  const day = edge.occurredAtMs === 0 ? undefined : new Date(edge.occurredAtMs).toISOString().slice(0, 10);
  switch (edge.kind) {
    case 'owns':
      return [entity(edge, 'Ownership', { owner: [ftmId(edge.from)], asset: [ftmId(edge.to)], startDate: [day] })];
    case 'transfer':
      return [
        entity(edge, 'Payment', {
          payer: [ownerId(edge.from)],
          beneficiary: [ownerId(edge.to)],
          payerAccount: [ftmId(edge.from)],
          beneficiaryAccount: [ftmId(edge.to)],
          amount: [edge.amountMinor === null ? undefined : minorAsDecimal(edge.amountMinor)],
          currency: [edge.currency ?? undefined],
          date: [day],
          transactionNumber: [edge.edgeId],
          purpose: [edge.properties['reference']],
        }),
      ];
    case 'listed_as': {
      const listed = byKey.get(edge.to)?.properties ?? {};
      // Other lists than sanctions have no schema that would not say more than a match of names does.
      if (listed['list_kind'] !== 'SANCTIONS') return [];
      return [
        entity(edge, 'Sanction', {
          entity: [ftmId(edge.from)],
          authority: [listed['list_name']],
          authorityId: [listed['entry_id']],
          program: [listed['programs']],
          status: [`possible match, ${edge.provenance.confidence.toFixed(2)}`],
        }),
      ];
    }
    case 'same_as':
    case 'linked_to':
      return [
        entity(edge, 'UnknownLink', {
          subject: [ftmId(edge.from)],
          object: [ftmId(edge.to)],
          role: [edge.kind === 'same_as' ? `same as: ${edge.properties['state']}` : edge.properties['reasons']],
        }),
      ];
    case 'concerns':
      return [
        entity(edge, 'UnknownLink', { subject: [ftmId(edge.from)], object: [ftmId(edge.to)], role: ['concerns'] }),
      ];
    case 'has_address':
    case 'has_phone':
    case 'has_email':
    case 'has_national_id':
    // Those alerted on stand with the alert's event.
    case 'alerted':
    case 'shows':
    case 'located_in':
    case 'indicated_by':
      return [];
  }
}

function entity(element: GraphNode | GraphEdge, schema: string, values: Values): FtmElement {
  const { confidence, ingestedAtMs, source, sourceId, version } = element.provenance;
  const properties = Object.entries(values).flatMap(([name, all]) => {
    const known = [...new Set(all.filter((value) => value !== undefined && value !== ''))];
    return known.length === 0 ? [] : [[name, known] as const];
  });
  const key = 'key' in element ? element.key : element.edgeId;
  return {
    id: ftmId(key),
    schema,
    properties: Object.fromEntries(properties) as FtmElement['properties'],
    datasets: [source],
    first_seen: new Date(ingestedAtMs).toISOString(),
    context: { key, ...markingLabel(element.marking), source_id: sourceId, confidence, version },
  };
}

/** FollowTheMoney takes letters, digits, dots and hyphens in an id: a hash has none of a key's other characters. */
export function ftmId(key: string): string {
  return sha256Hex(key).slice(0, 40);
}

/** FollowTheMoney has decimal amounts; the currency's minor unit is taken as a hundredth, as the records have it. */
function minorAsDecimal(amountMinor: bigint): string {
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
