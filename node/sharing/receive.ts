import { equalBytes } from '../../crypto/bytes.ts';
import { headerHash, payloadHash, verifyHeader } from '../../crypto/envelope.ts';
import { countsUnder } from '../../config/policy/cut-off.ts';
import { decodeEnvelope, decodeHeader, type EnvelopeBounds } from '../../proto/codec/envelope.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import {
  audienceKey,
  type EnvelopeHeader,
  type EnvelopeKind,
  type SignedEnvelope,
} from '../../proto/domain/envelope.ts';
import { type ConcordatError, isRefusal, type Verdict } from '../../proto/domain/errors.ts';
import { asId } from '../../proto/domain/ids.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import {
  chainKey,
  chainOf,
  type EnvelopeStore,
  hollowMark,
  isErased,
  keepEnvelope,
  keepEquivocation,
  replaceEnvelope,
  startOf,
  withoutPayload,
} from './envelope-store.ts';
import { KeyedMutex } from './mutex.ts';
import { isForMember, isReadable } from './object-kinds.ts';
import type { Directory, Self } from './ports.ts';
import { finalRefusal, sharingRefusal } from './refusal.ts';

/** An object that has passed every rule but is not kept yet. */
export type Arrival = {
  readonly envelope: SignedEnvelope;
  readonly header: EnvelopeHeader;
  readonly headerHash: Uint8Array;
};

/**
 * What becomes of a well-signed object: `taken` has its effect; `stale` (expired on arrival) and `barred` (policy does
 * not allow it) are kept for the chain's sake without effect, a barred one without its payload, so that one such
 * object does not cut a member off from the author's later ones.
 */
type Judgement = 'taken' | 'stale' | 'barred';

/** What a kind's handler adds to the commit that keeps the object; `after` runs once it is durable. */
export type Reception = {
  readonly writes: readonly LedgerWrite[];
  readonly audit: readonly AuditEntry[];
  readonly after?: () => void;
};

/** A handler's refusal (WIRE_*, SHARING_*) leaves the object without effect. */
export type KindHandler = (arrival: Arrival) => Promise<Reception>;

const NOTHING: Reception = { writes: [], audit: [] };

export type ReceiverDeps = {
  readonly ledger: Ledger;
  readonly store: EnvelopeStore;
  readonly directory: Directory;
  readonly self: Self;
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: EnvelopeBounds & { readonly clockSkewMs: number };
  readonly handlers: Partial<Record<EnvelopeKind, KindHandler>>;
  /** Whether an object's author is known to have taken it back. */
  readonly isWithdrawn: (headerHash: Uint8Array) => Promise<boolean>;
  /** Something came that does not follow what is held of its author: what lies between, or in its place, is wanted. */
  readonly onGap: (header: EnvelopeHeader) => void;
};

/**
 * The one validation of objects from peers, whatever way they came: gossip, range sync, stream, bundle. Order matters:
 * sizes, author, signature over the exact header, header, payload, audience, suspension, clock, policy, sequence.
 * Returns once the object is durable. Every refusal carries the verdict for the network edge.
 */
export class Receiver {
  readonly #deps: ReceiverDeps;
  readonly #mutex = new KeyedMutex();

  constructor(deps: ReceiverDeps) {
    this.#deps = deps;
  }

