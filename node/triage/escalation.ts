import type { Alert } from '../../proto/domain/alert.ts';
import type { EntityKey } from '../../proto/domain/ids.ts';
import { type AccountRef, accountOfKey } from './account-ref.ts';
import type { Neighbourhood } from './detectors/finding.ts';

/** An account that an escalated alert marks as suspicious. */
export type MarkedAccount = AccountRef & {
  /** Counterparties within the window, as far as this agency sees them: hubs are left out by policy. */
  readonly degree: number;
};

/**
 * The account of an alert, then the counterparties of the alert's own transfers, the riskiest first. An alert that
 * names no transfers marks its account alone.
 */
export function markedAccounts(
  alert: Alert,
  { subject, counterparties }: Neighbourhood,
  risks: ReadonlyMap<EntityKey, number>,
): readonly MarkedAccount[] {
  const named = new Set<string>(alert.transactions?.transactionIds);
  const others = new Set(subject.recent.filter(({ edgeId }) => named.has(edgeId)).map(({ other }) => other));
  const ranked = [...others].sort(
    (one, other) => (risks.get(other) ?? 0) - (risks.get(one) ?? 0) || (one < other ? -1 : 1),
  );
  return [subject.key, ...ranked].flatMap((key) => {
    const account = accountOfKey(key);
    const view = key === subject.key ? subject : counterparties.get(key);
    return account === undefined ? [] : [{ ...account, degree: view?.recentCounterparties.length ?? 0 }];
  });
}
