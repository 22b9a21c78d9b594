import { LIMITS } from '../../../config/settings/limits.ts';
import { equalBytes, toHex } from '../../../crypto/bytes.ts';
import type { KeyPair } from '../../../crypto/keys.ts';
import { filterHash } from '../../../crypto/match/filter.ts';
import { TOKEN_TYPES } from '../../../crypto/match/token.ts';
import { evaluateBatch } from '../../../crypto/oprf/voprf.ts';
import { encodeReceiptBody } from '../../../proto/codec/payload.ts';
import type { SignedStatement } from '../../../proto/domain/control.ts';
import { asId, type PeerIdText } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Budgets } from '../budget.ts';
import type { Mode } from '../mode.ts';
import type { BusinessTime, Directory, Self, StatementSink } from '../ports.ts';
import { sharingRefusal } from '../refusal.ts';
import { releaseOf } from '../release.ts';
import { signAsNode } from '../statements.ts';
import type { AnsweringEntity } from './label.ts';
import { makeMatchKey, type MatchKey } from './match-key.ts';
import type { FilterChunk, MatchEvaluation, MatchQuery, MatchReceipt } from './messages.ts';
import { isCosigned, readReceipt, receiptHolds, receiptUnit, requestHash, signReceipt } from './receipt.ts';

export type AnswererDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly self: Self;
  readonly mode: Mode;
  readonly budgets: Budgets;
  readonly businessTime: BusinessTime;
  readonly clock: Clock;
  readonly clockHolds: () => boolean;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly statements: StatementSink;
  /** The entities that this agency answers for; by default those that policy calls higher-risk. */
  readonly answeringSet: (asOfMs: number) => Promise<readonly AnsweringEntity[]>;
  readonly chunkBytes: number;
};

/**
 * The answering side of entity match: one random key per epoch, in memory alone, its filter hash in the control log,
 * so that every asker sees the same set. Learns from a query who asked how many elements of which type, and no more.
 */
export class MatchAnswerer {
  readonly #deps: AnswererDeps;
  #current: MatchKey | undefined;
  /** Made, and perhaps announced: the log's answer may have been lost. */
  #made: { readonly key: MatchKey; readonly statement: SignedStatement } | undefined;

  constructor(deps: AnswererDeps) {
    this.#deps = deps;
  }

