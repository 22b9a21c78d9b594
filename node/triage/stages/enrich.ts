import { TYPOLOGIES, TYPOLOGY_VERSION } from '../../../config/typologies/reference.ts';
import { JURISDICTION_VERSION } from '../../../config/lists/jurisdictions.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Alert } from '../../../proto/domain/alert.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphNode, GraphStore } from '../../graph/graph-store.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { accountKey, accountOfKey, agencyOfKey, customerKey } from '../account-ref.ts';
import { detect } from '../detectors/detect.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import { type AskDeps, askPeers } from '../enrichment/ask-peers.ts';
import { dataQuality } from '../enrichment/data-quality.ts';
import type { ActivityFacts, Enrichment } from '../enrichment/enrichment.ts';
import { externalEvidence } from '../enrichment/external-evidence.ts';
import { ownEvidence } from '../enrichment/own-evidence.ts';
import { heldOn, peerEvidence, peerFacts } from '../enrichment/peer-facts.ts';
import { markedAccounts } from '../escalation.ts';
import { caseFacts } from '../features/case-facts.ts';
import { readNeighbourhood, viewReader } from '../features/neighbourhood.ts';
import { counterpartyRisks, ownFeatures } from '../features/own-features.ts';
import { NOTHING_GIVEN, peerFeatures, type PeerGiven } from '../features/peer-features.ts';
import { graphTransfers } from '../features/transfer-reader.ts';
import { countriesOf, listMatches } from '../listed/list-matches.ts';
import { screenedNames } from '../listed/screened-names.ts';
import { modelId } from '../models/scorer-artefact.ts';
import type { Scorers } from '../models/scorers.ts';
import type {
  ExternalAnswer,
  ExternalSource,
  MatchAnswer,
  MatchOutcome,
  NotAsked,
  PeerKnowledge,
  Screener,
  ScreeningHit,
  ScreeningSubject,
} from '../ports.ts';
import { ALERTS_BY_CUSTOMER, type AlertRow, timeKey } from '../store.ts';

export type EnrichDeps = {
  readonly agency: string;
  readonly viewer: Viewer;
  readonly graph: Pick<GraphStore, 'node' | 'neighbours'>;
  readonly ledger: Pick<Ledger, 'list'>;
  readonly screener: Screener;
  readonly peers: PeerKnowledge;
  /** Absent where the node asks peers nothing. */
  readonly asking?: AskDeps;
  /** Absent where no outside source is configured. */
  readonly external?: ExternalSource;
  readonly scorers: Pick<Scorers, 'at'>;
};

/** What to look at, and as of when. */
export type EnrichInput = { readonly alert: Alert; readonly asOfMs: number };

/**
 * Gathers what is known of an alert as of a time: the customer's record, history and accounts, the account's own and
 * its counterparties' transfers, typologies, watchlists, and what peers gave. Nothing known later is seen; nothing is
 * written but what peers answer to a question.
 */
export async function enrich(
  deps: EnrichDeps,
  { alert, asOfMs }: EnrichInput,
  signal: AbortSignal,
): Promise<Enrichment> {
  const [customer, history, hits, neighbourhood, outside] = await Promise.all([
    deps.graph.node(customerKey(deps.agency, alert.customer.customerId), asOfMs, deps.viewer),
    readHistory(deps, alert, asOfMs),
    screenCustomer(deps, alert, asOfMs),
    readSubject(deps, alert, asOfMs),
    deps.external?.lookup(subjectOf(alert), asOfMs, signal) ?? null,
  ]);
  signal.throwIfAborted();
  const held = neighbourhood === undefined ? NOTHING_GIVEN : await heldOn(deps.peers, neighbourhood, asOfMs);
  signal.throwIfAborted();
  const facts = { alert, asOfMs, customer, history, hits, neighbourhood, outside };
  const drafted = (matches: readonly MatchAnswer[], asked: MatchOutcome | NotAsked | null): Enrichment =>
    assemble(deps, { ...facts, given: { ...held, matches }, asked });
  if (deps.asking === undefined) return drafted([], null);
  const draft = (answers: readonly MatchAnswer[]): Enrichment => drafted(answers, null);
  const asked = await askPeers(deps.asking, { alert, asOfMs }, draft, signal);
  signal.throwIfAborted();
  return drafted(typeof asked === 'string' ? [] : asked.answers, asked);
}

type Gathered = EnrichInput & {
  readonly customer: GraphNode | undefined;
  readonly history: readonly AlertRow[];
  readonly hits: readonly ScreeningHit[];
  readonly neighbourhood: Neighbourhood | undefined;
  readonly given: PeerGiven;
  readonly asked: MatchOutcome | NotAsked | null;
  readonly outside: ExternalAnswer | null;
};

