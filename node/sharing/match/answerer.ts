import { equalBytes, toHex } from '../../../crypto/bytes.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import { encodeFilter, filterHash } from '../../../crypto/match/filter.ts';
import { matchToken, TOKEN_TYPES } from '../../../crypto/match/token.ts';
import { createOprfKey, evaluateBatch, evaluateDirect } from '../../../crypto/oprf/voprf.ts';
import { encodeReceiptBody } from '../../../proto/codec/payload.ts';
import { encodeStatementBody } from '../../../proto/codec/statement-body.ts';
import type { StatementBody } from '../../../proto/domain/control.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Budgets } from '../budget.ts';
import { activeAgencies } from '../flag-key-holder.ts';
import type { Mode } from '../mode.ts';
import type { BusinessTime, Directory, Self, StatementSink } from '../ports.ts';
import { sharingRefusal } from '../refusal.ts';
import { judge } from '../release.ts';
import { signAsNode } from '../statements.ts';
import { type AnsweringEntity, encodeLabel } from './label.ts';
import type { FilterChunk, MatchEvaluation, MatchQuery, MatchReceipt } from './messages.ts';
import { readReceipt, receiptHolds, receiptUnit, requestHash, signReceipt } from './receipt.ts';

export type AnswererDeps = {
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly self: Self;
  readonly mode: Mode;
  readonly budgets: Budgets;
  readonly businessTime: BusinessTime;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly statements: StatementSink;
  /** The entities that this agency answers for; by default those that policy calls higher-risk. */
  readonly answeringSet: (asOfMs: number) => Promise<readonly AnsweringEntity[]>;
  readonly chunkBytes: number;
};

type Epoch = { readonly epoch: number; readonly pair: KeyPair; readonly filter: Uint8Array };

/**
 * The answering side of entity match: one random key per epoch, in memory alone, its filter hash in the control log,
 * so that every asker sees the same set. Learns from a query who asked how many elements of which type, and no more.
 */
export class MatchAnswerer {
  readonly #deps: AnswererDeps;
  #current: Epoch | undefined;
  #generation = 0;

  constructor(deps: AnswererDeps) {
    this.#deps = deps;
  }

