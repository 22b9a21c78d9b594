import { truthProbability } from '../../../crypto/noise/randomised-response.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { accountKey } from '../account-ref.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import type { HeldHint, HeldIndicator, MatchAnswer } from '../ports.ts';
import type { PeerFeature } from './feature-table.ts';

/** All that peers gave on an alert's account and its counterparties. */
export type PeerGiven = {
  readonly indicators: readonly HeldIndicator[];
  readonly hints: readonly HeldHint[];
  readonly matches: readonly MatchAnswer[];
};

export const NOTHING_GIVEN: PeerGiven = { indicators: [], hints: [], matches: [] };

/** Share of accounts in the highest bucket when nothing is noised: policy's default, DESIGN section 5. */
const TOP_SHARE = 0.05;
/** Keeps a single hint from looking like a certainty. */
const PRIOR_HINTS = 2;

/**
 * Features from what peers gave, each 0 or more and 0 where nothing was given: whatever a peer says, the score is never
 * below what it is without peers.
 */
export function peerFeatures(neighbourhood: Neighbourhood, given: PeerGiven): Readonly<Record<PeerFeature, number>> {
  const { subject } = neighbourhood;
  const about = (key: EntityKey): readonly HeldIndicator[] =>
    given.indicators.filter(({ account }) => accountKey(account) === key);
  const onCounterparties = subject.recentCounterparties.filter(({ key }) => about(key).length > 0);
  const hints = topHints(neighbourhood, given.hints);
  return {
    account_indicators: Math.log1p(about(subject.key).reduce((sum, { groupCount }) => sum + groupCount, 0)),
    peer_matches: Math.log1p(new Set(given.matches.map(({ agency }) => agency)).size),
    counterparty_indicators: Math.log1p(onCounterparties.length),
    hint_excess: excess(hints),
    one_off_hint_excess: excess(hints.filter(({ oneOff }) => oneOff)),
  };
}

/** Shares of the rounds in which a counterparty is said to stand at the top, and in which noise and chance would say so. */
type TopHint = { readonly top: number; readonly oneOff: boolean; readonly expected: number };

/**
 * One for each counterparty that a peer spoke of. Two rounds count alike: each is drawn anew from what the peer knew at
 * the time, so that together they are less noisy than the last alone.
 */
function topHints({ subject }: Neighbourhood, hints: readonly HeldHint[]): readonly TopHint[] {
  return [...Map.groupBy(hints, ({ account }) => accountKey(account))].flatMap(([key, rounds]) => {
    const counterparty = subject.counterparties.get(key);
    if (counterparty === undefined) return [];
    const tops = rounds.filter(({ bucket, buckets }) => bucket === buckets - 1).length;
    const expected = rounds.reduce((sum, { buckets, epsilon }) => sum + expectedTop(buckets, epsilon), 0);
    return [{ top: tops / rounds.length, oneOff: counterparty.oneOff, expected: expected / rounds.length }];
  });
}

/**
 * How many more counterparties are said to stand at the top than noise and chance alone would say, in the manner of a
 * standard score.
 */
function excess(hints: readonly TopHint[]): number {
  const tops = hints.reduce((sum, hint) => sum + hint.top, 0);
  const expected = hints.reduce((sum, hint) => sum + hint.expected, 0);
  return Math.max(0, (tops - expected) / Math.sqrt(hints.length + PRIOR_HINTS));
}

/** Probability that any account is reported at the top: it stands there and the truth was told, or neither. */
function expectedTop(buckets: number, epsilon: number): number {
  const told = truthProbability(epsilon, buckets);
  return TOP_SHARE * told + ((1 - TOP_SHARE) * (1 - told)) / (buckets - 1);
}
