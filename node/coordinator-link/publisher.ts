import type { ClientDuplexStream } from '@grpc/grpc-js';
import { LIMITS } from '../../config/settings/limits.ts';
import { toHex } from '../../crypto/bytes.ts';
import { decodeAudience, toWireEnvelope } from '../../proto/codec/envelope.ts';
import { exactBytes, safeInteger } from '../../proto/codec/wire.ts';
import type { SignedEnvelope } from '../../proto/domain/envelope.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Acknowledgement, PublishRequest, PublishResponse } from '../../proto/gen/concordat/v1/exchange.ts';
import { linkRefusal } from './errors.ts';
import { type FollowedCall, Follower, type FollowerDeps } from './follower.ts';
import { PublishQueue, type Waiting } from './publish-queue.ts';
import { finalRefusal } from './status.ts';

type PublishCall = ClientDuplexStream<PublishRequest, PublishResponse>;

/** The code with which the coordinator ends a stream on which an object came out of turn; sending again cannot help. */
const OUT_OF_TURN = 'INGEST_GAP';

/**
 * Sends envelopes over one stream and keeps each until the coordinator has acknowledged it as durable or has refused
 * it. What is not acknowledged when a stream ends is sent again on the next, in the order of publishing; the
 * coordinator takes the same object twice as once.
 */
export class Publisher {
  readonly #open: () => PublishCall;
  readonly #deps: FollowerDeps;
  readonly #follower: Follower<PublishResponse>;
  readonly #queue = new PublishQueue();
  #call: PublishCall | undefined;
  #stall: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(open: () => PublishCall, deps: FollowerDeps) {
    this.#open = open;
    this.#deps = deps;
    this.#follower = new Follower(
      {
        stream: 'publish',
        open: async () => this.#begin(),
        receive: async (response) => this.#receive(response),
        ended: (code) => this.#end(code),
      },
      deps,
    );
  }

  start(): void {
    this.#follower.start();
  }

  restart(): void {
    this.#follower.restart();
  }

  /** What was not acknowledged fails with LINK_STOPPED. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#follower.stop();
    for (const waiting of this.#queue.all()) this.#fail(waiting, linkRefusal('LINK_STOPPED'));
  }

  /**
   * Resolves when the coordinator has the object durably; also while it is away, once it is back. The same object
   * published twice at once is sent once.
   * @throws the coordinator's code with verdict reject: the same object is never taken; INGEST_GAP: the coordinator
   *         lacks an object before this one, so the caller asks for its heads and publishes from there; LINK_FULL,
   *         LINK_OVERSIZE, LINK_STOPPED; WIRE_* for a header that does not parse
   */
  async publish(envelope: SignedEnvelope): Promise<void> {
    if (this.#stopped) throw linkRefusal('LINK_STOPPED');
    const waiting = this.#queue.put(envelope);
    this.#pump();
    await waiting.done.promise;
  }

  #begin(): FollowedCall<PublishResponse> {
    const call = this.#open();
    call.on('drain', () => this.#pump());
    this.#call = call;
    this.#queue.beginAgain();
    this.#pump();
    return call;
  }

  /** Writes as long as the stream takes more; what it does not take waits here, not in the stream's own buffer. */
  #pump(): void {
    while (this.#call?.writable === true && !this.#call.writableNeedDrain) {
      const waiting = this.#queue.takeUnsent();
      if (waiting === undefined) return;
      this.#call.write({ envelope: toWireEnvelope(waiting.envelope) });
      this.#watch();
    }
  }

  /** A coordinator that takes objects and acknowledges nothing for long is treated as gone. */
  #watch(): void {
    this.#stall ??= setTimeout(() => {
      this.#deps.metrics.count({ metric: 'publish', outcome: 'stalled' });
      this.#call?.cancel();
    }, LIMITS.publishStallMs);
  }

  #unwatch(): void {
    clearTimeout(this.#stall);
    this.#stall = undefined;
  }

  #receive({ answer }: PublishResponse): void {
    this.#unwatch();
    switch (answer?.$case) {
      case 'acknowledged':
        this.#acknowledge(answer.value);
        break;
      case 'refused':
        this.#refuse(toHex(exactBytes('header_hash', answer.value.headerHash, 32)), answer.value.code);
        break;
      case undefined:
        throw linkRefusal('LINK_ANSWER');
    }
    if (this.#queue.awaitsAnswer()) this.#watch();
  }

  #acknowledge({ audience, incarnation, sequence }: Acknowledgement): void {
    const covered = this.#queue.covered(decodeAudience(audience), incarnation, safeInteger('sequence', sequence));
    for (const waiting of covered) {
      this.#deps.metrics.count({ metric: 'publish', outcome: 'acknowledged' });
      this.#queue.delete(waiting);
      waiting.done.resolve();
    }
  }

  #refuse(hash: string, code: string): void {
    const waiting = this.#queue.find(hash);
    if (waiting === undefined) return;
    this.#deps.metrics.count({ metric: 'publish', outcome: 'refused' });
    this.#fail(waiting, finalRefusal(code));
  }

  #end(code: string | undefined): void {
    this.#unwatch();
    this.#call = undefined;
    for (const waiting of this.#queue.sent()) {
      if (code === OUT_OF_TURN) {
        this.#fail(waiting, new ConcordatError(code, 'the coordinator lacks what comes before'));
      } else {
        this.#deps.metrics.count({ metric: 'publish', outcome: 'sent_again' });
      }
    }
  }

  #fail(waiting: Waiting, error: ConcordatError): void {
    this.#queue.delete(waiting);
    waiting.done.reject(error);
  }
}
