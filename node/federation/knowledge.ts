import { LIMITS } from '../../config/settings/limits.ts';
import { TYPOLOGIES } from '../../config/typologies/reference.ts';
import type { Alert } from '../../proto/domain/alert.ts';
import type { Decision } from '../../proto/domain/decision.ts';
import type { SummaryOutcome } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Customer } from '../../proto/domain/records.ts';
import type { AlertReader } from '../api/ports.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ACCOUNTS, CUSTOMERS, TRANSFERS } from '../records/collections.ts';
import type { SharedAccount } from '../sharing/hints.ts';
import type { AnsweringEntity } from '../sharing/match/label.ts';
import type { Knowledge } from '../sharing/sharing.ts';
import type { CaseRow, CellDomain, SummaryWindow } from '../sharing/summaries.ts';
import type { AccountScore, OwnAccount } from '../triage/account-score.ts';
import type { HeldHint } from '../triage/ports.ts';
import { type Identifier, identifiersOf } from './identifiers.ts';
import { heldHint } from './peer-knowledge.ts';

export type KnowledgeDeps = {
  readonly agency: string;
  readonly jurisdiction: string;
  readonly ledger: Ledger;
  readonly reader: AlertReader;
  readonly viewer: Viewer;
  readonly scores: (
    accounts: readonly OwnAccount[],
    asOfMs: number,
    hints: readonly HeldHint[],
  ) => Promise<readonly AccountScore[]>;
};

/** Channels that summaries tell apart; closed, so that no free text leaves. */
const CHANNELS = ['BRANCH', 'CARD', 'CASH', 'CREDIT_TRANSFER', 'DIRECT_DEBIT', 'MOBILE', 'ONLINE', 'OTHER'] as const;
/** An entity stays in the answering set for so long after the decision that put it there. */
const ANSWERING_MS = 365 * 86_400_000;
const SUSPICIOUS = ['ESCALATE_L3', 'ESCALATE_SAR', 'BLOCK_TRANSACTION'] as const;

/**
 * What sharing may use of the agency's own records and decisions. Nothing here reads whether a suspicion report was
 * filed: the disposition counts as L3 or above, never as what became of it.
 */
export function knowledgeOf(deps: KnowledgeDeps): Knowledge {
  return {
    cellDomain: domainOf(deps.jurisdiction),
    caseRows: (window) => caseRows(deps, window),
    sharedAccounts: (asOfMs, windowMs, minimumTransfers) => sharedAccounts(deps, asOfMs, windowMs, minimumTransfers),
    accountScores: async (asOfMs, heard) => deps.scores(await ownAccounts(deps), asOfMs, heard.map(heldHint)),
    answeringSet: (asOfMs) => answeringSet(deps, asOfMs),
  };
}

function domainOf(jurisdiction: string): CellDomain {
  const typologies = [...TYPOLOGIES.map(({ id }) => id), 'listed', 'none'];
  return { typologies, jurisdictions: [jurisdiction, 'OTHER'], channels: CHANNELS };
}

async function caseRows(
  { ledger, reader, viewer }: KnowledgeDeps,
  { startMs, endMs }: SummaryWindow,
): Promise<readonly CaseRow[]> {
  const rows: CaseRow[] = [];
  for await (const decision of reader.decisions('last', undefined, viewer)) {
    if (decision.asOfMs <= startMs || decision.asOfMs > endMs) continue;
    const held = await reader.alert(decision.alertId, viewer);
    if (held === undefined) continue;
    rows.push({
      customerId: held.alert.customer.customerId,
      typology: typologyOf(decision, held.alert),
      jurisdiction: held.alert.jurisdiction ?? '',
      channel: await channelOf(held.alert, ledger, viewer),
      outcome: outcomeOf(decision),
    });
  }
  return rows;
}

function typologyOf(decision: Decision, alert: Alert): string {
  return decision.typologies[0] ?? (alert.matches.length > 0 ? 'listed' : 'none');
}

