import { graphTransfers } from '../../../node/triage/features/transfer-reader.ts';
import type { GraphEdge, GraphNode, GraphStore } from '../../../node/graph/graph-store.ts';
import type { Ledger } from '../../../node/ledger/ledger.ts';
import { accountKey, customerKey } from '../../../node/triage/account-ref.ts';
import { readNeighbourhood, viewReader } from '../../../node/triage/features/neighbourhood.ts';
import type { Neighbourhood } from '../../../node/triage/detectors/finding.ts';
import { TRIAGE_MARKING, triageViewer } from '../../../node/triage/markings.ts';
import { referenceScorer } from '../../../node/triage/models/reference.ts';
import { onlyScorer, type Scorers } from '../../../node/triage/models/scorers.ts';
import type { HeldHint, HeldIndicator, ScreeningHit } from '../../../node/triage/ports.ts';
import type { EnrichDeps } from '../../../node/triage/stages/enrich.ts';
import type { Alert, MatchDetail } from '../../../proto/domain/alert.ts';
import { asId } from '../../../proto/domain/ids.ts';
import { openMemoryGraph } from '../../fakes/memory-graph.ts';
import { openMemoryLedger } from '../../fakes/memory-ledger.ts';

export const DAY_MS = 86_400_000;
export const AGENCY = 'alpha';
/** A moment in the middle of a day, well inside whatever the tests book. */
export const RAISED_MS = Date.parse('2031-06-30T10:00:00Z');
export const VIEWER = triageViewer(AGENCY);
export const SCORER = referenceScorer();

/** A transfer so many days before the alert, booked with a date alone: known from the end of its day. */
export type TransferRow = {
  readonly from: string;
  readonly to: string;
  readonly daysBefore: number;
  readonly amount?: number;
  readonly id?: string;
  readonly currency?: string;
};

/** Accounts are `a1` at the own agency or `beta/b1` at another. */
export function refOf(name: string): { agency: string; accountId: string } {
  const [agency, accountId] = name.split('/');
  return accountId === undefined ? { agency: AGENCY, accountId: name } : { agency: agency ?? '', accountId };
}

export function transferEdge(row: TransferRow, place: number): GraphEdge {
  const occurredAtMs = Math.floor(RAISED_MS / DAY_MS) * DAY_MS - row.daysBefore * DAY_MS;
  return {
    edgeId: row.id ?? `t${String(place).padStart(3, '0')}`,
    kind: 'transfer',
    from: accountKey(refOf(row.from)),
    to: accountKey(refOf(row.to)),
    occurredAtMs,
    knownAtMs: occurredAtMs + DAY_MS,
    amountMinor: BigInt(row.amount ?? 50_000),
    currency: row.currency ?? 'EUR',
    properties: {},
    provenance: { source: 'test', sourceId: String(place), ingestedAtMs: 0, confidence: 1, version: 0 },
    marking: TRIAGE_MARKING,
  };
}