  /** Makes and announces key and filter of the current epoch, once, where mode and policy allow it. */
  async tick(): Promise<void> {
    const { directory, mode, self } = this.#deps;
    const epoch = directory.currentEpoch();
    if (epoch === 0 || this.#current?.epoch === epoch || !mode.active()) return;
    if (!releaseOf(directory, { kind: 'match', from: self.agencyId, to: [] }).allowed) return;
    if (this.#made?.key.epoch !== epoch) await this.#make(epoch);
    await this.#announce();
  }

  /** Forgets the keys, which are in no backup. */
  drop(): void {
    this.#current?.pair.secretKey.fill(0);
    this.#made?.key.pair.secretKey.fill(0);
    this.#current = undefined;
    this.#made = undefined;
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
    const { pair } = this.#open(peerId, query.epoch, query.gateway);
    if (query.purpose === '' || query.caseHandle === '') throw sharingRefusal('SHARING_NOT_RELEASED');
    if (!TOKEN_TYPES.some((type) => type === query.tokenType)) throw sharingRefusal('SHARING_UNKNOWN');
    if (query.blinded.length > LIMITS.matchElementsPerRequest) throw sharingRefusal('SHARING_QUOTA', 'reject');
    await this.#debit(peerId, query, pair);
    const { evaluated, proof } = evaluateBatch(pair.secretKey, query.blinded, this.#deps.random);
    const body = this.#receiptBody(peerId, query, pair.publicKey);
    const answererSignature = signReceipt(body, this.#deps.self.identitySecretKey);
    const receipt: MatchReceipt = { body, answererSignature, askerSignature: new Uint8Array(0) };
    await this.#keep(receipt, peerId);
    return { evaluated, proof, receipt };
  }

  /** The asker's counter-signature completes the receipt; once. @throws SHARING_SIGNATURE, SHARING_UNKNOWN, WIRE_* */
  async countersigned(peerId: PeerIdText, receipt: MatchReceipt): Promise<void> {
    const { directory, ledger, self, viewer } = this.#deps;
    const asker = directory.node(peerId);
    const body = readReceipt(receipt);
    const own = directory.node(self.peerId);
    if (asker === undefined || own === undefined || body.askerPeerId !== peerId || body.answererPeerId !== self.peerId)
      throw sharingRefusal('SHARING_UNKNOWN');
    const holds =
      receiptHolds(receipt.body, asker.identityKey, receipt.askerSignature) &&
      receiptHolds(receipt.body, own.identityKey, receipt.answererSignature);
    if (!holds) throw sharingRefusal('SHARING_SIGNATURE', 'reject');
    if (!(await isCosigned(ledger, viewer, receipt, 'answered'))) await this.#keep(receipt, peerId);
  }

  async #make(epoch: number): Promise<void> {
    const { answeringSet, businessTime, clock, directory, log, random, self } = this.#deps;
    const asOfMs = businessTime.nowMs();
    const terms = { level: directory.policy()?.match.labelLevel ?? 0, contact: self.agencyId, asOfMs };
    const { key, left } = await makeMatchKey(await answeringSet(asOfMs), epoch, terms, random);
    if (left > 0) log.warn({ left }, 'entities without a canonical spelling are left out of the filter');
    const { peerId } = self;
    const generation = (directory.keyAnnouncement('match', epoch, { peerId })?.generation ?? 0) + 1;
    const [keyId, detail] = [key.pair.publicKey, filterHash(key.filter)];
    const value = { purpose: 'match', epoch, generation, peerId, keyId, detail, issuedAtMs: clock.nowMs() } as const;
    this.#made = { key, statement: signAsNode(self, directory.federationId, { kind: 'key_announcement', value }) };
  }

  /** The same statement until the log has it: nobody asks under a key that it does not name. */
  async #announce(): Promise<void> {
    const { directory, log, self, statements } = this.#deps;
    const made = this.#made;
    if (made === undefined || made.key.epoch !== directory.currentEpoch()) return;
    const { epoch, filter, pair } = made.key;
    const announced = directory.keyAnnouncement('match', epoch, { peerId: self.peerId });
    if (announced === undefined || !equalBytes(announced.keyId, pair.publicKey)) {
      await statements.submit(made.statement);
    }
    this.#current?.pair.secretKey.fill(0);
    this.#current = made.key;
    this.#made = undefined;
    log.info({ epoch, filterBytes: filter.length }, 'match key announced');
  }

  /** @throws SHARING_SHADOW, SHARING_CLOCK, SHARING_GATEWAY, SHARING_EPOCH */
  #open(peerId: PeerIdText, epoch: number, gateway?: string): MatchKey {
    const { clockHolds, directory, mode, self } = this.#deps;
    mode.assertActive();
    // Receipts are dated, and a day's quota is a day of this clock.
    if (!clockHolds()) throw sharingRefusal('SHARING_CLOCK');
    const from = directory.node(peerId)?.agencyId ?? asId('');
    const question = { kind: 'match', from, to: [self.agencyId], ...(gateway !== undefined && { gateway }) } as const;
    if (directory.isSuspended(peerId) || !releaseOf(directory, question).allowed)
      throw sharingRefusal('SHARING_GATEWAY');
    if (this.#current?.epoch !== epoch) throw sharingRefusal('SHARING_EPOCH');
    return this.#current;
  }

  /** The agency's day and the key's total over all askers, or neither. */
  async #debit(peerId: PeerIdText, query: MatchQuery, pair: KeyPair): Promise<void> {
    const { budgets, clock, directory } = this.#deps;
    const limits = directory.policy()?.match;
    const agencyId = directory.node(peerId)?.agencyId ?? '';
    const day = new Date(clock.nowMs()).toISOString().slice(0, 10);
    const amount = query.blinded.length;
    const ofDay = { family: 'match-day', subject: `${agencyId}/${query.tokenType}`, period: day };
    const ofKey = { family: 'match-key', subject: query.tokenType, period: toHex(pair.publicKey) };
    const debits = [
      { key: ofDay, amount, limit: limits?.elementsPerDay ?? 0 },
      { key: ofKey, amount, limit: limits?.elementsPerKey ?? 0 },
    ];
    await budgets.debitAll(debits, 'SHARING_QUOTA');
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
