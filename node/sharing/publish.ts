import { headerHash, payloadHash, signHeader } from '../../crypto/envelope.ts';
import { encodeHeader, ENVELOPE_VERSION } from '../../proto/codec/envelope.ts';
import type { AuditEntry } from '../../proto/domain/audit.ts';
import {
  type Audience,
  audienceKey,
  type EnvelopeHeader,
  type EnvelopeKind,
  type SignedEnvelope,
} from '../../proto/domain/envelope.ts';
import type { Marking } from '../../proto/domain/marking.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { type ChainHead, type ChainId, type EnvelopeStore, keepEnvelope, startOf } from './envelope-store.ts';
import { KeyedMutex } from './mutex.ts';
import { outboxRows, type SinkName } from './outbox.ts';
import type { Directory, Self } from './ports.ts';
import { sharingRefusal } from './refusal.ts';

/** An object about to leave: already released, budget already debited. */
export type Draft = {
  readonly kind: EnvelopeKind;
  readonly audience: Audience;
  readonly epoch: number;
  readonly payload: Uint8Array;
  readonly marking: Marking;
  readonly gateway: string;
  readonly purpose: string;
  readonly caseHandle: string;
  readonly lifeMs: number;
  readonly sinks: readonly SinkName[];
};

/** What is written in the same unit as the object. */
export type Together = { readonly writes: readonly LedgerWrite[]; readonly audit: readonly AuditEntry[] };

export type PublisherDeps = {
  readonly ledger: Ledger;
  readonly store: EnvelopeStore;
  readonly directory: Pick<Directory, 'federationId' | 'incarnationHeads'>;
  readonly self: Self;
  readonly incarnation: () => number;
  readonly clock: Clock;
  readonly clockHolds: () => boolean;
  readonly random: RandomBytes;
  /** An object waits for these sinks. */
  readonly onPublished: (sinks: readonly SinkName[]) => void;
};

/**
 * Numbers, chains and signs own objects, one at a time per audience, and puts them in the outbox in the same commit:
 * a published object is durable, in sequence, and leaves at least once.
 */
export class Publisher {
  readonly #deps: PublisherDeps;
  readonly #mutex = new KeyedMutex();

  constructor(deps: PublisherDeps) {
    this.#deps = deps;
  }

  /**
   * @returns the object and its header's hash, by which it is withdrawn
   * @throws SHARING_INCARNATION while the present incarnation is not announced, SHARING_CLOCK while the clock is off
   */
  async publish(
    draft: Draft,
    together: Together = { writes: [], audit: [] },
  ): Promise<{ envelope: SignedEnvelope; headerHash: Uint8Array }> {
    return this.#mutex.run(audienceKey(draft.audience), async () => {
      if (!this.#deps.clockHolds()) throw sharingRefusal('SHARING_CLOCK');
      const { ledger, self } = this.#deps;
      const chain: ChainId = {
        authorPeerId: self.peerId,
        incarnation: this.#deps.incarnation(),
        audience: draft.audience,
      };
      const head = await this.#headOf(chain);
      const { envelope, header } = this.#sign(draft, chain, head.sequence + 1, head.headerHash);
      const hash = headerHash(envelope.header);
      await ledger.commit({
        writes: [...keepEnvelope(envelope, header), ...outboxRows(hash, header, draft.sinks), ...together.writes],
        audit: together.audit,
      });
      this.#deps.onPublished(draft.sinks);
      return { envelope, headerHash: hash };
    });
  }

  async #headOf(chain: ChainId): Promise<ChainHead> {
    const { directory, store } = this.#deps;
    const head = await store.head(chain);
    const start = head.sequence === 0 ? startOf(directory, chain) : head;
    if (start === undefined) throw sharingRefusal('SHARING_INCARNATION');
    return start;
  }

  #sign(
    draft: Draft,
    chain: ChainId,
    sequence: number,
    previousHeaderHash: Uint8Array,
  ): { envelope: SignedEnvelope; header: EnvelopeHeader } {
    const { clock, directory, random, self } = this.#deps;
    const salt = random(32);
    const issuedAtMs = clock.nowMs();
    const header: EnvelopeHeader = {
      version: ENVELOPE_VERSION,
      kind: draft.kind,
      federationId: directory.federationId,
      authorPeerId: self.peerId,
      incarnation: chain.incarnation,
      audience: draft.audience,
      epoch: draft.epoch,
      sequence,
      previousHeaderHash,
      issuedAtMs,
      expiresAtMs: issuedAtMs + draft.lifeMs,
      gateway: draft.gateway,
      purpose: draft.purpose,
      caseHandle: draft.caseHandle,
      marking: draft.marking,
      payloadHash: payloadHash(salt, draft.payload),
      payloadLength: draft.payload.length,
    };
    const headerBytes = encodeHeader(header);
    const signature = signHeader(self.identitySecretKey, headerBytes);
    return {
      envelope: { authorPeerId: self.peerId, header: headerBytes, signature, salt, payload: draft.payload },
      header,
    };
  }
}
