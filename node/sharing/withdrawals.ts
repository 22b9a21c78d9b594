import { toHex } from '../../crypto/bytes.ts';
import { sha256 } from '../../crypto/hash.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import {
  decodeWithdrawal,
  decodeWithdrawalAnswer,
  encodeWithdrawal,
  encodeWithdrawalAnswer,
} from '../../proto/codec/payload.ts';
import type { Audience } from '../../proto/domain/envelope.ts';
import type { Withdrawal, WithdrawalAnswer, WithdrawalResult } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { type EnvelopeStore, erasePayload } from './envelope-store.ts';
import { MEMBERS, SHARED } from './markings.ts';
import type { Directory, Self } from './ports.ts';
import type { Draft, Publisher } from './publish.ts';
import type { Arrival, Reception } from './receive.ts';
import { sharingRefusal } from './refusal.ts';

export type WithdrawalsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly store: EnvelopeStore;
  readonly publisher: Publisher;
  readonly directory: Directory;
  readonly self: Self;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Writes that erase what was derived here from an object of a kind, such as a summary's counts. */
  readonly derived: (headerHash: Uint8Array) => readonly LedgerWrite[];
};

/** How far an own withdrawal has got. */
export type WithdrawalStatus = {
  readonly withdrawalId: string;
  readonly requestedAtMs: number;
  readonly objects: readonly string[];
  readonly flags: number;
  /** Signed answers, by member. */
  readonly answers: readonly {
    readonly peerId: string;
    readonly result: WithdrawalResult;
    readonly headerHash: string;
  }[];
  /** Members that have not answered for every object. */
  readonly waitingFor: readonly string[];
};

/** Holders must still find the order when they come back. */
const LIFE_MS = 365 * 86_400_000;

/**
 * Withdrawal of own objects. Objects given to all members are taken back from all of them, and each answers under its
 * signature; flags are taken back at the coordinator alone, so that no member learns who flagged what.
 */
export class Withdrawals {
  readonly #deps: WithdrawalsDeps;

  constructor(deps: WithdrawalsDeps) {
    this.#deps = deps;
  }

