import { LIMITS } from '../../config/settings/limits.ts';
import { decodeHintBatch, encodeHintBatch } from '../../proto/codec/payload.ts';
import type { Hint } from '../../proto/domain/exchange.ts';
import { type AgencyId, asId, type PeerIdText } from '../../proto/domain/ids.ts';
import type { Policy } from '../../proto/domain/policy.ts';
import type { HintBook, ReceivedHint } from './hint-book.ts';
import { type AccountScore, bucketsByRank } from './hint-buckets.ts';
import type { HintDraws } from './hint-draws.ts';
import { SHARED } from './markings.ts';
import type { BusinessTime, Directory, Self } from './ports.ts';
import type { Draft, Publisher } from './publish.ts';
import type { Arrival, Reception } from './receive.ts';
import { sharingRefusal } from './refusal.ts';
import { otherAgencies, releaseOf } from './release.ts';

/** An own account with which accounts of another agency have dealt often enough. */
export type SharedAccount = { readonly accountId: string; readonly peerAgency: string };

export type HintsDeps = {
  readonly draws: HintDraws;
  readonly book: HintBook;
  readonly publisher: Publisher;
  readonly directory: Directory;
  readonly self: Pick<Self, 'agencyId'>;
  readonly businessTime: BusinessTime;
  readonly sharedAccounts: (
    asOfMs: number,
    windowMs: number,
    minimumTransfers: number,
  ) => Promise<readonly SharedAccount[]>;
  /** @param heard what other agencies said of their accounts and may count: nothing in a first round */
  readonly scores: (asOfMs: number, heard: readonly ReceivedHint[]) => Promise<readonly AccountScore[]>;
  /** Accounts of a peer agency of which something new has become known. */
  readonly onReceived: (agencyId: string, accounts: readonly string[]) => void;
};

/** One pushing of hints: the epoch that they close, and whether peers' word counts in them. */
export type HintPush = {
  readonly epoch: number;
  readonly policy: Policy;
  /** 2 where own accounts are scored anew with the hints of the first round. */
  readonly round: 1 | 2;
  /** Peers wait for the end of it: who shares no account is told so. */
  readonly ends: boolean;
};

/** Hints outlive the data they rest on by no more than their window. */
const LIFE_MS = 28 * 86_400_000;

/** Pushes what is shown of own accounts to the agencies that share them, and keeps what peers push. */
export class Hints {
  readonly #deps: HintsDeps;

  constructor(deps: HintsDeps) {
    this.#deps = deps;
  }

  /** @returns how many hints went to how many agencies */
  async push(push: HintPush): Promise<{ readonly hints: number; readonly agencies: number }> {
    const { book, businessTime, directory, draws, scores, self, sharedAccounts } = this.#deps;
    const { ends, epoch, round } = push;
    const policy = push.policy.hints;
    const asOfMs = businessTime.nowMs();
    const shared = await sharedAccounts(asOfMs, policy.windowMs, policy.minimumTransfers);
    const heard = round === 1 ? [] : await book.said(1, asOfMs);
    const buckets = bucketsByRank(await scores(asOfMs, heard), policy.buckets, policy.topShare);
    const accounts = [...new Set(shared.map(({ accountId }) => accountId))];
    const standings = accounts.map((accountId) => ({ accountId, bucket: buckets.get(accountId) ?? 0 }));
    const shown = await draws.show(standings, { ...policy, round, epoch });
    const byAgency = Map.groupBy(shared, ({ peerAgency }) => peerAgency);
    const others = ends ? otherAgencies(directory, self.agencyId) : [];
    let sent = 0;
    for (const agencyId of new Set([...byAgency.keys(), ...others])) {
      const hints = (byAgency.get(agencyId) ?? []).flatMap(({ accountId }): Hint[] => {
        const bucket = shown.get(accountId);
        return bucket === undefined ? [] : [{ accountId, bucket }];
      });
      sent += await this.#send(asId(agencyId), hints, asOfMs, push);
    }
    return { hints: sent, agencies: byAgency.size };
  }

  /** Handler of hint batches from peers: an agency speaks of its own accounts alone. */
  async receive({ envelope, header }: Arrival): Promise<Reception> {
    const { book, businessTime, directory, onReceived } = this.#deps;
    const batch = decodeHintBatch(envelope.payload, envelope.payload.length);
    if (batch.hints.length > LIMITS.hintsPerBatch)
      throw sharingRefusal('SHARING_QUOTA', 'reject', { limit: LIMITS.hintsPerBatch });
    const agencyId = directory.node(header.authorPeerId)?.agencyId ?? '';
    const { accounts, writes } = await book.take(agencyId, batch, businessTime.nowMs(), header.marking);
    const ended = batch.last && batch.round === 1 ? [book.ended(header.authorPeerId, header.epoch)] : [];
    const after = (): void => (accounts.length === 0 ? undefined : onReceived(agencyId, accounts));
    return { writes: [...writes, ...ended], audit: [], after };
  }

  /** What a peer agency has said of one of its accounts, as known at a time. */
  of(agencyId: string, accountId: string, asOfMs: number): Promise<readonly ReceivedHint[]> {
    return this.#deps.book.of(agencyId, accountId, asOfMs);
  }

  /** To each node of the agency, under a gateway that covers both. */
  async #send(
    agencyId: AgencyId,
    hints: readonly Hint[],
    asOfMs: number,
    { ends, epoch, policy, round }: HintPush,
  ): Promise<number> {
    const { directory, publisher, self } = this.#deps;
    const answer = releaseOf(directory, { kind: 'hint', from: self.agencyId, to: [agencyId] });
    const recipients = directory
      .nodes()
      .filter((node) => node.agencyId === agencyId && !directory.isSuspended(node.peerId));
    if (!answer.allowed || recipients.length === 0) return 0;
    const { buckets, epsilon } = policy.hints;
    const parts = partsOf(hints, ends);
    for (const { peerId } of recipients) {
      for (const [place, part] of parts.entries()) {
        const last = place === parts.length - 1;
        const payload = encodeHintBatch({ round, asOfMs, epsilon, buckets, hints: part, last });
        await publisher.publish(hintDraft(peerId, payload, epoch, answer.gateway));
      }
    }
    return hints.length;
  }
}

/** @param ends whether nothing is a part, too */
function partsOf(hints: readonly Hint[], ends: boolean): readonly (readonly Hint[])[] {
  const count = Math.max(ends ? 1 : 0, Math.ceil(hints.length / LIMITS.hintsPerBatch));
  return Array.from({ length: count }, (_, place) =>
    hints.slice(place * LIMITS.hintsPerBatch, (place + 1) * LIMITS.hintsPerBatch),
  );
}

function hintDraft(peerId: PeerIdText, payload: Uint8Array, epoch: number, gateway: string): Draft {
  return {
    kind: 'hint_batch',
    audience: { scope: 'pair', id: peerId },
    epoch,
    payload,
    marking: SHARED,
    gateway,
    purpose: 'aml',
    caseHandle: '',
    lifeMs: LIFE_MS,
    sinks: [`peer:${peerId}`],
  };
}