export type World = {
  readonly ledger: Ledger;
  readonly graph: GraphStore;
  /** Adds what became known later; sequences go on from where they were. */
  add(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Promise<void>;
};

/** A ledger and a graph with given transfers, their accounts, and the customer `c1` who owns `a1`. */
export async function openWorld(transfers: readonly TransferRow[] = []): Promise<World> {
  const graph = openMemoryGraph();
  let sequence = 0;
  const add: World['add'] = async (nodes, edges) => graph.apply({ sequence: (sequence += 1), nodes, edges });
  const names = new Set(['a1', ...transfers.flatMap(({ from, to }) => [from, to])]);
  const owner = customerNode('c1');
  const owns: GraphEdge = {
    ...transferEdge({ from: 'a1', to: 'a1', daysBefore: 400 }, 0),
    edgeId: 'owns|c1|a1',
    kind: 'owns',
    from: owner.key,
    amountMinor: null,
    currency: null,
    occurredAtMs: 0,
    knownAtMs: 0,
  };
  await add([owner, ...[...names].map(accountNode)], [owns, ...transfers.map(transferEdge)]);
  return { ledger: openMemoryLedger(), graph, add };
}

export function accountNode(name: string): GraphNode {
  const { agency, accountId } = refOf(name);
  return {
    key: accountKey({ agency, accountId }),
    kind: 'account',
    properties: { account_id: accountId, agency },
    knownAtMs: 0,
    provenance: { source: 'test', sourceId: name, ingestedAtMs: 0, confidence: 1, version: 0 },
    marking: TRIAGE_MARKING,
  };
}

function customerNode(customerId: string): GraphNode {
  return {
    key: customerKey(AGENCY, customerId),
    kind: 'person',
    properties: { customer_id: customerId, date_of_birth: '1980-02-03' },
    knownAtMs: 0,
    provenance: { source: 'test', sourceId: customerId, ingestedAtMs: 0, confidence: 1, version: 0 },
    marking: TRIAGE_MARKING,
  };
}

/** What enrichment needs over a world; screening and peers give what they are told. */
export function enrichDeps(
  { graph, ledger }: Pick<World, 'graph' | 'ledger'>,
  given: {
    readonly hits?: readonly ScreeningHit[];
    readonly indicators?: readonly HeldIndicator[];
    readonly hints?: readonly HeldHint[];
  } = {},
): EnrichDeps & { readonly scorers: Scorers } {
  return {
    agency: AGENCY,
    viewer: VIEWER,
    graph,
    ledger,
    screener: { screen: async () => given.hits ?? [] },
    peers: {
      indicatorsFor: async (accounts, asOfMs) =>
        (given.indicators ?? []).filter(
          ({ account, knownAtMs }) => knownAtMs <= asOfMs && accounts.some((one) => isSame(one, account)),
        ),
      hintsFor: async (accounts) =>
        (given.hints ?? []).filter(({ account }) => accounts.some((one) => isSame(one, account))),
    },
    scorers: onlyScorer(SCORER),
  };
}

function isSame(one: { agency: string; accountId: string }, other: { agency: string; accountId: string }): boolean {
  return one.agency === other.agency && one.accountId === other.accountId;
}

/** The neighbourhood of `a1` as of the alert. */
export async function neighbourhoodOf(transfers: readonly TransferRow[]): Promise<Neighbourhood> {
  const { graph } = await openWorld(transfers);
  const read = viewReader(graphTransfers(graph, VIEWER), { endMs: RAISED_MS, asOfMs: RAISED_MS });
  return readNeighbourhood(read, accountKey(refOf('a1')));
}

/** A transaction alert on `a1` of `c1`; overrides replace whole fields. */
export function alertOf(overrides: Partial<Alert> = {}): Alert {
  return {
    alertId: asId('alert-1'),
    alertType: 'TRANSACTION',
    priority: 'MEDIUM',
    customer: {
      customerId: asId('c1'),
      name: 'Ada Example',
      aliases: [],
      dateOfBirth: '1980-02-03',
      addresses: [{ street: '1 High Street', city: 'Anywhere', state: null, country: 'NL', postalCode: '1000' }],
      entityType: 'INDIVIDUAL',
      nationality: 'NL',
      industry: 'EMPLOYEE',
    },
    matches: [],
    screenedLists: [],
    jurisdiction: 'NL',
    riskAppetite: 'LOW',
    transactions: {
      ruleId: 'any-rule',
      rulesHit: ['any-rule'],
      windowStart: '2031-06-20',
      windowEnd: '2031-06-29',
      currency: 'EUR',
      amountMinor: 100_000n,
      maxAmountMinor: 50_000n,
      inMinor: 100_000n,
      outMinor: 0n,
      transactionCount: 2,
      counterpartyCount: 2,
      otherAgencyCount: 1,
      transactionIds: [asId('t000'), asId('t001')],
    },
    account: {
      accountId: asId('a1'),
      opened: '2020-01-01',
      kind: 'CURRENT',
      openingBalanceMinor: 0n,
      declaredMonthlyIncomeMinor: 300_000n,
    },
    raisedAtMs: RAISED_MS,
    metadata: {},
    ...overrides,
  };
}

/** An alert about a listed person, without account or transfers. */
export function listedAlert(
  alertType: 'SANCTIONS' | 'PEP' | 'ADVERSE_MEDIA',
  matches: readonly MatchDetail[],
  overrides: Partial<Alert> = {},
): Alert {
  return alertOf({ alertType, matches, account: null, transactions: null, screenedLists: ['a list'], ...overrides });
}

/** A match that agrees with the customer of alertOf in every attribute. */
export function matchOf(overrides: Partial<MatchDetail> = {}): MatchDetail {
  return {
    source: 'screening',
    matchType: 'EXACT',
    matchedName: 'EXAMPLE, Ada',
    matchScore: 1,
    listName: 'a list',
    listId: 'entry-1',
    listDateOfBirth: '1980-02-03',
    listCountry: 'NL',
    program: null,
    ...overrides,
  };
}

/** An indicator about an account, known from the given time on. */
export function indicatorOn(name: string, knownAtMs = RAISED_MS - DAY_MS): HeldIndicator {
  return { indicatorId: `i-${name}`, account: refOf(name), groupCount: 3, typologies: ['fan_in'], knownAtMs };
}

export function hintOn(name: string, bucket: number): HeldHint {
  return { account: refOf(name), bucket, buckets: 2, epsilon: 3, round: 1 };
}
