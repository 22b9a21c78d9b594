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
import type { ExchangeKind } from '../../proto/domain/policy.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { sharingEntry } from './audit.ts';
import {
  chainKey,
  type ChainHead,
  chainOf,
  type EnvelopeStore,
  keepEnvelope,
  keepEquivocation,
} from './envelope-store.ts';
import { activeAgencies } from './flag-key-holder.ts';
import { KeyedMutex } from './mutex.ts';
import type { Directory, Self } from './ports.ts';
import { sharingRefusal } from './refusal.ts';
import { judge } from './release.ts';

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

export type KindHandler = (arrival: Arrival) => Promise<Reception>;

/** Audience that each kind travels in, and the exchange that policy must allow. */
const KINDS: Readonly<
  Record<EnvelopeKind, { readonly scope: EnvelopeHeader['audience']['scope']; readonly exchange: ExchangeKind }>
> = {
  summary: { scope: 'federation', exchange: 'summary' },
  flag_batch: { scope: 'coordinator', exchange: 'flag' },
  hint_batch: { scope: 'pair', exchange: 'hint' },
  withdrawal: { scope: 'federation', exchange: 'withdrawal' },
  withdrawal_answer: { scope: 'pair', exchange: 'withdrawal' },
  match_receipt: { scope: 'pair', exchange: 'match' },
};

export type ReceiverDeps = {
  readonly ledger: Ledger;
  readonly store: EnvelopeStore;
  readonly directory: Directory;
  readonly self: Self;
  readonly clock: Clock;
  readonly log: Log;
  readonly bounds: EnvelopeBounds & { readonly clockSkewMs: number };
  readonly handlers: Partial<Record<EnvelopeKind, KindHandler>>;
  /** Asks for the objects between head and the one that arrived out of turn. */
  readonly onGap: (header: EnvelopeHeader, head: ChainHead) => void;
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

  async receiveEnvelope(envelope: SignedEnvelope): Promise<Arrival> {
    const arrival = this.#verify(envelope);
    const judgement = this.#judge(arrival);
    return this.#mutex.run(chainKey(chainOf(arrival.header)), () => this.#keep(arrival, judgement));
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
    const erased = envelope.payload.length === 0 && header.payloadLength > 0;
    if (!erased && !this.#payloadFits(envelope, header)) throw sharingRefusal('SHARING_HEADER', 'reject');
    return { envelope, header, headerHash: headerHash(envelope.header) };
  }

  #payloadFits(envelope: SignedEnvelope, header: EnvelopeHeader): boolean {
    return (
      envelope.payload.length === header.payloadLength &&
      equalBytes(payloadHash(envelope.salt, envelope.payload), header.payloadHash)
    );
  }

  /** Whether this recipient takes it: audience, suspension, clock, policy of the hop. */
  #judge({ header, headerHash: hash }: Arrival): Judgement {
    const { clock, directory, self, bounds } = this.#deps;
    const kind = KINDS[header.kind];
    if (header.audience.scope !== kind.scope) throw sharingRefusal('SHARING_AUDIENCE', 'reject');
    // Pair objects name the recipient; the coordinator's are none of a member's business.
    if (kind.scope === 'pair' && header.audience.id !== self.peerId) throw sharingRefusal('SHARING_AUDIENCE', 'reject');
    if (kind.scope === 'coordinator') throw sharingRefusal('SHARING_AUDIENCE', 'reject');
    // An honest relay may not know the suspension yet, so that it is not punished.
    // What is held already is recognised as a duplicate later, so that nothing new passes as held.
    const cutOff = directory.cutOff(header.authorPeerId, header.audience, header.incarnation);
    const position = { incarnation: header.incarnation, sequence: header.sequence, headerHash: hash };
    if (!countsUnder(cutOff, position, false)) throw sharingRefusal('SHARING_SUSPENDED');
    const nowMs = clock.nowMs();
    if (header.issuedAtMs > nowMs + bounds.clockSkewMs) throw sharingRefusal('SHARING_EXPIRED');
    if (header.expiresAtMs < nowMs) return 'stale';
    const agencyId = directory.node(header.authorPeerId)?.agencyId ?? '';
    const memberAgencies = activeAgencies(directory);
    const answer = judge({ kind: kind.exchange, agencyId, policy: directory.policy(), memberAgencies });
    return answer.allowed ? 'taken' : 'barred';
  }

  /** Sequence and commit; one at a time per chain. */
  async #keep(arrival: Arrival, judgement: Judgement): Promise<Arrival> {
    const { envelope, header } = arrival;
    const { store, ledger } = this.#deps;
    const head = await store.head(chainOf(header));
    if (header.sequence <= head.sequence) return this.#repeated(arrival);
    if (header.sequence > head.sequence + 1) {
      this.#deps.onGap(header, head);
      throw sharingRefusal('SHARING_GAP', 'accept', { audience: audienceKey(header.audience) });
    }
    if (!equalBytes(header.previousHeaderHash, head.headerHash)) throw sharingRefusal('SHARING_CHAIN', 'reject');
    const reception = await this.#reception(arrival, judgement);
    const kept = judgement === 'barred' ? { ...envelope, payload: new Uint8Array(0) } : envelope;
    await ledger.commit({ writes: [...keepEnvelope(kept, header), ...reception.writes], audit: reception.audit });
    reception.after?.();
    if (judgement === 'barred') throw sharingRefusal('SHARING_GATEWAY');
    return arrival;
  }

  /** An erased payload is kept for the chain's sake and means nothing any more. */
  async #reception(arrival: Arrival, judgement: Judgement): Promise<Reception> {
    const handler = this.#deps.handlers[arrival.header.kind];
    const erased = arrival.envelope.payload.length === 0 && arrival.header.payloadLength > 0;
    return handler === undefined || erased || judgement !== 'taken' ? { writes: [], audit: [] } : handler(arrival);
  }

  /** The same header again is a duplicate; another one under the same id is proof of equivocation. */
  async #repeated(arrival: Arrival): Promise<never> {
    const { envelope, header } = arrival;
    const kept = await this.#deps.store.get(chainOf(header), header.sequence);
    if (kept === undefined || equalBytes(kept.header, envelope.header)) throw sharingRefusal('SHARING_DUPLICATE');
    await this.#deps.ledger.commit({
      writes: keepEquivocation(kept, envelope, header),
      audit: [
        sharingEntry(this.#deps.clock.nowMs(), 'sharing', 'equivocation.found', `node:${header.authorPeerId}`, {
          code: 'SHARING_EQUIVOCATION',
        }),
      ],
    });
    this.#deps.log.error(
      { author: header.authorPeerId, sequence: header.sequence },
      'a member signed two headers for one place',
    );
    throw sharingRefusal('SHARING_EQUIVOCATION', 'reject');
  }
}
