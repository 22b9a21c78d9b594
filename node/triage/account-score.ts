import { TYPOLOGIES } from '../../config/typologies/reference.ts';
import { accountKey } from './account-ref.ts';
import { detect } from './detectors/detect.ts';
import { yearsSince } from './features/case-facts.ts';
import { readNeighbourhood, viewReader } from './features/neighbourhood.ts';
import { ownFeatures } from './features/own-features.ts';
import type { TransferReader } from './features/transfer-reader.ts';
import { scoreHead } from './models/linear-head.ts';
import type { ScorerArtefact } from './models/scorer-artefact.ts';

/** An own account, as known at the time of scoring. */
export type OwnAccount = {
  readonly accountId: string;
  /** YYYY-MM-DD. */
  readonly opened: string | null;
  readonly business: boolean;
};

/** Higher is riskier; log-odds, comparable within one call only. */
export type AccountScore = { readonly accountId: string; readonly score: number };

type ScoringDeps = {
  readonly agency: string;
  readonly transfers: TransferReader;
  readonly scorer: Pick<ScorerArtefact, 'counterparty' | 'subject'>;
};

/** So many accounts are read at a time, so that a batch over all of them does not starve the alerts. */
const CHUNK_ACCOUNTS = 64;

/**
 * Local score of each given account as of a time, from the agency's own view alone: nothing that peers gave enters, so
 * that a hint never echoes another agency's. In the order of the accounts given.
 */
export async function accountScores(
  { agency, transfers, scorer }: ScoringDeps,
  accounts: readonly OwnAccount[],
  asOfMs: number,
): Promise<readonly AccountScore[]> {
  const read = viewReader(transfers, { endMs: asOfMs, asOfMs });
  const score = async ({ accountId, opened, business }: OwnAccount): Promise<AccountScore> => {
    const neighbourhood = await readNeighbourhood(read, accountKey({ agency, accountId }));
    const facts = {
      business,
      accountAgeYears: yearsSince(opened, asOfMs),
      alertTransferIds: new Set<string>(),
      alertCounterparties: 0,
      isReview: false,
    };
    const hits = detect(neighbourhood, TYPOLOGIES);
    const values = ownFeatures(neighbourhood, facts, hits, scorer.counterparty);
    return { accountId, score: scoreHead(scorer.subject, values).logOdds };
  };
  const scores: AccountScore[] = [];
  for (let start = 0; start < accounts.length; start += CHUNK_ACCOUNTS) {
    scores.push(...(await Promise.all(accounts.slice(start, start + CHUNK_ACCOUNTS).map(score))));
  }
  return scores;
}
