import type { Evidence } from '../../../proto/domain/decision.ts';
import type { EntityKey } from '../../../proto/domain/ids.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { accountKey, type AccountRef, accountOfKey, agencyOfKey } from '../account-ref.ts';
import type { Neighbourhood } from '../detectors/finding.ts';
import type { PeerGiven } from '../features/peer-features.ts';
import type { HeldHint, PeerKnowledge } from '../ports.ts';
import type { PeerFacts } from './enrichment.ts';

/** Asks what this node already holds on the account and its counterparties: indicators of any, hints of others' accounts. */
export async function heldOn(
  peers: PeerKnowledge,
  { subject, counterparties }: Neighbourhood,
  asOfMs: number,
): Promise<Pick<PeerGiven, 'indicators' | 'hints'>> {
  const near = accountsOf([subject.key, ...counterparties.keys()]);
  const own = agencyOfKey(subject.key);
  const [indicators, hints] = await Promise.all([
    peers.indicatorsFor(near, asOfMs),
    peers.hintsFor(
      near.filter(({ agency }) => agency !== own),
      asOfMs,
    ),
  ]);
  return { indicators: indicators.slice(0, LIMITS.triageIndicators), hints };
}

/** Counts what was given, and what it cost. */
export function peerFacts(subject: EntityKey | undefined, given: PeerGiven, elementsSpent: number): PeerFacts {
  const onAccount = given.indicators.filter(({ account }) => accountKey(account) === subject).length;
  const known = given.indicators.map(({ knownAtMs }) => knownAtMs);
  const hinted = [...Map.groupBy(given.hints, ({ account }) => accountKey(account)).values()];
  const epsilons = hinted.map((rounds) => rounds.reduce((sum, { epsilon }) => sum + epsilon, 0));
  return {
    accountIndicators: onAccount,
    counterpartyIndicators: given.indicators.length - onAccount,
    hints: hinted.length,
    topHints: hinted.filter((rounds) => isTop(lastRound(rounds))).length,
    matches: given.matches.length,
    firstKnownMs: known.length === 0 ? null : Math.min(...known),
    cost: {
      ...(given.hints.length > 0 ? { hints: given.hints.length, hint_epsilon_per_account: Math.max(...epsilons) } : {}),
      ...(given.indicators.length > 0 ? { indicators: given.indicators.length } : {}),
      ...(elementsSpent > 0 ? { match_elements: elementsSpent } : {}),
    },
  };
}

function lastRound(rounds: readonly HeldHint[]): HeldHint | undefined {
  return rounds.toSorted((one, other) => one.round - other.round).at(-1);
}

function isTop(hint: HeldHint | undefined): boolean {
  return hint !== undefined && hint.bucket === hint.buckets - 1;
}

/** Whether there is anything to leave out of a counterfactual, or a cost to show in it though nothing was given. */
export function gaveAnything({ accountIndicators, cost, counterpartyIndicators, hints, matches }: PeerFacts): boolean {
  return accountIndicators + counterpartyIndicators + hints + matches > 0 || cost['match_elements'] !== undefined;
}

/** Evidence of what peers gave. Indicators one by one, since each has its own provenance; hints and matches together. */
export function peerEvidence(given: PeerGiven, facts: PeerFacts): readonly Evidence[] {
  const evidence = given.indicators.map(({ indicatorId, groupCount, typologies }): Evidence => {
    const named = typologies.length === 0 ? '' : ` for ${typologies.join(', ')}`;
    const summary = `flagged by ${groupCount} independent agencies${named}`;
    return {
      evidenceId: indicatorEvidenceId(indicatorId),
      kind: 'indicator',
      summary,
      source: 'federation',
      fromPeers: true,
    };
  });
  if (facts.hints > 0) {
    const summary = `${facts.topHints} of ${facts.hints} hints place a counterparty at the top of its agency's risk`;
    evidence.push({ evidenceId: HINTS_EVIDENCE, kind: 'hints', summary, source: 'federation', fromPeers: true });
  }
  if (facts.matches > 0) {
    const named = given.matches.map(({ agency, category }) => (category === null ? agency : `${agency} (${category})`));
    const summary = `known among those they call higher-risk to ${[...new Set(named)].sort().join(', ')}`;
    evidence.push({ evidenceId: MATCHES_EVIDENCE, kind: 'matches', summary, source: 'federation', fromPeers: true });
  }
  return evidence;
}

export const HINTS_EVIDENCE = 'peers:hints';
export const MATCHES_EVIDENCE = 'peers:matches';

export function indicatorEvidenceId(indicatorId: string): string {
  return `peers:indicator:${indicatorId}`;
}

function accountsOf(keys: readonly EntityKey[]): readonly AccountRef[] {
  return keys.flatMap((key) => accountOfKey(key) ?? []);
}

/** Ids of the evidence that indicators are. */
export function indicatorsOf(evidence: readonly Evidence[]): readonly string[] {
  return evidence.filter(({ kind }) => kind === 'indicator').map(({ evidenceId }) => evidenceId);
}