  /** @throws WIRE_*, SHARING_* (SHARING_DUPLICATE and SHARING_GAP are harmless: verdicts ignore and accept) */
  async receive(bytes: Uint8Array): Promise<Arrival> {
    return this.receiveEnvelope(decodeEnvelope(bytes, this.#deps.bounds));
  }

  /** An object as its author sends it or gossip carries it: complete. @throws as receive does */
  async receiveEnvelope(envelope: SignedEnvelope): Promise<Arrival> {
    const arrival = this.#verify(envelope);
    if (isErased(envelope, arrival.header)) throw sharingRefusal('SHARING_HEADER', 'reject');
    try {
      return await this.#inTurn(arrival);
    } catch (error) {
      if (isRefusal(error, 'SHARING_GAP') || isRefusal(error, 'SHARING_CHAIN')) this.#deps.onGap(arrival.header);
      throw error;
    }
  }

  /** An object of a range that was asked for: its payload may have been erased since. @throws as receive does */
  async receiveRanged(envelope: SignedEnvelope): Promise<Arrival> {
    return this.#inTurn(this.#verify(envelope));
  }

  /** Who and what: everything that needs no state of the chain. */
  #verify(envelope: SignedEnvelope): Arrival {
    const record = this.#deps.directory.node(envelope.authorPeerId);
    if (record === undefined) throw sharingRefusal('SHARING_AUTHOR');
    if (!verifyHeader(record.identityKey, envelope.header, envelope.signature))
      throw sharingRefusal('SHARING_SIGNATURE', 'reject');
    const header = decodeHeader(envelope.header);
    const belongs =
      header.authorPeerId === envelope.authorPeerId &&
      equalBytes(header.federationId, this.#deps.directory.federationId) &&
      header.expiresAtMs >= header.issuedAtMs;
    if (!belongs) throw sharingRefusal('SHARING_HEADER', 'reject');
    if (!isErased(envelope, header) && !payloadFits(envelope, header)) throw sharingRefusal('SHARING_HEADER', 'reject');
    return { envelope, header, headerHash: headerHash(envelope.header) };
  }

  /** One at a time per chain; judged in its turn, so that a suspension which has come meanwhile counts. */
  #inTurn(arrival: Arrival): Promise<Arrival> {
    return this.#mutex.run(chainKey(chainOf(arrival.header)), () => this.#keep(arrival, this.#judge(arrival)));
  }

  /** Whether this recipient takes it: audience, suspension, clock, policy of the hop. */
  #judge({ header, headerHash: hash }: Arrival): Judgement {
    const { bounds, clock, directory, self } = this.#deps;
    if (!isForMember(header, self.peerId)) throw sharingRefusal('SHARING_AUDIENCE', 'reject');
    // An honest relay may not know the suspension yet, so that it is not punished.
    // What is held already is recognised as a duplicate later, so that nothing new passes as held.
    const cutOff = directory.cutOff(header.authorPeerId, header.audience, header.incarnation);
    const position = { incarnation: header.incarnation, sequence: header.sequence, headerHash: hash };
    if (!countsUnder(cutOff, position, false)) throw sharingRefusal('SHARING_SUSPENDED');
    const nowMs = clock.nowMs();
    if (header.issuedAtMs > nowMs + bounds.clockSkewMs) throw sharingRefusal('SHARING_EXPIRED');
    if (header.expiresAtMs < nowMs) return 'stale';
    const from = directory.node(header.authorPeerId)?.agencyId ?? asId('');
    return isReadable(directory, header, from, self.agencyId) ? 'taken' : 'barred';
  }

