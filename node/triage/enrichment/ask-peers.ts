import type { Disposition } from '../../../proto/domain/decision.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { MatchAnswer, MatchOutcome, MatchPort, NotAsked, Sleep } from '../ports.ts';
import type { EnrichInput } from '../stages/enrich.ts';
import { ALERT_MATCHES, alertMatchKey } from '../store.ts';
import type { Enrichment } from './enrichment.ts';

export type AskDeps = {
  readonly port: MatchPort;
  readonly ledger: Pick<Ledger, 'commit' | 'get'>;
  readonly viewer: Viewer;
  readonly sleep: Sleep;
  /** What an enrichment leads to. */
  readonly dispositionOf: (enrichment: Enrichment) => Disposition;
  /** How long answers are waited for; well within the deadline of the stage, which would make an emergency of it. */
  readonly waitMs: number;
};

const OVER = new Error('the wait for answers has ended');

/**
 * Asks peers about the customer of an alert, where an answer could change the decision: as it would be if every agency
 * said yes, since answers only raise. Asked once as of a decision; what was answered is kept before it is used, so that
 * deciding again after a crash asks nobody, spends nothing and gives the same bytes.
 * @param draft the enrichment as it would be with such answers
 */
export async function askPeers(
  deps: AskDeps,
  { alert, asOfMs }: EnrichInput,
  draft: (answers: readonly MatchAnswer[]) => Enrichment,
  signal: AbortSignal,
): Promise<MatchOutcome | NotAsked> {
  const { dispositionOf, ledger, port, viewer } = deps;
  const { alertId, customer } = alert;
  const kept = await ALERT_MATCHES.get(ledger, alertMatchKey(alertId, asOfMs), viewer);
  if (kept !== undefined) return kept.outcome;
  const agencies = port.answerers(asOfMs);
  if (typeof agencies === 'string') return agencies;
  const allYes = agencies.map((agency) => ({ agency, category: null }));
  if (dispositionOf(draft(allYes)) === dispositionOf(draft([]))) return 'ASK_UNCHANGED';
  const outcome = await withinTime(deps, signal, (until) =>
    port.ask({ customerId: customer.customerId, asOfMs }, until),
  );
  if (typeof outcome === 'string') return outcome;
  await ledger.commit({ writes: [ALERT_MATCHES.put({ alertId, asOfMs, outcome })], audit: [] });
  return outcome;
}

async function withinTime<Result>(
  { sleep, waitMs }: AskDeps,
  signal: AbortSignal,
  work: (until: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const [over, done] = [new AbortController(), new AbortController()];
  void sleep(waitMs, done.signal).then(
    () => over.abort(OVER),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    done.abort(OVER);
  }
}