/** Pure: what was gathered, judged and put in order. */
function assemble(deps: EnrichDeps, gathered: Gathered): Enrichment {
  const { alert, asOfMs, customer, history, hits, neighbourhood, given, asked, outside } = gathered;
  const scorer = deps.scorers.at(asOfMs);
  const customerKnown = customer !== undefined;
  const typologyHits = neighbourhood === undefined ? [] : detect(neighbourhood, TYPOLOGIES);
  const activity = neighbourhood === undefined ? null : activityFacts(neighbourhood);
  const countries = countriesOf(alert);
  const matches = listMatches(alert, hits);
  const quality = dataQuality(alert, {
    customerKnown,
    recordedDateOfBirth: customer?.properties['date_of_birth'] ?? null,
    confirmedTransfers: confirmedTransfers(alert, neighbourhood),
  });
  const elementsSpent = asked === null || typeof asked === 'string' ? 0 : asked.elementsSpent;
  const facts = peerFacts(neighbourhood?.subject.key, given, elementsSpent);
  const earlierAlerts = history.length;
  const own = { alert, customerKnown, earlierAlerts, activity, countries, listMatches: matches, typologyHits, quality };
  const external = outside === null ? [] : externalEvidence(outside);
  const evidence = [...ownEvidence(own), ...peerEvidence(given, facts), ...external];
  const warning = outside?.warning ?? null;
  return {
    alert,
    asOfMs,
    customerKnown,
    evidence,
    history,
    listMatches: matches,
    countries,
    activity,
    typologyHits,
    ownValues:
      neighbourhood === undefined
        ? {}
        : ownFeatures(neighbourhood, caseFacts(alert), typologyHits, scorer.counterparty),
    peerValues: neighbourhood === undefined ? {} : peerFeatures(neighbourhood, given),
    peers: facts,
    asked,
    dataQuality: warning === null ? quality : { ...quality, warnings: [warning] },
    // A listed person's alert is about no account: exposure is no suspicion of the account.
    marked:
      neighbourhood === undefined || alert.account === null
        ? []
        : markedAccounts(alert, neighbourhood, counterpartyRisks(neighbourhood, scorer.counterparty)),
    sourcesUsed: sourcesUsed(gathered),
    versions: {
      scorer: modelId(scorer),
      typologies: TYPOLOGY_VERSION,
      jurisdictions: JURISDICTION_VERSION,
      ...Object.fromEntries(hits.map(({ listName, listVersion }) => [`list:${listName}`, listVersion])),
    },
  };
}

/** Earlier alerts of the customer, as raised: what a machine decided on them is no evidence, so it is not read. */
async function readHistory({ ledger, viewer }: EnrichDeps, alert: Alert, asOfMs: number): Promise<readonly AlertRow[]> {
  const from = `${alert.customer.customerId}/`;
  const range = { from, to: `${from}${timeKey(asOfMs)}`, reverse: true, limit: LIMITS.triageHistoryAlerts };
  const rows: AlertRow[] = [];
  for await (const row of ALERTS_BY_CUSTOMER.list(ledger, range, viewer)) {
    if (row.alertId !== alert.alertId) rows.push(row);
  }
  return rows;
}

function screenCustomer({ screener }: EnrichDeps, alert: Alert, asOfMs: number): Promise<readonly ScreeningHit[]> {
  const subject = subjectOf(alert);
  return screener.screen({ ...subject, ...screenedNames(subject), customerId: alert.customer.customerId }, asOfMs);
}

function subjectOf(alert: Alert): ScreeningSubject {
  const { name, aliases, dateOfBirth, entityType } = alert.customer;
  return { name, aliases, dateOfBirth, countries: countriesOf(alert), entityType };
}

type SubjectDeps = Pick<EnrichDeps, 'agency' | 'graph' | 'viewer'>;

/** The window ends with the alert, also when it is re-opened: what is new is what is known of it. */
export async function readSubject(deps: SubjectDeps, alert: Alert, asOfMs: number): Promise<Neighbourhood | undefined> {
  const key = await subjectKey(deps, alert, asOfMs);
  if (key === undefined) return undefined;
  const moment = { endMs: Math.min(alert.raisedAtMs, asOfMs), asOfMs };
  return readNeighbourhood(viewReader(graphTransfers(deps.graph, deps.viewer), moment), key);
}

/** The alert's account; for alerts about a customer, the first of the customer's accounts. */
async function subjectKey(deps: SubjectDeps, alert: Alert, asOfMs: number): Promise<EntityKey | undefined> {
  if (alert.account !== null) return accountKey({ agency: deps.agency, accountId: alert.account.accountId });
  const key = customerKey(deps.agency, alert.customer.customerId);
  const limit = LIMITS.triageCounterparties;
  const owned = await deps.graph.neighbours({ key, kinds: ['owns'], direction: 'out', asOfMs, limit }, deps.viewer);
  return owned.map(({ other }) => other).sort()[0];
}

function activityFacts({ subject }: Neighbourhood): ActivityFacts {
  const { recent, recentCounterparties } = subject;
  const own = agencyOfKey(subject.key);
  const agencies = new Set(recentCounterparties.flatMap(({ key }) => accountOfKey(key)?.agency ?? []));
  agencies.delete(own);
  const incoming = recent.filter((movement) => movement.incoming).length;
  return {
    incoming,
    outgoing: recent.length - incoming,
    counterparties: recentCounterparties.length,
    oneOffCounterparties: recentCounterparties.filter(({ oneOff }) => oneOff).length,
    otherAgencies: agencies.size,
    firstMs: recent[0]?.atMs ?? null,
    lastMs: recent.at(-1)?.atMs ?? null,
  };
}

function confirmedTransfers(alert: Alert, neighbourhood: Neighbourhood | undefined): number {
  const known = new Set(neighbourhood?.subject.movements.map(({ edgeId }) => edgeId));
  return new Set(alert.transactions?.transactionIds.filter((id) => known.has(id))).size;
}

function sourcesUsed({ customer, history, hits, neighbourhood, given, outside }: Gathered): readonly string[] {
  return [
    'alert',
    ...(customer === undefined ? [] : ['records']),
    ...(history.length === 0 ? [] : ['ledger']),
    ...(neighbourhood === undefined ? [] : ['graph']),
    ...(hits.length === 0 ? [] : ['screening']),
    ...(given.indicators.length + given.hints.length + given.matches.length === 0 ? [] : ['federation']),
    ...(outside === null || outside.facts.length === 0 ? [] : ['external']),
  ];
}
