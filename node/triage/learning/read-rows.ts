import { setImmediate as nextTurn } from 'node:timers/promises';
import { TYPOLOGIES } from '../../../config/typologies/reference.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { GraphStore } from '../../graph/graph-store.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { detect } from '../detectors/detect.ts';
import { heldOn } from '../enrichment/peer-facts.ts';
import { accountFeatures } from '../features/account-features.ts';
import { caseFacts } from '../features/case-facts.ts';
import { seenFeatures } from '../features/own-features.ts';
import { peerFeatures } from '../features/peer-features.ts';
import type { OutcomeBook } from '../outcomes/outcome-book.ts';
import type { MatchAnswer, PeerKnowledge } from '../ports.ts';
import { readSubject } from '../stages/enrich.ts';
import { ALERT_MATCHES, alertMatchKey, ALERTS, DECISIONS, decisionKey, type StoredAlert } from '../store.ts';
import { caseCounterparties, type CaseRow, rowDigest } from './case-row.ts';

export type RowDeps = {
  readonly agency: string;
  readonly ledger: Ledger;
  readonly graph: Pick<GraphStore, 'node' | 'neighbours'>;
  readonly viewer: Viewer;
  readonly peers: PeerKnowledge;
  readonly outcomes: Pick<OutcomeBook, 'standing'>;
};

/** Types that the scorer decides; listed persons are decided by rule, so that nothing is learnt from their outcomes. */
const SCORED_TYPES: ReadonlySet<string> = new Set(['TRANSACTION', 'KYC_ONGOING']);

type Known = { readonly stored: StoredAlert; readonly asOfMs: number; readonly positive: boolean };

/**
 * Every decided alert of a scored type that has an outcome, its features read again as of its first decision, oldest
 * first; of more than LIMITS.trainingRows the newest. Reads only; lets alerts through between two rows.
 * @param asOfMs outcomes that were entered later do not count
 */
export async function readCaseRows(deps: RowDeps, asOfMs: number, signal: AbortSignal): Promise<readonly CaseRow[]> {
  const known: Known[] = [];
  for await (const { alertId, outcome } of deps.outcomes.standing(asOfMs, undefined, deps.viewer)) {
    signal.throwIfAborted();
    const [stored, decision] = await Promise.all([
      ALERTS.get(deps.ledger, alertId, deps.viewer),
      DECISIONS.get(deps.ledger, decisionKey(alertId, 1), deps.viewer),
    ]);
    if (stored === undefined || decision === undefined || !SCORED_TYPES.has(stored.alert.alertType)) continue;
    known.push({ stored, asOfMs: decision.asOfMs, positive: outcome === 'TRUE_POSITIVE' });
  }
  const newest = known.sort((one, other) => one.asOfMs - other.asOfMs).slice(-LIMITS.trainingRows);
  const rows: CaseRow[] = [];
  for (const one of newest) {
    signal.throwIfAborted();
    const row = await readRow(deps, one);
    if (row !== undefined) rows.push(row);
    await nextTurn();
  }
  return rows;
}

/** undefined where the alert is about no account that the agency knows. */
async function readRow(deps: RowDeps, { asOfMs, positive, stored: { alert } }: Known): Promise<CaseRow | undefined> {
  const neighbourhood = await readSubject(deps, alert, asOfMs);
  if (neighbourhood === undefined) return undefined;
  const [held, matches] = await Promise.all([
    heldOn(deps.peers, neighbourhood, asOfMs),
    matchesOn(deps, alert.alertId, asOfMs),
  ]);
  return {
    digest: rowDigest(deps.agency, alert.alertId),
    group: neighbourhood.subject.key,
    asOfMs,
    isTransaction: alert.alertType === 'TRANSACTION',
    behaviour: accountFeatures(neighbourhood.subject),
    seen: seenFeatures(neighbourhood, caseFacts(alert), detect(neighbourhood, TYPOLOGIES)),
    counterparties: caseCounterparties(neighbourhood),
    peers: peerFeatures(neighbourhood, { ...held, matches }),
    positive,
  };
}

/** What peers answered when it was decided; nobody is asked again. */
async function matchesOn(
  { ledger, viewer }: RowDeps,
  alertId: string,
  asOfMs: number,
): Promise<readonly MatchAnswer[]> {
  const kept = await ALERT_MATCHES.get(ledger, alertMatchKey(alertId, asOfMs), viewer);
  return kept === undefined ? [] : kept.outcome.answers;
}