function outcomeOf({ disposition }: Decision): SummaryOutcome {
  if (disposition === 'AUTO_CLEAR') return 'cleared';
  return isSuspicious(disposition) ? 'suspicious' : 'open';
}

function isSuspicious(disposition: Decision['disposition']): boolean {
  return SUSPICIOUS.some((level) => level === disposition);
}

/** The channel of the first of the alert's transfers that is held here. */
async function channelOf(alert: Alert, ledger: Ledger, viewer: Viewer): Promise<string> {
  for (const id of alert.transactions?.transactionIds ?? []) {
    const transfer = await TRANSFERS.get(ledger, id, viewer);
    if (transfer !== undefined) return transfer.channel;
  }
  return 'OTHER';
}

/** Own accounts that have dealt with accounts of another agency often enough, once per agency. */
async function sharedAccounts(
  { agency, ledger, viewer }: KnowledgeDeps,
  asOfMs: number,
  windowMs: number,
  minimumTransfers: number,
): Promise<readonly SharedAccount[]> {
  const counts = new Map<string, { readonly shared: SharedAccount; count: number }>();
  for await (const transfer of TRANSFERS.list(ledger, {}, viewer)) {
    if (
      transfer.knownAtMs > asOfMs ||
      transfer.bookedAtMs < asOfMs - windowMs ||
      transfer.fromAgency === transfer.toAgency
    )
      continue;
    const sends = transfer.fromAgency === agency;
    const shared = sends
      ? { accountId: transfer.fromAccount, peerAgency: transfer.toAgency }
      : { accountId: transfer.toAccount, peerAgency: transfer.fromAgency };
    const key = `${shared.peerAgency}\u0000${shared.accountId}`;
    const entry = counts.get(key) ?? { shared, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  return [...counts.values()].filter(({ count }) => count >= minimumTransfers).map(({ shared }) => shared);
}

async function ownAccounts({ ledger, viewer }: KnowledgeDeps): Promise<readonly OwnAccount[]> {
  const businesses = new Set<string>();
  for await (const customer of CUSTOMERS.list(ledger, {}, viewer))
    if (customer.entityType === 'BUSINESS') businesses.add(customer.customerId);
  const accounts: OwnAccount[] = [];
  for await (const account of ACCOUNTS.list(ledger, {}, viewer)) {
    accounts.push({
      accountId: account.accountId,
      opened: account.opened,
      business: businesses.has(account.customerId),
    });
  }
  return accounts;
}

/** Higher-risk by default: customers and accounts whose last decision within a year was L3 or above. */
async function answeringSet(
  { ledger, reader, viewer }: KnowledgeDeps,
  asOfMs: number,
): Promise<readonly AnsweringEntity[]> {
  const entities = new Map<string, AnsweringEntity>();
  for await (const decision of reader.decisions('last', undefined, viewer)) {
    if (!isSuspicious(decision.disposition) || decision.asOfMs < asOfMs - ANSWERING_MS || decision.asOfMs > asOfMs)
      continue;
    const held = await reader.alert(decision.alertId, viewer);
    if (held === undefined) continue;
    const customer = await CUSTOMERS.get(ledger, held.alert.customer.customerId, viewer);
    for (const entity of entitiesOf(held.alert, customer, decision))
      entities.set(`${entity.tokenType}\u0000${entity.value}`, entity);
    if (entities.size >= LIMITS.answeringEntities) break;
  }
  return [...entities.values()].slice(0, LIMITS.answeringEntities);
}

function entitiesOf(alert: Alert, customer: Customer | undefined, decision: Decision): readonly AnsweringEntity[] {
  const base = { category: alert.alertType, lastSeenMs: decision.asOfMs };
  const identifiers = customer === undefined ? [] : identifiersOf(customer);
  const account: readonly Identifier[] =
    alert.account === null ? [] : [{ tokenType: 'account', value: alert.account.accountId }];
  return [...account, ...identifiers].map((identifier) => ({ ...base, ...identifier }));
}
