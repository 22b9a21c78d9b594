import { equalBytes } from '../../../crypto/bytes.ts';
import { lookup } from '../../../crypto/match/filter.ts';
import { matchToken, type TokenType } from '../../../crypto/match/token.ts';
import { blind, finalizeBatch } from '../../../crypto/oprf/voprf.ts';
import type { KeyAnnouncement } from '../../../proto/domain/control.ts';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { asId, type PeerIdText } from '../../../proto/domain/ids.ts';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../../proto/domain/runtime.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Mode } from '../mode.ts';
import type { Directory, Self } from '../ports.ts';
import { sharingRefusal } from '../refusal.ts';
import { releaseOf } from '../release.ts';
import { type FilterBounds, MatchFilters } from './filters.ts';
import { decodeLabel } from './label.ts';
import type { MatchLabel, MatchPeer, MatchQuery, MatchReceipt } from './messages.ts';
import { owedReceipts, readReceipt, receiptHolds, receiptUnit, requestHash, signReceipt } from './receipt.ts';

export type MatchQuestion = {
  readonly tokenType: TokenType;
  readonly value: string;
  readonly purpose: string;
  readonly caseHandle: string;
  readonly person: string;
};

/** What one peer agency answered. */
export type MatchAnswer = {
  readonly agencyId: string;
  readonly peerId: PeerIdText;
  readonly hit: boolean;
  readonly label: MatchLabel | null;
};

export type AskerDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly self: Self;
  readonly mode: Mode;
  readonly clock: Clock;
  readonly clockHolds: () => boolean;
  readonly random: RandomBytes;
  readonly log: Log;
  readonly peer: MatchPeer;
  readonly online: () => readonly PeerIdText[];
  readonly bounds: FilterBounds;
};

/**
 * The asking side of entity match. The peer's filter is fetched once per key and checked against the hash in the
 * control log; the question goes blinded, the proof is checked against the announced key, and only this node learns
 * whether it was a hit. Both ends keep the co-signed receipt.
 */
export class MatchAsker {
  readonly #deps: AskerDeps;
  readonly #filters: MatchFilters;

  constructor(deps: AskerDeps) {
    this.#deps = deps;
    this.#filters = new MatchFilters(deps.peer, deps.bounds);
  }

  /** Peers that have announced a match key in this epoch. */
  answerers(): readonly KeyAnnouncement[] {
    const { directory, self } = this.#deps;
    const epoch = directory.currentEpoch();
    const peers = directory.nodes().filter(({ peerId }) => peerId !== self.peerId && !directory.isSuspended(peerId));
    return peers.flatMap(({ peerId }) => directory.keyAnnouncement('match', epoch, { peerId }) ?? []);
  }

  /**
   * Asks one peer about one entity.
   * @throws SHARING_SHADOW, SHARING_CLOCK, SHARING_GATEWAY, SHARING_NOT_RELEASED without purpose or case, MATCH_TOKEN for a value
   *         without canonical spelling, SHARING_QUOTA as the peer answers, SHARING_PROOF and CRYPTO_OPRF_PROOF when its
   *         answer does not verify
   */
  async ask(announcement: KeyAnnouncement, question: MatchQuestion): Promise<MatchAnswer> {
    const { clockHolds, directory, mode, peer, random, self } = this.#deps;
    const { epoch, keyId, peerId } = announcement;
    mode.assertActive();
    if (!clockHolds()) throw sharingRefusal('SHARING_CLOCK');
    const agencyId = directory.node(peerId)?.agencyId ?? asId('');
    const answer = releaseOf(directory, { kind: 'match', from: self.agencyId, to: [agencyId] });
    if (!answer.allowed) throw sharingRefusal(answer.code);
    const { caseHandle, purpose, tokenType } = question;
    if (purpose === '' || caseHandle === '') throw sharingRefusal('SHARING_NOT_RELEASED');
    const input = matchToken({ type: tokenType, epoch, value: question.value });
    const filter = await this.#filters.of(announcement);
    const { blind: factor, blinded } = blind(input, random);
    const query: MatchQuery = { epoch, tokenType, blinded: [blinded], gateway: answer.gateway, purpose, caseHandle };
    const { evaluated, proof, receipt } = await peer.query(peerId, query);
    const batch = { inputs: [input], blinds: [factor], blinded: query.blinded, evaluated, proof, publicKey: keyId };
    const [output] = finalizeBatch(batch);
    await this.#countersign(announcement, query, receipt, question.person);
    const label = output === undefined ? undefined : lookup(filter, output);
    return { agencyId, peerId, hit: label !== undefined, label: label === undefined ? null : decodeLabel(label) };
  }

  /** Hands over receipts that the answerer has not got yet. */
  async tick(): Promise<void> {
    const { ledger, log, mode, online, peer, viewer } = this.#deps;
    if (!mode.active()) return;
    for (const peerId of online()) {
      for (const { receipt, settled } of await owedReceipts(ledger, viewer, peerId)) {
        try {
          await peer.receipt(peerId, receipt);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          log.debug({ peer: peerId, code: error.code }, 'receipt not handed over');
          if (!/^(?:SHARING|WIRE)_/.test(error.code)) break;
        }
        await ledger.commit({ writes: [settled], audit: [] });
      }
    }
  }

  /** The receipt must say what was asked, no more and no less, before it is signed. Kept, and owed to the answerer. */
  async #countersign(
    { keyId, peerId }: KeyAnnouncement,
    query: MatchQuery,
    receipt: MatchReceipt,
    person: string,
  ): Promise<void> {
    const { clock, directory, ledger, self } = this.#deps;
    const answerer = directory.node(peerId);
    const body = readReceipt(receipt);
    const [count] = body.counts;
    const honest =
      answerer !== undefined &&
      receiptHolds(receipt.body, answerer.identityKey, receipt.answererSignature) &&
      body.askerPeerId === self.peerId &&
      body.answererPeerId === peerId &&
      body.epoch === query.epoch &&
      equalBytes(body.keyId, keyId) &&
      equalBytes(body.requestHash, requestHash(query)) &&
      body.counts.length === 1 &&
      count?.tokenType === query.tokenType &&
      count.count === query.blinded.length &&
      body.gateway === query.gateway &&
      body.purpose === query.purpose &&
      body.caseHandle === query.caseHandle;
    if (!honest) throw sharingRefusal('SHARING_PROOF', 'reject', { part: 'receipt' });
    const signed: MatchReceipt = { ...receipt, askerSignature: signReceipt(receipt.body, self.identitySecretKey) };
    const { audit, owed, write } = receiptUnit(signed, clock.nowMs(), person, 'asked', peerId);
    await ledger.commit({ writes: [write, ...owed], audit: [audit] });
    await this.tick();
  }
}
