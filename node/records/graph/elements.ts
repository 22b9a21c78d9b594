import type { EdgeKind, NodeKind } from '../../../config/ontology/kinds.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Marking } from '../../../proto/domain/marking.ts';
import type { Account, Customer, Transfer } from '../../../proto/domain/records.ts';
import { endOfDayMs, parseDay } from '../../formats/dates.ts';
import type { GraphEdge, GraphNode, Provenance } from '../../graph/graph-store.ts';
import { RECORD_MARKING } from '../marking.ts';
import { accountKey, customerKey, type SharedKind, sharedKey } from './entity-keys.ts';
import { normalAddress, normalEmail, normalNationalId, normalPhone } from './normalise.ts';

export type Elements = { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] };

/** The commit by which the agency took a record in, and the marking that the record has, which its elements get. */
export type Taken = { readonly ingestedAtMs: number; readonly version: number; readonly marking: Marking };

const SHARED_EDGES: Readonly<Record<SharedKind, EdgeKind>> = {
  address: 'has_address',
  phone: 'has_phone',
  email: 'has_email',
  national_id: 'has_national_id',
};

/** A customer and what it may share with others, known from the day after onboarding; without one, always. */
export function customerElements(agency: string, customer: Customer, taken: Taken): Elements {
  const key = customerKey(agency, customer.customerId);
  const knownAtMs = knownFrom(customer.onboarded);
  const provenance = stated('customers', customer.customerId, taken);
  const kind: NodeKind = customer.entityType === 'INDIVIDUAL' ? 'person' : 'organisation';
  const properties = present({
    customer_id: customer.customerId,
    name: customer.name,
    aliases: customer.aliases.join(';'),
    date_of_birth: customer.dateOfBirth,
    country: customer.country,
    nationality: customer.nationality,
    industry: customer.industry,
  });
  const shared: readonly (readonly [SharedKind, string | null])[] = [
    ['address', normalAddress(customer)],
    ['phone', normalPhone(customer.phone)],
    ['email', normalEmail(customer.email)],
    ['national_id', normalNationalId(customer.nationalId)],
  ];
  const nodes: GraphNode[] = [{ key, kind, properties, knownAtMs, provenance, marking: taken.marking }];
  const edges: GraphEdge[] = [];
  for (const [sharedKind, value] of shared) {
    if (value === null) continue;
    const to = sharedKey(sharedKind, agency, value);
    // What several customers have is there from the start, and alone it tells nothing of whose it is: the edges say since
    // when each had it, and have the marking of its record.
    nodes.push({ key: to, kind: sharedKind, properties: { value }, knownAtMs: 0, provenance, marking: RECORD_MARKING });
    edges.push(plainEdge(SHARED_EDGES[sharedKind], key, to, knownAtMs, provenance, taken.marking));
  }
  return { nodes, edges };
}

/** An account of the agency and its owner's edge. */
export function accountElements(agency: string, account: Account, taken: Taken): Elements {
  const key = accountKey(agency, account.accountId);
  const knownAtMs = knownFrom(account.opened);
  const provenance = stated('accounts', account.accountId, taken);
  const properties = present({ account_id: account.accountId, agency, kind: account.kind, opened: account.opened });
  const owner = customerKey(agency, account.customerId);
  return {
    nodes: [{ key, kind: 'account', properties, knownAtMs, provenance, marking: taken.marking }],
    edges: [plainEdge('owns', owner, key, knownAtMs, provenance, taken.marking)],
  };
}

export function transferEdge(transfer: Transfer, taken: Taken): GraphEdge {
  return {
    edgeId: transfer.transferId,
    kind: 'transfer',
    from: accountKey(transfer.fromAgency, transfer.fromAccount),
    to: accountKey(transfer.toAgency, transfer.toAccount),
    occurredAtMs: transfer.bookedAtMs,
    knownAtMs: transfer.knownAtMs,
    amountMinor: transfer.amountMinor,
    currency: transfer.currency,
    properties: present({ channel: transfer.channel, reference: transfer.reference }),
    provenance: stated('transfers', transfer.transferId, taken),
    marking: taken.marking,
  };
}

/** An account that is known only as the end of a transfer: usually a counterparty's, at another agency. */
export function counterpartyNode(
  agency: string,
  accountId: string,
  knownAtMs: number,
  taken: Omit<Taken, 'marking'>,
): GraphNode {
  return {
    key: accountKey(agency, accountId),
    kind: 'account',
    properties: { account_id: accountId, agency },
    knownAtMs,
    provenance: stated('transfers', accountId, taken),
    marking: RECORD_MARKING,
  };
}

/** What a record states is certain as far as the graph goes. */
function stated(source: string, sourceId: string, { ingestedAtMs, version }: Omit<Taken, 'marking'>): Provenance {
  return { source, sourceId, ingestedAtMs, confidence: 1, version };
}

function plainEdge(
  kind: EdgeKind,
  from: EntityKey,
  to: EntityKey,
  knownAtMs: number,
  provenance: GraphEdge['provenance'],
  marking: Marking,
): GraphEdge {
  const edgeId = `${kind}|${from}|${to}`;
  const times = { occurredAtMs: knownAtMs, knownAtMs };
  const money = { amountMinor: null, currency: null };
  return { edgeId, kind, from, to, ...times, ...money, properties: {}, provenance, marking };
}

function knownFrom(day: string | null): number {
  const startMs = day === null ? undefined : parseDay(day);
  return startMs === undefined ? 0 : endOfDayMs(startMs);
}

function present(properties: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  const filled = Object.entries(properties).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return Object.fromEntries(filled);
}