  /** Makes and announces key and filter of the current epoch, once, where mode and policy allow it. */
  async tick(): Promise<void> {
    const { directory, mode, self } = this.#deps;
    const epoch = directory.currentEpoch();
    if (epoch === 0 || this.#current?.epoch === epoch || !mode.active() || !this.#allowed(self.agencyId)) return;
    const current = await this.#make(epoch);
    await this.#announce(current);
    this.#current?.pair.secretKey.fill(0);
    this.#current = current;
  }

  /** A chunk of the filter. @throws SHARING_EPOCH, SHARING_GATEWAY, SHARING_SHADOW */
  filterChunk(peerId: PeerIdText, epoch: number, offset: number): FilterChunk {
    const { filter, pair } = this.#open(peerId, epoch);
    return {
      epoch,
      keyId: pair.publicKey,
      totalBytes: filter.length,
      offset,
      chunk: filter.subarray(offset, offset + this.#deps.chunkBytes),
    };
  }

  /**
   * Evaluates a query inside the quotas of the asking agency and of the key; both are debited before the answer.
   * @throws SHARING_EPOCH, SHARING_GATEWAY, SHARING_SHADOW, SHARING_QUOTA, SHARING_NOT_RELEASED (no purpose or case)
   */
  async answer(peerId: PeerIdText, query: MatchQuery): Promise<MatchEvaluation> {
    const { pair } = this.#open(peerId, query.epoch);
    if (query.purpose === '' || query.caseHandle === '') throw sharingRefusal('SHARING_NOT_RELEASED');
    if (!TOKEN_TYPES.some((type) => type === query.tokenType)) throw sharingRefusal('SHARING_UNKNOWN');
    await this.#debit(peerId, query, pair);
    const { evaluated, proof } = evaluateBatch(pair.secretKey, query.blinded, this.#deps.random);
    const body = this.#receiptBody(peerId, query, pair.publicKey);
    const answererSignature = signReceipt(body, this.#deps.self.identitySecretKey);
    const receipt: MatchReceipt = { body, answererSignature, askerSignature: new Uint8Array(0) };
    await this.#keep(receipt, peerId);
    return { evaluated, proof, receipt };
  }

  /** The asker's counter-signature completes the receipt. @throws SHARING_SIGNATURE, SHARING_UNKNOWN */
  async countersigned(peerId: PeerIdText, receipt: MatchReceipt): Promise<void> {
    const { directory, self } = this.#deps;
    const asker = directory.node(peerId);
    const body = readReceipt(receipt);
    const own = directory.node(self.peerId);
    if (asker === undefined || own === undefined || body.askerPeerId !== peerId || body.answererPeerId !== self.peerId)
      throw sharingRefusal('SHARING_UNKNOWN');
    const holds =
      receiptHolds(receipt.body, asker.identityKey, receipt.askerSignature) &&
      receiptHolds(receipt.body, own.identityKey, receipt.answererSignature);
    if (!holds) throw sharingRefusal('SHARING_SIGNATURE', 'reject');
    await this.#keep(receipt, peerId);
  }

  async #make(epoch: number): Promise<Epoch> {
    const { answeringSet, businessTime, directory, random, self } = this.#deps;
    const pair = createOprfKey(random);
    const level = directory.policy()?.match.labelLevel ?? 0;
    const asOfMs = businessTime.nowMs();
    const entries = new Map<string, { oprfOutput: Uint8Array; label: Uint8Array }>();
    for (const entity of await answeringSet(asOfMs)) {
      const oprfOutput = evaluateDirect(
        pair.secretKey,
        matchToken({ type: entity.tokenType, epoch, value: entity.value }),
      );
      entries.set(toHex(oprfOutput), { oprfOutput, label: encodeLabel(entity, level, self.agencyId, asOfMs) });
    }
    return { epoch, pair, filter: encodeFilter([...entries.values()], random) };
  }

  async #announce({ epoch, filter, pair }: Epoch): Promise<void> {
    const { clock, directory, log, self, statements } = this.#deps;
    const generation =
      Math.max(this.#generation, directory.keyAnnouncement('match', epoch, { peerId: self.peerId })?.generation ?? 0) +
      1;
    const value = {
      purpose: 'match',
      epoch,
      generation,
      peerId: self.peerId,
      keyId: pair.publicKey,
      detail: filterHash(filter),
      issuedAtMs: clock.nowMs(),
    } as const;
    const body: StatementBody = { kind: 'key_announcement', value };
    await statements.submit(signAsNode(self, directory.federationId, body.kind, encodeStatementBody(body)));
    this.#generation = generation;
    log.info({ epoch, filterBytes: filter.length }, 'match key announced');
  }

  #open(peerId: PeerIdText, epoch: number): Epoch {
    const { directory, mode } = this.#deps;
    mode.assertActive();
    const agencyId = directory.node(peerId)?.agencyId ?? '';
    if (directory.isSuspended(peerId) || !this.#allowed(agencyId)) throw sharingRefusal('SHARING_GATEWAY');
    if (this.#current?.epoch !== epoch) throw sharingRefusal('SHARING_EPOCH');
    return this.#current;
  }

  #allowed(agencyId: string): boolean {
    const { directory } = this.#deps;
    return judge({ kind: 'match', agencyId, policy: directory.policy(), memberAgencies: activeAgencies(directory) })
      .allowed;
  }

  /** The agency's day first, then the key's total over all askers. */
  async #debit(peerId: PeerIdText, query: MatchQuery, pair: KeyPair): Promise<void> {
    const { budgets, clock, directory } = this.#deps;
    const limits = directory.policy()?.match;
    const agencyId = directory.node(peerId)?.agencyId ?? '';
    const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
    const elements = query.blinded.length;
    await budgets.debit(
      { family: 'match-day', subject: `${agencyId}/${query.tokenType}`, period: day },
      elements,
      limits?.elementsPerDay ?? 0,
      'SHARING_QUOTA',
    );
    await budgets.debit(
      { family: 'match-key', subject: query.tokenType, period: toHex(pair.publicKey) },
      elements,
      limits?.elementsPerKey ?? 0,
      'SHARING_QUOTA',
    );
  }

  #receiptBody(askerPeerId: PeerIdText, query: MatchQuery, keyId: Uint8Array): Uint8Array {
    const { clock, self } = this.#deps;
    return encodeReceiptBody({
      askerPeerId,
      answererPeerId: self.peerId,
      epoch: query.epoch,
      keyId,
      requestHash: requestHash(query),
      counts: [{ tokenType: query.tokenType, count: query.blinded.length }],
      gateway: query.gateway,
      purpose: query.purpose,
      caseHandle: query.caseHandle,
      answeredAtMs: clock.nowMs(),
    });
  }

  async #keep(receipt: MatchReceipt, peerId: PeerIdText): Promise<void> {
    const { write, audit } = receiptUnit(receipt, this.#deps.clock.nowMs(), `node:${peerId}`, 'answered');
    await this.#deps.ledger.commit({ writes: [write], audit: [audit] });
  }
}

/** Whether an announced filter hash is of these bytes. */
export function isAnnouncedFilter(bytes: Uint8Array, detail: Uint8Array): boolean {
  return equalBytes(filterHash(bytes), detail);
}
