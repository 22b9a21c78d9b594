import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { headerHash } from '../../crypto/envelope.ts';
import { decodeHeader } from '../../proto/codec/envelope.ts';
import { type Audience, audienceKey, type SignedEnvelope } from '../../proto/domain/envelope.ts';
import { linkRefusal } from './errors.ts';

/** An envelope of which the coordinator has not said yet whether it has it. */
export type Waiting = {
  readonly hash: string;
  readonly envelope: SignedEnvelope;
  readonly bytes: number;
  /** Audience and incarnation: what acknowledgements are cumulative over. */
  readonly chain: string;
  readonly sequence: number;
  readonly done: PromiseWithResolvers<void>;
};

/** What waits to be acknowledged, in the order of publishing, and which of it the present stream has been given. */
export class PublishQueue {
  /** By header hash. */
  readonly #waiting = new Map<string, Waiting>();
  /** Those of each chain, by rising sequence. */
  readonly #chains = new Map<string, Waiting[]>();
  #unsent = new Set<Waiting>();
  #bytes = 0;

  /** Takes an envelope, or finds it. @throws LINK_FULL, LINK_OVERSIZE, WIRE_* for a header that does not parse */
  put(envelope: SignedEnvelope): Waiting {
    const hash = toHex(headerHash(envelope.header));
    const known = this.#waiting.get(hash);
    if (known !== undefined) return known;
    const bytes = envelope.header.length + envelope.payload.length;
    if (bytes > LIMITS.envelopeHeaderBytes + LIMITS.envelopePayloadBytes) throw linkRefusal('LINK_OVERSIZE');
    const full = this.#waiting.size >= LIMITS.publishWindow || this.#bytes + bytes > LIMITS.publishWindowBytes;
    if (full) throw linkRefusal('LINK_FULL');
    const { audience, incarnation, sequence } = decodeHeader(envelope.header);
    const chain = chainOf(audience, incarnation);
    const waiting = { hash, envelope, bytes, chain, sequence, done: Promise.withResolvers<void>() };
    this.#waiting.set(hash, waiting);
    this.#bytes += bytes;
    this.#unsent.add(waiting);
    const queue = this.#chains.get(chain) ?? [];
    queue.splice(queue.findLastIndex((other) => other.sequence <= sequence) + 1, 0, waiting);
    this.#chains.set(chain, queue);
    return waiting;
  }

  /** The next to be sent on the present stream, from now on counted as sent. */
  takeUnsent(): Waiting | undefined {
    for (const waiting of this.#unsent) {
      this.#unsent.delete(waiting);
      return waiting;
    }
    return undefined;
  }

  /** Begins a new stream: everything that waits is to be sent on it. */
  beginAgain(): void {
    this.#unsent = new Set(this.#waiting.values());
  }

  /** Sent on the present stream and not settled. */
  sent(): readonly Waiting[] {
    return [...this.#waiting.values()].filter((waiting) => !this.#unsent.has(waiting));
  }

  /** Whether anything that was sent on the present stream is not settled. */
  awaitsAnswer(): boolean {
    return this.#waiting.size > this.#unsent.size;
  }

  all(): readonly Waiting[] {
    return [...this.#waiting.values()];
  }

  /** What an acknowledgement covers. One of something that was not sent is a mix-up and covers nothing. */
  covered(audience: Audience, incarnation: number, sequence: number): readonly Waiting[] {
    const queue = this.#chains.get(chainOf(audience, incarnation)) ?? [];
    const end = queue.findIndex((waiting) => waiting.sequence > sequence || this.#unsent.has(waiting));
    return queue.slice(0, end === -1 ? queue.length : end);
  }

  find(hash: string): Waiting | undefined {
    return this.#waiting.get(hash);
  }

  /** Forgets what is settled. */
  delete(waiting: Waiting): void {
    if (!this.#waiting.delete(waiting.hash)) return;
    this.#unsent.delete(waiting);
    this.#bytes -= waiting.bytes;
    const queue = this.#chains.get(waiting.chain) ?? [];
    queue.splice(queue.indexOf(waiting), 1); // mostly the first
    if (queue.length === 0) this.#chains.delete(waiting.chain);
  }
}

function chainOf(audience: Audience, incarnation: number): string {
  return `${audienceKey(audience)} ${incarnation}`;
}
