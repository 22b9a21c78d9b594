import { TYPOLOGIES } from '../../config/typologies/reference.ts';
import { accountKey } from './account-ref.ts';
import { detect } from './detectors/detect.ts';
import { yearsSince } from './features/case-facts.ts';
import { readNeighbourhood, viewReader } from './features/neighbourhood.ts';
import { ownFeatures } from './features/own-features.ts';
import { NOTHING_GIVEN, peerFeatures } from './features/peer-features.ts';
import type { TransferReader } from './features/transfer-reader.ts';
import { scoreHead } from './models/linear-head.ts';
import type { ScorerArtefact } from './models/scorer-artefact.ts';
import type { HeldHint } from './ports.ts';

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
 * Local score of each given account as of a time, in the order of the accounts given: from the agency's own view and
 * the hints handed in, and nothing else that peers gave. Without hints, as for a first round, nothing that is said of
 * the scores echoes another agency's word.
 * @param hints about other agencies' accounts, one of each account, known at that time
 */
export async function accountScores(
  { agency, transfers, scorer }: ScoringDeps,
  accounts: readonly OwnAccount[],
  asOfMs: number,
  hints: readonly HeldHint[] = [],
): Promise<readonly AccountScore[]> {
  const read = viewReader(transfers, { endMs: asOfMs, asOfMs });
  const byAccount = new Map(hints.map((hint) => [accountKey(hint.account), hint]));
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
    const heard = [...neighbourhood.counterparties.keys()].flatMap((key) => byAccount.get(key) ?? []);
    const values = {
      ...ownFeatures(neighbourhood, facts, hits, scorer.counterparty),
      ...peerFeatures(neighbourhood, { ...NOTHING_GIVEN, hints: heard }),
    };
    return { accountId, score: scoreHead(scorer.subject, values).logOdds };
  };
  const scores: AccountScore[] = [];
  for (let start = 0; start < accounts.length; start += CHUNK_ACCOUNTS) {
    scores.push(...(await Promise.all(accounts.slice(start, start + CHUNK_ACCOUNTS).map(score))));
  }
  return scores;
}
