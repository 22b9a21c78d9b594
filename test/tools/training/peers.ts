import { utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { randomisedResponse } from '../../../crypto/noise/randomised-response.ts';
import { bucketsByRank } from '../../../node/sharing/hint-buckets.ts';
import { accountScores } from '../../../node/triage/account-score.ts';
import { type AccountRef, accountKey, accountOfKey } from '../../../node/triage/account-ref.ts';
import { markedAccounts } from '../../../node/triage/escalation.ts';
import { DAY_MS, WINDOW_MS } from '../../../node/triage/features/account-view.ts';
import { counterpartyRisks } from '../../../node/triage/features/own-features.ts';
import type { PeerGiven } from '../../../node/triage/features/peer-features.ts';
import type { LinearHead } from '../../../node/triage/models/linear-head.ts';
import type { HeldHint, HeldIndicator } from '../../../node/triage/ports.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import type { Case } from './cases.ts';
import type { SetAgency } from './read-set.ts';

/** Exchange as policy's defaults have it (DESIGN, section 5), in weekly epochs. */
const EPOCH_MS = 7 * DAY_MS;
const FLAG_THRESHOLD = 3;
const FLAG_IDENTIFIERS = 16;
const HUB_DEGREE = 30;
const HINT = { buckets: 2, epsilon: 3, topShare: 0.05, minimumTransfers: 2, round: 1 } as const;

export type Heads = { readonly counterparty: LinearHead; readonly subject: LinearHead };

/** What each agency would hold from its peers at the time of each case. */
export type SimulatedPeers = { givenTo(one: Case): PeerGiven };

/**
 * Plays the exchange over a set: at the end of each epoch every agency hints at its riskiest accounts and flags what
 * its escalated alerts mark; what enough agencies flag is open from then on.
 * @param escalates whether the agency alone would escalate the case to L3 or above
 */
export async function simulatePeers(
  agencies: readonly SetAgency[],
  cases: readonly Case[],
  heads: Heads,
  escalates: (one: Case) => boolean,
): Promise<SimulatedPeers> {
  const startMs = cases[0]?.alert.raisedAtMs ?? 0;
  const endMs = cases.at(-1)?.alert.raisedAtMs ?? 0;
  const epochEnds: number[] = [];
  for (let atMs = Math.ceil(startMs / DAY_MS) * DAY_MS + EPOCH_MS; atMs < endMs; atMs += EPOCH_MS) epochEnds.push(atMs);
  const hints = new Map<number, ReadonlyMap<EntityKey, number>>();
  for (const atMs of epochEnds) hints.set(atMs, await drawHints(agencies, heads, atMs));
  const indicators = openIndicators(cases.filter(escalates), heads.counterparty);
  return {
    givenTo: (one) => {
      const atMs = one.alert.raisedAtMs;
      const epochEnd = epochEnds.findLast((end) => end <= atMs);
      const shown = epochEnd === undefined ? undefined : hints.get(epochEnd);
      const near = [one.neighbourhood.subject.key, ...one.neighbourhood.counterparties.keys()];
      return {
        matches: [],
        indicators: near.flatMap((key) => {
          const indicator = indicators.get(key);
          return indicator !== undefined && indicator.knownAtMs <= atMs ? [indicator] : [];
        }),
        hints: near.flatMap((key) => hintAbout(one, key, epochEnd ?? 0, shown)),
      };
    },
  };
}

async function drawHints(
  agencies: readonly SetAgency[],
  scorer: Heads,
  atMs: number,
): Promise<ReadonlyMap<EntityKey, number>> {
  const drawn = new Map<EntityKey, number>();
  for (const { agency, accounts, transfers } of agencies) {
    const scores = await accountScores({ agency, transfers, scorer }, accounts, atMs);
    for (const [accountId, bucket] of bucketsByRank(scores, HINT.buckets, HINT.topShare)) {
      const { buckets, epsilon, round } = HINT;
      const key = sha256(utf8(`training draw of ${agency}`));
      drawn.set(
        accountKey({ agency, accountId }),
        randomisedResponse({ key, accountId, bucket, buckets, epsilon, round }),
      );
    }
  }
  return drawn;
}

/** Hints go about accounts of other agencies alone, and only where enough has passed between the two. */
function hintAbout(
  { agency, neighbourhood }: Case,
  key: EntityKey,
  epochEndMs: number,
  shown: ReadonlyMap<EntityKey, number> | undefined,
): readonly HeldHint[] {
  const account = accountOfKey(key);
  const bucket = shown?.get(key);
  if (account === undefined || account.agency === agency || bucket === undefined) return [];
  const passed = neighbourhood.counterparties.get(key)?.movements ?? [];
  const recent = passed.filter(({ atMs }) => atMs < epochEndMs && atMs >= epochEndMs - WINDOW_MS);
  if (recent.length < HINT.minimumTransfers) return [];
  return [{ account, bucket, buckets: HINT.buckets, epsilon: HINT.epsilon, round: HINT.round }];
}

function openIndicators(cases: readonly Case[], counterparty: LinearHead): ReadonlyMap<EntityKey, HeldIndicator> {
  const flags = new Map<EntityKey, { readonly account: AccountRef; readonly firstMs: Map<string, number> }>();
  for (const { agency, alert, neighbourhood } of cases) {
    const marked = markedAccounts(alert, neighbourhood, counterpartyRisks(neighbourhood, counterparty));
    for (const account of marked.filter(({ degree }) => degree <= HUB_DEGREE).slice(0, FLAG_IDENTIFIERS)) {
      const key = accountKey(account);
      const flag = flags.get(key) ?? { account, firstMs: new Map<string, number>() };
      flag.firstMs.set(agency, Math.min(alert.raisedAtMs, flag.firstMs.get(agency) ?? alert.raisedAtMs));
      flags.set(key, flag);
    }
  }
  const opened = new Map<EntityKey, HeldIndicator>();
  for (const [key, { account, firstMs }] of flags) {
    const openedMs = [...firstMs.values()].sort((one, other) => one - other)[FLAG_THRESHOLD - 1];
    if (openedMs === undefined) continue;
    const knownAtMs = Math.ceil(openedMs / EPOCH_MS) * EPOCH_MS;
    opened.set(key, { indicatorId: key, account, groupCount: FLAG_THRESHOLD, typologies: [], knownAtMs });
  }
  return opened;
}
