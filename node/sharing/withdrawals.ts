import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import { decodeWithdrawal, decodeWithdrawalAnswer, encodeWithdrawal } from '../../proto/codec/payload.ts';
import type { Audience, EnvelopeHeader, SignedEnvelope } from '../../proto/domain/envelope.ts';
import type { Withdrawal, WithdrawalResult } from '../../proto/domain/exchange.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import { type EnvelopeStore, hollowMark, isErased, replaceEnvelope, withoutPayload } from './envelope-store.ts';
import { SHARED } from './markings.ts';
import { type SinkName, waitsFor } from './outbox.ts';
import type { Directory, Self } from './ports.ts';
import type { Draft, Publisher } from './publish.ts';
import type { Arrival, Reception } from './receive.ts';
import { sharingRefusal } from './refusal.ts';
import { owedRow } from './withdrawal-answers.ts';
import {
  answerRow,
  requestOf,
  requestRow,
  statusOf,
  withdrawalRow,
  type WithdrawalStatus,
} from './withdrawal-status.ts';

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
   * @throws SHARING_UNKNOWN for a hash that is not of an own object sent to the federation, SHARING_QUOTA for more than
   *         one withdrawal may name
   */
  async withdrawObjects(headerHashes: readonly Uint8Array[], person: string, gateway: string): Promise<string> {
    if (headerHashes.length > LIMITS.withdrawalObjects) throw sharingRefusal('SHARING_QUOTA');
    const erasures: LedgerWrite[] = [];
    for (const hash of headerHashes) erasures.push(...(await this.#eraseOwn(hash)));
    const withdrawal = { withdrawalId: this.#deps.random(16), headerHashes, flagHandles: [] };
    return this.#publish(withdrawal, erasures, person, gateway);
  }

  /** Takes back own flags by handle; `together` marks them as withdrawn in the same commit. */
  async withdrawFlags(
    flagHandles: readonly Uint8Array[],
    together: readonly LedgerWrite[],
    person: string,
    gateway: string,
  ): Promise<string> {
    const withdrawal = { withdrawalId: this.#deps.random(16), headerHashes: [], flagHandles };
    return this.#publish(withdrawal, together, person, gateway);
  }

  /** Handler of a peer's withdrawal: only its author's own objects, erased with what was derived, then answered. */
  async receive({ envelope, header }: Arrival): Promise<Reception> {
    const { clock } = this.#deps;
    const { headerHashes, withdrawalId } = decodeWithdrawal(envelope.payload, envelope.payload.length);
    if (headerHashes.length > LIMITS.withdrawalObjects)
      throw sharingRefusal('SHARING_QUOTA', 'reject', { limit: LIMITS.withdrawalObjects });
    const writes: LedgerWrite[] = [];
    for (const hash of headerHashes) {
      const erasure = await this.#erase(hash, header.authorPeerId);
      const result: WithdrawalResult = erasure === undefined ? 'not_held' : 'erased';
      const { authorPeerId: author, gateway } = header;
      writes.push(...(erasure ?? []), owedRow({ withdrawalId, headerHash: hash, result, author, gateway }));
    }
    const object = `withdrawal:${toHex(withdrawalId)}`;
    return { writes, audit: [sharingEntry(clock.nowMs(), 'sharing', 'withdrawal.obeyed', object)] };
  }

  /** Handler of an answer to an own withdrawal. The envelope itself stays, as the signed word of its author. */
  async receiveAnswer({ envelope, header }: Arrival): Promise<Reception> {
    const answer = decodeWithdrawalAnswer(envelope.payload, envelope.payload.length);
    const [id, object] = [toHex(answer.withdrawalId), toHex(answer.headerHash)];
    const { ledger, viewer } = this.#deps;
    const request = await requestOf(ledger, viewer, id);
    if (request?.objects.includes(object) !== true) throw sharingRefusal('SHARING_UNKNOWN');
    const { result } = answer;
    return { writes: [answerRow(id, { peerId: header.authorPeerId, headerHash: object, result })], audit: [] };
  }

  /** Whether an object was taken back by its author, as far as is known here. */
  async isWithdrawn(hash: Uint8Array): Promise<boolean> {
    const { ledger, viewer } = this.#deps;
    return (await ledger.get('withdrawal', withdrawnKey(hash), viewer)) !== undefined;
  }

  /**
   * An own object that the coordinator had not got yet keeps its payload until then, since it takes none without: its
   * chain would end there. It is erased with the last row that waited for it.
   */
  async onDelivered(sink: SinkName, envelope: SignedEnvelope, header: EnvelopeHeader): Promise<LedgerWrite[]> {
    const isLate =
      sink === 'coordinator' && !isErased(envelope, header) && (await this.isWithdrawn(headerHash(envelope.header)));
    return isLate ? [replaceEnvelope(withoutPayload(envelope), header)] : [];
  }

  /** @throws SHARING_UNKNOWN */
  status(withdrawalId: string): Promise<WithdrawalStatus> {
    return statusOf(withdrawalId, this.#deps);
  }

  async #publish(
    withdrawal: Withdrawal,
    together: readonly LedgerWrite[],
    person: string,
    gateway: string,
  ): Promise<string> {
    const { clock, directory, publisher } = this.#deps;
    const id = toHex(withdrawal.withdrawalId);
    const isOfFlags = withdrawal.headerHashes.length === 0;
    const audience: Audience = { scope: isOfFlags ? 'coordinator' : 'federation', id: '' };
    const draft: Draft = {
      kind: 'withdrawal',
      audience,
      epoch: directory.currentEpoch(),
      payload: encodeWithdrawal(withdrawal),
      marking: SHARED,
      gateway,
      purpose: 'aml',
      caseHandle: '',
      lifeMs: LIFE_MS,
      sinks: isOfFlags ? ['coordinator'] : ['gossip', 'coordinator'],
    };
    const request = {
      requested_at_ms: clock.nowMs(),
      objects: withdrawal.headerHashes.map(toHex),
      flags: withdrawal.flagHandles.length,
    };
    await publisher.publish(draft, {
      writes: [...together, requestRow(id, request)],
      audit: [sharingEntry(clock.nowMs(), person, 'withdrawal.requested', `withdrawal:${id}`)],
    });
    return id;
  }

  async #eraseOwn(hash: Uint8Array): Promise<readonly LedgerWrite[]> {
    const { ledger, self, viewer } = this.#deps;
    const writes = await this.#erase(hash, self.peerId);
    if (writes === undefined) throw sharingRefusal('SHARING_UNKNOWN');
    // See onDelivered.
    const waits = await waitsFor(ledger, viewer, 'coordinator', hash);
    return waits ? writes.filter(({ space }) => space !== 'envelope') : writes;
  }

  /** Writes that erase an author's object for the federation; undefined when none of that author is here. */
  async #erase(hash: Uint8Array, authorPeerId: string): Promise<readonly LedgerWrite[] | undefined> {
    const envelope = await this.#deps.store.getByHash(hash);
    if (envelope === undefined || envelope.authorPeerId !== authorPeerId) return undefined;
    const header = decodeHeader(envelope.header);
    if (header.audience.scope !== 'federation') return undefined;
    return [
      replaceEnvelope(withoutPayload(envelope), header),
      hollowMark(header, false),
      withdrawalRow(withdrawnKey(hash), new Uint8Array(0)),
      ...this.#deps.derived(hash),
    ];
  }
}

function withdrawnKey(hash: Uint8Array): string {
  return `withdrawn/${toHex(hash)}`;
}
