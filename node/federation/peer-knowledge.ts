import type { Viewer } from '../../proto/domain/marking.ts';
import type { ReceivedHint } from '../sharing/hint-book.ts';
import type { Sharing } from '../sharing/sharing.ts';
import type { AccountRef } from '../triage/account-ref.ts';
import type { HeldHint, HeldIndicator, PeerKnowledge } from '../triage/ports.ts';

/**
 * What peers have given, as triage asks for it. In shadow mode it is kept and used for nothing: no disposition
 * changes. An indicator counts the other agencies' word, not this one's own, so that nobody confirms himself.
 */
export function peerKnowledge(sharing: Sharing, ownAgency: string, viewer: Viewer): PeerKnowledge {
  return {
    async indicatorsFor(accounts, asOfMs) {
      if (!sharing.mode.active()) return [];
      const found = await Promise.all(accounts.map((account) => indicatorsAbout(sharing, account, asOfMs, viewer)));
      return found.flat();
    },
    async hintsFor(accounts, asOfMs) {
      if (!sharing.mode.active()) return [];
      const others = accounts.filter(({ agency }) => agency !== ownAgency);
      const found = await Promise.all(others.map((account) => hintsOf(sharing, account, asOfMs)));
      return found.flat();
    },
  };
}

async function indicatorsAbout(
  sharing: Sharing,
  account: AccountRef,
  asOfMs: number,
  viewer: Viewer,
): Promise<readonly HeldIndicator[]> {
  const entries = await sharing.indicators.book.about('account', account.agency, account.accountId, asOfMs, viewer);
  return entries.map(({ groupCount, indicatorId, knownAtMs, ownContribution, typologies }) => ({
    indicatorId,
    account,
    groupCount: ownContribution ? groupCount - 1 : groupCount,
    typologies,
    knownAtMs,
  }));
}

async function hintsOf(sharing: Sharing, account: AccountRef, asOfMs: number): Promise<readonly HeldHint[]> {
  const rounds = sharing.membership.policy()?.hints.rounds ?? 1;
  const hints = await sharing.hints.of(account.agency, account.accountId, asOfMs);
  // What was said in a second round counts no more where policy has gone back to one: nobody renews it.
  return hints.filter(({ round }) => round <= rounds).map(heldHint);
}

/** A hint as triage takes it. */
export function heldHint({ accountId, agencyId, bucket, buckets, epsilon, round }: ReceivedHint): HeldHint {
  return { account: { agency: agencyId, accountId }, bucket, buckets, epsilon, round };
}
