import { equalBytes } from '../../../crypto/bytes.ts';
import { decodeFilter, lookup, type MatchFilter } from '../../../crypto/match/filter.ts';
import { matchToken, type TokenType } from '../../../crypto/match/token.ts';
import { blind, finalizeBatch } from '../../../crypto/oprf/voprf.ts';
import type { KeyAnnouncement } from '../../../proto/domain/control.ts';
import type { PeerIdText } from '../../../proto/domain/ids.ts';
import type { Clock, RandomBytes } from '../../../proto/domain/runtime.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { activeAgencies } from '../flag-key-holder.ts';
import type { Mode } from '../mode.ts';
import type { Directory, Self } from '../ports.ts';
import { sharingRefusal } from '../refusal.ts';
import { judge } from '../release.ts';
import { isAnnouncedFilter } from './answerer.ts';
import { decodeLabel } from './label.ts';
import type { MatchLabel, MatchPeer, MatchQuery, MatchReceipt } from './messages.ts';
import { readReceipt, receiptHolds, receiptUnit, requestHash, signReceipt } from './receipt.ts';

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
  readonly directory: Directory;
  readonly self: Self;
  readonly mode: Mode;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly peer: MatchPeer;
  readonly filterBytes: number;
};

/**
 * The asking side of entity match. The peer's filter is fetched once per key and checked against the hash in the
 * control log; the question goes blinded, the proof is checked against the announced key, and only this node learns
 * whether it was a hit. Both ends keep the co-signed receipt.
 */
export class MatchAsker {
  readonly #deps: AskerDeps;
  readonly #filters = new Map<PeerIdText, { readonly keyId: Uint8Array; readonly filter: MatchFilter }>();

  constructor(deps: AskerDeps) {
    this.#deps = deps;
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
   * @throws SHARING_SHADOW, SHARING_GATEWAY, SHARING_NOT_RELEASED without purpose or case, SHARING_QUOTA as the peer
   *         answers, SHARING_PROOF when its answer does not verify
   */
  async ask(announcement: KeyAnnouncement, question: MatchQuestion): Promise<MatchAnswer> {
    const { directory, mode, random, self } = this.#deps;
    mode.assertActive();
    const answer = judge({
      kind: 'match',
      agencyId: self.agencyId,
      policy: directory.policy(),
      memberAgencies: activeAgencies(directory),
    });
    if (!answer.allowed) throw sharingRefusal(answer.code);
    if (question.purpose === '' || question.caseHandle === '') throw sharingRefusal('SHARING_NOT_RELEASED');
    const filter = await this.#filter(announcement);
    const input = matchToken({ type: question.tokenType, epoch: announcement.epoch, value: question.value });
    const blinding = blind(input, random);
    const query: MatchQuery = {
      epoch: announcement.epoch,
      tokenType: question.tokenType,
      blinded: [blinding.blinded],
      gateway: answer.gateway,
      purpose: question.purpose,
      caseHandle: question.caseHandle,
    };
    const { evaluated, proof, receipt } = await this.#deps.peer.query(announcement.peerId, query);
    const outputs = finalizeBatch({
      inputs: [input],
      blinds: [blinding.blind],
      blinded: query.blinded,
      evaluated,
      proof,
      publicKey: announcement.keyId,
    });
    await this.#countersign(announcement, query, receipt, question.person);
    const label = outputs[0] === undefined ? undefined : lookup(filter, outputs[0]);
    const agencyId = directory.node(announcement.peerId)?.agencyId ?? '';
    return {
      agencyId,
      peerId: announcement.peerId,
      hit: label !== undefined,
      label: label === undefined ? null : decodeLabel(label),
    };
  }

  async #filter({ detail, epoch, keyId, peerId }: KeyAnnouncement): Promise<MatchFilter> {
    const held = this.#filters.get(peerId);
    if (held !== undefined && equalBytes(held.keyId, keyId)) return held.filter;
    const bytes = await this.#download(peerId, epoch, keyId);
    if (!isAnnouncedFilter(bytes, detail)) throw sharingRefusal('SHARING_PROOF', 'reject', { part: 'filter' });
    const filter = decodeFilter(bytes);
    this.#filters.set(peerId, { keyId, filter });
    return filter;
  }

  async #download(peerId: PeerIdText, epoch: number, keyId: Uint8Array): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let received = 0;
    for (;;) {
      const chunk = await this.#deps.peer.filter(peerId, epoch, received);
      const fits =
        equalBytes(chunk.keyId, keyId) &&
        chunk.offset === received &&
        chunk.totalBytes <= this.#deps.filterBytes &&
        chunk.chunk.length > 0;
      if (!fits) throw sharingRefusal('SHARING_PROOF', 'reject', { part: 'filter' });
      chunks.push(chunk.chunk);
      received += chunk.chunk.length;
      if (received >= chunk.totalBytes) return new Uint8Array(Buffer.concat(chunks));
    }
  }

  /** The receipt must say what was asked, no more and no less, before it is signed. */
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
      equalBytes(body.keyId, keyId) &&
      equalBytes(body.requestHash, requestHash(query)) &&
      body.counts.length === 1 &&
      count?.tokenType === query.tokenType &&
      count.count === query.blinded.length &&
      body.purpose === query.purpose &&
      body.caseHandle === query.caseHandle;
    if (!honest) throw sharingRefusal('SHARING_PROOF', 'reject', { part: 'receipt' });
    const signed: MatchReceipt = { ...receipt, askerSignature: signReceipt(receipt.body, self.identitySecretKey) };
    const { audit, write } = receiptUnit(signed, clock.nowMs(), person, 'asked');
    await ledger.commit({ writes: [write], audit: [audit] });
    await this.#deps.peer.receipt(peerId, signed);
  }
}
