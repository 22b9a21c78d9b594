import { randomisedResponse } from '../../crypto/noise/randomised-response.ts';
import { decodeHintBatch, encodeHintBatch } from '../../proto/codec/payload.ts';
import type { Hint } from '../../proto/domain/exchange.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { HintPolicy, Policy } from '../../proto/domain/policy.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import type { Budgets } from './budget.ts';
import { type AccountScore, bucketsByRank } from './hint-buckets.ts';
import { MEMBERS, SHARED } from './markings.ts';
import type { BusinessTime, Directory } from './ports.ts';
import type { Publisher } from './publish.ts';
import type { Arrival, Reception } from './receive.ts';

/** An own account with which accounts of another agency have dealt often enough. */
export type SharedAccount = { readonly accountId: string; readonly peerAgency: string };

export type HintsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly budgets: Budgets;
  readonly publisher: Publisher;
  readonly directory: Directory;
  readonly businessTime: BusinessTime;
  /** Key of the agency, one for all of its nodes and kept in its backups: a new key would be a new draw. */
  readonly drawKey: Uint8Array;
  readonly hintsPerBatch: number;
  readonly sharedAccounts: (
    asOfMs: number,
    windowMs: number,
    minimumTransfers: number,
  ) => Promise<readonly SharedAccount[]>;
  readonly scores: (asOfMs: number) => Promise<readonly AccountScore[]>;
  readonly onReceived: (agencyId: string, accounts: readonly string[]) => void;
};

/** A hint as it is kept: whose account, what was said of it, when it became known here (business time). */
export type ReceivedHint = {
  readonly agencyId: string;
  readonly accountId: string;
  readonly bucket: number;
  readonly buckets: number;
  readonly epsilon: number;
  readonly round: number;
  readonly knownAtMs: number;
};

/** Hints outlive the data they rest on by no more than their window. */
const LIFE_MS = 28 * 86_400_000;

/**
 * Pushes hints: for each own account shared with a peer agency, its bucket by randomised response. The draw is a
 * function of (account, bucket, round), so that repeating it to every peer and in every epoch tells nothing more; a
 * bucket not shown before is a new draw, debited to the account. When the account's budget is spent, what was shown
 * last is repeated.
 */
export class Hints {
  readonly #deps: HintsDeps;

  constructor(deps: HintsDeps) {
    this.#deps = deps;
  }

  /** @returns how many hints went to how many agencies */
  async push(
    epoch: number,
    policy: Policy,
    gateway: string,
  ): Promise<{ readonly hints: number; readonly agencies: number }> {
    const { businessTime, scores, sharedAccounts } = this.#deps;
    const asOfMs = businessTime.nowMs();
    const shared = await sharedAccounts(asOfMs, policy.hints.windowMs, policy.hints.minimumTransfers);
    const buckets = bucketsByRank(await scores(asOfMs), policy.hints.buckets, policy.hints.topShare);
    const byAgency = Map.groupBy(shared, ({ peerAgency }) => peerAgency);
    let sent = 0;
    for (const [agencyId, accounts] of byAgency) {
      const hints: Hint[] = [];
      for (const { accountId } of accounts) {
        hints.push({ accountId, bucket: await this.#draw(accountId, buckets.get(accountId) ?? 0, policy.hints) });
      }
      sent += await this.#send(agencyId, hints, epoch, policy, gateway, asOfMs);
    }
    return { hints: sent, agencies: byAgency.size };
  }

  /** Handler of hint batches from peers: an agency speaks of its own accounts alone. */
  async receive({ envelope, header }: Arrival): Promise<Reception> {
    const { businessTime, directory, onReceived } = this.#deps;
    const batch = decodeHintBatch(envelope.payload, envelope.payload.length);
    const agencyId = directory.node(header.authorPeerId)?.agencyId ?? '';
    const knownAtMs = businessTime.nowMs();
    const writes = batch.hints.map(({ accountId, bucket }): LedgerWrite => {
      const hint: ReceivedHint = {
        agencyId,
        accountId,
        bucket,
        buckets: batch.buckets,
        epsilon: batch.epsilon,
        round: batch.round,
        knownAtMs,
      };
      return { space: 'hint', key: hintKey(hint), value: Buffer.from(JSON.stringify(hint)), marking: header.marking };
    });
    const accounts = batch.hints.map(({ accountId }) => accountId);
    return { writes, audit: [], after: () => onReceived(agencyId, accounts) };
  }

  /** What a peer agency has said of one of its accounts, as known at a time: of each round, the last. */
  async of(agencyId: string, accountId: string, asOfMs: number): Promise<readonly ReceivedHint[]> {
    const latest = new Map<number, ReceivedHint>();
    for await (const record of this.#deps.ledger.list(
      'hint',
      { prefix: `${agencyId}/${accountId}/` },
      this.#deps.viewer,
    )) {
      const hint = JSON.parse(Buffer.from(record.value).toString()) as ReceivedHint;
      if (hint.knownAtMs <= asOfMs) latest.set(hint.round, hint);
    }
    return [...latest.values()];
  }

  async #draw(accountId: string, bucket: number, { buckets, budgetPerAccount, epsilon }: HintPolicy): Promise<number> {
    const { budgets, drawKey, ledger, viewer } = this.#deps;
    const key = `1/${accountId}`;
    const shown = await ledger.get('hintDraw', `${key}/${bucket}`, viewer);
    if (shown === undefined) {
      try {
        await budgets.debit({ family: 'hint', subject: accountId, period: 'ever' }, epsilon, budgetPerAccount);
      } catch (error) {
        if (!isRefusal(error, 'SHARING_BUDGET')) throw error;
        const last = await ledger.get('hintDraw', `${key}/last`, viewer);
        return last === undefined ? 0 : Number(Buffer.from(last.value).toString());
      }
    }
    const answer = randomisedResponse({ key: drawKey, accountId, bucket, buckets, epsilon, round: 1 });
    if (shown === undefined) {
      const value = Buffer.from(String(answer));
      const writes = [`${key}/${bucket}`, `${key}/last`].map(
        (place) => ({ space: 'hintDraw', key: place, value, marking: MEMBERS }) as const,
      );
      await ledger.commit({ writes, audit: [] });
    }
    return answer;
  }

  async #send(
    agencyId: string,
    hints: readonly Hint[],
    epoch: number,
    policy: Policy,
    gateway: string,
    asOfMs: number,
  ): Promise<number> {
    const { directory, hintsPerBatch, publisher } = this.#deps;
    const recipients = directory
      .nodes()
      .filter((node) => node.agencyId === agencyId && !directory.isSuspended(node.peerId));
    for (const { peerId } of recipients) {
      for (let start = 0; start < hints.length; start += hintsPerBatch) {
        const { buckets, epsilon } = policy.hints;
        const batch = { round: 1, asOfMs, epsilon, buckets, hints: hints.slice(start, start + hintsPerBatch) };
        await publisher.publish(hintDraft(peerId, encodeHintBatch(batch), epoch, gateway));
      }
    }
    return recipients.length === 0 ? 0 : hints.length;
  }
}

function hintDraft(
  peerId: PeerIdText,
  payload: Uint8Array,
  epoch: number,
  gateway: string,
): Parameters<Publisher['publish']>[0] {
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

function hintKey({ agencyId, accountId, round, knownAtMs }: ReceivedHint): string {
  return `${agencyId}/${accountId}/${round}/${String(knownAtMs).padStart(15, '0')}`;
}