  /**
   * Takes back own objects by header hash, everywhere, this node included.
   * @throws SHARING_UNKNOWN for a hash that is not of an own object sent to the federation
   */
  async withdrawObjects(headerHashes: readonly Uint8Array[], person: string, gateway: string): Promise<string> {
    const { clock, publisher, random } = this.#deps;
    const erasures = await Promise.all(headerHashes.map((hash) => this.#eraseOwn(hash)));
    const withdrawal: Withdrawal = { withdrawalId: random(16), headerHashes, flagHandles: [] };
    const id = toHex(withdrawal.withdrawalId);
    await publisher.publish(draft(withdrawal, { scope: 'federation', id: '' }, gateway, ['gossip', 'coordinator']), {
      writes: [...erasures.flat(), requestRow(withdrawal, clock.nowMs())],
      audit: [sharingEntry(clock.nowMs(), person, 'withdrawal.requested', `withdrawal:${id}`)],
    });
    return id;
  }

  /** Takes back own flags by handle; `together` marks them as withdrawn in the same commit. */
  async withdrawFlags(
    flagHandles: readonly Uint8Array[],
    together: readonly LedgerWrite[],
    person: string,
    gateway: string,
  ): Promise<string> {
    const { clock, publisher, random } = this.#deps;
    const withdrawal: Withdrawal = { withdrawalId: random(16), headerHashes: [], flagHandles };
    const id = toHex(withdrawal.withdrawalId);
    await publisher.publish(draft(withdrawal, { scope: 'coordinator', id: '' }, gateway, ['coordinator']), {
      writes: [...together, requestRow(withdrawal, clock.nowMs())],
      audit: [sharingEntry(clock.nowMs(), person, 'withdrawal.requested', `withdrawal:${id}`)],
    });
    return id;
  }

  /** Handler of a peer's withdrawal: only its author's own objects, erased with what was derived, then answered. */
  async receive({ envelope, header }: Arrival): Promise<Reception> {
    const { clock } = this.#deps;
    const withdrawal = decodeWithdrawal(envelope.payload, envelope.payload.length);
    const answers: WithdrawalAnswer[] = [];
    const writes: LedgerWrite[] = [];
    for (const headerHash of withdrawal.headerHashes) {
      const erasure = await this.#erase(headerHash, header.authorPeerId);
      writes.push(...(erasure ?? []));
      const result: WithdrawalResult = erasure === undefined ? 'not_held' : 'erased';
      answers.push({ withdrawalId: withdrawal.withdrawalId, headerHash, result, ground: '', backupsGoneAtMs: 0 });
    }
    const audit = [
      sharingEntry(clock.nowMs(), 'sharing', 'withdrawal.obeyed', `withdrawal:${toHex(withdrawal.withdrawalId)}`),
    ];
    return { writes, audit, after: () => void this.#answer(answers, header.authorPeerId, header.gateway) };
  }

  /** Handler of an answer to an own withdrawal. The envelope itself stays, as the signed word of its author. */
  async receiveAnswer({ envelope, header }: Arrival): Promise<Reception> {
    const answer = decodeWithdrawalAnswer(envelope.payload, envelope.payload.length);
    const key = `answer/${toHex(answer.withdrawalId)}/${header.authorPeerId}/${toHex(answer.headerHash)}`;
    return { writes: [{ space: 'withdrawal', key, value: Buffer.from(answer.result), marking: MEMBERS }], audit: [] };
  }

  /**
   * Tells the coordinator that an indicator was erased here. It goes to the coordinator alone: who took its flag back
   * is known to nobody else.
   */
  async answerIndicator(indicatorId: Uint8Array): Promise<void> {
    const { directory, publisher } = this.#deps;
    const answer: WithdrawalAnswer = {
      withdrawalId: indicatorId,
      headerHash: sha256(indicatorId),
      result: 'erased',
      ground: '',
      backupsGoneAtMs: 0,
    };
    const gateway = directory.policy()?.gateways.find((rule) => rule.kinds.includes('withdrawal'))?.gateway ?? '';
    await publisher.publish(
      answerDraft(answer, { scope: 'coordinator', id: '' }, directory.currentEpoch(), gateway, ['coordinator']),
    );
  }

  /** @throws SHARING_UNKNOWN */
  async status(withdrawalId: string): Promise<WithdrawalStatus> {
    const { directory, ledger, self, viewer } = this.#deps;
    const record = await ledger.get('withdrawal', `request/${withdrawalId}`, viewer);
    if (record === undefined) throw sharingRefusal('SHARING_UNKNOWN');
    const request = JSON.parse(Buffer.from(record.value).toString()) as {
      requested_at_ms: number;
      objects: string[];
      flags: number;
    };
    const answers: { peerId: string; headerHash: string; result: WithdrawalResult }[] = [];
    for await (const row of ledger.list('withdrawal', { prefix: `answer/${withdrawalId}/` }, viewer)) {
      const [, , peerId = '', headerHash = ''] = row.key.split('/');
      answers.push({ peerId, headerHash, result: Buffer.from(row.value).toString() as WithdrawalResult });
    }
    const members = directory.nodes().filter(({ peerId }) => peerId !== self.peerId && !directory.isSuspended(peerId));
    const waitingFor = members
      .map(({ peerId }) => peerId)
      .filter((peerId) => answers.filter((answer) => answer.peerId === peerId).length < request.objects.length);
    return {
      withdrawalId,
      requestedAtMs: request.requested_at_ms,
      objects: request.objects,
      flags: request.flags,
      answers,
      waitingFor,
    };
  }

  async #eraseOwn(headerHash: Uint8Array): Promise<readonly LedgerWrite[]> {
    const writes = await this.#erase(headerHash, this.#deps.self.peerId);
    if (writes === undefined) throw sharingRefusal('SHARING_UNKNOWN');
    return writes;
  }

  /** Writes that erase an author's object for the federation; undefined when none of that author is here. */
  async #erase(headerHash: Uint8Array, authorPeerId: string): Promise<readonly LedgerWrite[] | undefined> {
    const envelope = await this.#deps.store.getByHash(headerHash);
    if (envelope === undefined || envelope.authorPeerId !== authorPeerId) return undefined;
    const header = decodeHeader(envelope.header);
    if (header.audience.scope !== 'federation') return undefined;
    return [erasePayload(envelope, header), ...this.#deps.derived(headerHash)];
  }

  async #answer(answers: readonly WithdrawalAnswer[], authorPeerId: string, gateway: string): Promise<void> {
    for (const answer of answers) {
      const audience: Audience = { scope: 'pair', id: authorPeerId };
      const epoch = this.#deps.directory.currentEpoch();
      await this.#deps.publisher.publish(answerDraft(answer, audience, epoch, gateway, [`peer:${authorPeerId}`]));
    }
  }
}

/** Whether a kept payload is gone, for checks and tests: header there, payload erased. */
export function isErased(
  envelope: { readonly payload: Uint8Array },
  header: { readonly payloadLength: number },
): boolean {
  return envelope.payload.length === 0 && header.payloadLength > 0;
}

function draft(withdrawal: Withdrawal, audience: Audience, gateway: string, sinks: Draft['sinks']): Draft {
  const payload = encodeWithdrawal(withdrawal);
  return {
    kind: 'withdrawal',
    audience,
    epoch: 0,
    payload,
    marking: SHARED,
    gateway,
    purpose: 'aml',
    caseHandle: '',
    lifeMs: LIFE_MS,
    sinks,
  };
}

function answerDraft(
  answer: WithdrawalAnswer,
  audience: Audience,
  epoch: number,
  gateway: string,
  sinks: Draft['sinks'],
): Draft {
  const payload = encodeWithdrawalAnswer(answer);
  return {
    kind: 'withdrawal_answer',
    audience,
    epoch,
    payload,
    marking: SHARED,
    gateway,
    purpose: 'aml',
    caseHandle: '',
    lifeMs: LIFE_MS,
    sinks,
  };
}

function requestRow(withdrawal: Withdrawal, requestedAtMs: number): LedgerWrite {
  const value = {
    requested_at_ms: requestedAtMs,
    objects: withdrawal.headerHashes.map(toHex),
    flags: withdrawal.flagHandles.length,
  };
  return {
    space: 'withdrawal',
    key: `request/${toHex(withdrawal.withdrawalId)}`,
    value: Buffer.from(JSON.stringify(value)),
    marking: MEMBERS,
  };
}