  /** Sequence and commit. */
  async #keep(arrival: Arrival, judgement: Judgement): Promise<Arrival> {
    const { header } = arrival;
    const { directory, store } = this.#deps;
    const held = await store.head(chainOf(header));
    const head = held.sequence === 0 ? startOf(directory, chainOf(header)) : held;
    if (head === undefined) throw sharingRefusal('SHARING_INCARNATION');
    if (header.sequence <= head.sequence) return this.#repeated(arrival, judgement);
    if (header.sequence > head.sequence + 1)
      throw sharingRefusal('SHARING_GAP', 'accept', { audience: audienceKey(header.audience) });
    // The author has signed two chains; whoever passed this one on may hold the other in good faith.
    if (!equalBytes(header.previousHeaderHash, head.headerHash)) throw sharingRefusal('SHARING_CHAIN');
    return this.#commit(arrival, judgement, (envelope) => keepEnvelope(envelope, header));
  }

  async #commit(
    arrival: Arrival,
    judgement: Judgement,
    place: (envelope: SignedEnvelope) => readonly LedgerWrite[],
  ): Promise<Arrival> {
    const { envelope, header } = arrival;
    const { reception, refusal } = await this.#reception(arrival, judgement);
    const keepsPayload = judgement !== 'barred' && (refusal === undefined || refusal.code === 'WIRE_VERSION');
    const writes = [...place(keepsPayload ? envelope : withoutPayload(envelope)), ...reception.writes];
    if (isErased(envelope, header) && !(await this.#deps.isWithdrawn(arrival.headerHash)))
      writes.push(hollowMark(header, true));
    await this.#deps.ledger.commit({ writes, audit: reception.audit });
    reception.after?.();
    // It has its place in the chain now: sent again it would be a duplicate.
    if (judgement === 'barred') throw finalRefusal(sharingRefusal('SHARING_GATEWAY'));
    if (refusal !== undefined) throw finalRefusal(refusal);
    return arrival;
  }

  /**
   * What the kind does with it. An erased payload means nothing any more. One that its handler refuses stays in the
   * chain without effect; of a newer version its bytes too, since a later program may read them.
   */
  async #reception(
    arrival: Arrival,
    judgement: Judgement,
  ): Promise<{ readonly reception: Reception; readonly refusal?: ConcordatError }> {
    const handler = this.#deps.handlers[arrival.header.kind];
    if (handler === undefined || judgement !== 'taken' || isErased(arrival.envelope, arrival.header))
      return { reception: NOTHING };
    try {
      return { reception: await handler(arrival) };
    } catch (error) {
      if (!isRefusal(error) || !/^(?:WIRE|SHARING)_/.test(error.code)) throw error;
      return { reception: NOTHING, refusal: error };
    }
  }

  /** The same header again is a duplicate; another one under the same id is proof of equivocation. */
  async #repeated(arrival: Arrival, judgement: Judgement): Promise<Arrival> {
    const { envelope, header } = arrival;
    const { store } = this.#deps;
    const kept = await store.get(chainOf(header), header.sequence);
    if (kept === undefined) throw sharingRefusal('SHARING_DUPLICATE');
    if (!equalBytes(kept.header, envelope.header)) throw await this.#equivocation(kept, arrival);
    if (isErased(envelope, header) || !isErased(kept, header) || !(await store.isHollow(header)))
      throw sharingRefusal('SHARING_DUPLICATE');
    return this.#commit(arrival, judgement, (full) => [replaceEnvelope(full, header), hollowMark(header, false)]);
  }

  /**
   * Both headers are kept, once. Who passed the second on may have met it first, so that nobody is blamed; the first
   * time it is passed on, since everybody else needs the proof too.
   */
  async #equivocation(kept: SignedEnvelope, { envelope, header }: Arrival): Promise<ConcordatError> {
    const { clock, ledger, log, store } = this.#deps;
    const known = await store.hasEquivocation(header);
    const verdict: Verdict = known ? 'ignore' : 'accept';
    if (!known) {
      const object = `node:${header.authorPeerId}`;
      const code = 'SHARING_EQUIVOCATION';
      await ledger.commit({
        writes: keepEquivocation(kept, envelope, header),
        audit: [sharingEntry(clock.nowMs(), 'sharing', 'equivocation.found', object, { code })],
      });
      log.error(
        { author: header.authorPeerId, sequence: header.sequence },
        'a member signed two headers for one place',
      );
    }
    return sharingRefusal('SHARING_EQUIVOCATION', verdict);
  }
}

function payloadFits(envelope: SignedEnvelope, header: EnvelopeHeader): boolean {
  return (
    envelope.payload.length === header.payloadLength &&
    equalBytes(payloadHash(envelope.salt, envelope.payload), header.payloadHash)
  );
}
