import { utf8 } from '../../../crypto/bytes.ts';
import { sha256 } from '../../../crypto/hash.ts';
import { randomisedResponse } from '../../../crypto/noise/randomised-response.ts';
import { bucketsByRank } from '../../../node/sharing/hint-buckets.ts';
import { accountScores } from '../../../node/triage/account-score.ts';
import { type AccountRef, accountKey } from '../../../node/triage/account-ref.ts';
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
const HINT = { buckets: 2, topShare: 0.05, minimumTransfers: 2 } as const;
const EPSILON = 3;

export type Heads = { readonly counterparty: LinearHead; readonly subject: LinearHead };

/** What each agency would hold from its peers at the time of each case. */
export type SimulatedPeers = { givenTo(one: Case): PeerGiven };

/** What agencies show of their accounts at the end of each epoch, by its time. */
export type ShownHints = ReadonlyMap<number, ReadonlyMap<EntityKey, HeldHint>>;

export type HintRound = {
  readonly agencies: readonly SetAgency[];
  readonly epochEnds: readonly number[];
  readonly headsOf: (agency: string) => Heads;
  readonly epsilon: number;
  /** Another text is another draw. */
  readonly seed: string;
  /** What was shown in the round before, which is heard by those who deal with the account; a first round hears nothing. */
  readonly heard?: ShownHints;
};

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
  const epochEnds = epochEndsOf(cases);
  const shown = await playHints({ agencies, epochEnds, headsOf: () => heads, epsilon: EPSILON, seed: '' });
  const indicators = openIndicators(cases.filter(escalates), heads.counterparty);
  return {
    givenTo: (one) => {
      const near = [one.neighbourhood.subject.key, ...one.neighbourhood.counterparties.keys()];
      return {
        matches: [],
        indicators: near.flatMap((key) => {
          const indicator = indicators.get(key);
          return indicator !== undefined && indicator.knownAtMs <= one.alert.raisedAtMs ? [indicator] : [];
        }),
        hints: hintsFor(one, shown),
      };
    },
  };
}

/** Ends of the epochs between the first case and the last. */
export function epochEndsOf(cases: readonly Case[]): readonly number[] {
  const startMs = cases[0]?.alert.raisedAtMs ?? 0;
  const endMs = cases.at(-1)?.alert.raisedAtMs ?? 0;
  const epochEnds: number[] = [];
  for (let atMs = Math.ceil(startMs / DAY_MS) * DAY_MS + EPOCH_MS; atMs < endMs; atMs += EPOCH_MS) epochEnds.push(atMs);
  return epochEnds;
}

/** One round of hints at the end of each epoch. */
export async function playHints(round: HintRound): Promise<ShownHints> {
  const shown = new Map<number, ReadonlyMap<EntityKey, HeldHint>>();
  for (const atMs of round.epochEnds) shown.set(atMs, await drawHints(round, atMs));
  return shown;
}

/** What an agency holds of the last epoch before a case about its account and the counterparties. */
export function hintsFor({ agency, alert, neighbourhood }: Case, shown: ShownHints): readonly HeldHint[] {
  const epochEnd = [...shown.keys()].findLast((end) => end <= alert.raisedAtMs);
  if (epochEnd === undefined) return [];
  return [...neighbourhood.counterparties].flatMap(([key, { movements }]) => {
    const hint = shown.get(epochEnd)?.get(key);
    const times = movements.map(({ atMs }) => atMs);
    return hint === undefined || !isShared(hint, agency, times, epochEnd) ? [] : [hint];
  });
}

async function drawHints(round: HintRound, atMs: number): Promise<ReadonlyMap<EntityKey, HeldHint>> {
  const { agencies, epsilon, headsOf, heard, seed } = round;
  const drawn = new Map<EntityKey, HeldHint>();
  for (const { agency, accounts, transfers } of agencies) {
    const hints = await heardBy({ agency, transfers }, heard?.get(atMs) ?? new Map(), atMs);
    const scores = await accountScores({ agency, transfers, scorer: headsOf(agency) }, accounts, atMs, hints);
    const key = sha256(utf8(`training draw of ${agency}${seed}`));
    const roundNumber = heard === undefined ? 1 : 2;
    for (const [accountId, standing] of bucketsByRank(scores, HINT.buckets, HINT.topShare)) {
      const { buckets } = HINT;
      const draw = { key, accountId, bucket: standing, buckets, epsilon, round: roundNumber };
      const account = { agency, accountId };
      const bucket = randomisedResponse(draw);
      drawn.set(accountKey(account), { account, bucket, buckets, epsilon, round: roundNumber });
    }
  }
  return drawn;
}

async function heardBy(
  { agency, transfers }: Pick<SetAgency, 'agency' | 'transfers'>,
  shown: ReadonlyMap<EntityKey, HeldHint>,
  atMs: number,
): Promise<readonly HeldHint[]> {
  const hints: HeldHint[] = [];
  for (const [key, hint] of shown) {
    const times = (await transfers.transfersOf(key, atMs, atMs)).map(({ edge }) => edge.occurredAtMs);
    if (isShared(hint, agency, times, atMs)) hints.push(hint);
  }
  return hints;
}

/** Hints go about accounts of other agencies alone, and only where enough has passed between the two. */
function isShared({ account }: HeldHint, agency: string, times: readonly number[], epochEndMs: number): boolean {
  const recent = times.filter((atMs) => atMs < epochEndMs && atMs >= epochEndMs - WINDOW_MS);
  return account.agency !== agency && recent.length >= HINT.minimumTransfers;
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
