import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import type { Log, RandomBytes } from '../../proto/domain/runtime.ts';
import { isRefusal } from '../../proto/domain/errors.ts';
import { backoffMs } from '../backoff.ts';
import type { LinkMetrics, LinkStream } from './metrics.ts';
import { refusalOfCall } from './status.ts';

/** A server's stream as grpc-js gives it. */
export type FollowedCall<Message> = AsyncIterable<Message> & {
  cancel(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
};

export type Following<Message> = {
  readonly stream: LinkStream;
  /** Opens the stream from where this node stands. */
  open(): Promise<FollowedCall<Message>>;
  /** Takes one message; the next is read when it has resolved. A throw ends the stream: it is not believed. */
  receive(message: Message): Promise<void>;
  /** Called when the stream has ended; the code says why, where it was not this end that ended it. */
  ended?(code: string | undefined): void;
};

export type FollowerDeps = {
  readonly random: RandomBytes;
  readonly log: Log;
  readonly metrics: LinkMetrics;
  /** Called when a stream has ended that this end wanted to keep. */
  readonly onBroken: () => void;
};

/**
 * Keeps a stream from the coordinator open: opens it, hands on its messages one by one, and opens it again after a
 * wait that grows as long as nothing comes. Never throws; the coordinator's absence is no event here.
 */
export class Follower<Message> {
  readonly #following: Following<Message>;
  readonly #deps: FollowerDeps;
  #stopped = true;
  #call: FollowedCall<Message> | undefined;
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(following: Following<Message>, deps: FollowerDeps) {
    this.#following = following;
    this.#deps = deps;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Ends the stream and opens it anew at once; for another certificate. */
  restart(): void {
    this.#wake.abort();
    this.#call?.cancel();
  }

  /** Resolves when the last message has been handed on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.restart();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      failures = (await this.#follow(signal)) ? 1 : failures + 1;
      if (signal.aborted) failures = 0;
      const bounds = { firstMs: LIMITS.linkRetryFirstMs, mostMs: LIMITS.linkRetryMostMs };
      const waitMs = backoffMs(Math.max(failures, 1), bounds, this.#deps.random);
      // Ends early, by throwing, when the stream is to be opened anew at once.
      if (failures > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }

  /** @returns whether any message was taken */
  async #follow(signal: AbortSignal): Promise<boolean> {
    let taken = false;
    let code: string | undefined;
    try {
      const call = await this.#following.open();
      // What this would tell comes out of the iteration; without a listener it would end the process.
      call.on('error', () => {});
      this.#call = call;
      if (signal.aborted) return taken;
      this.#deps.metrics.count({ metric: 'stream', stream: this.#following.stream, outcome: 'opened' });
      for await (const message of call) {
        if (!(await this.#take(message))) return taken;
        taken = true;
      }
      code = this.#broken('LINK_AWAY');
    } catch (error) {
      if (!signal.aborted) code = this.#broken(refusalOfCall(error).code);
    } finally {
      this.#call?.cancel();
      this.#call = undefined;
      this.#following.ended?.(code);
    }
    return taken;
  }

  async #take(message: Message): Promise<boolean> {
    const { stream } = this.#following;
    try {
      await this.#following.receive(message);
      return true;
    } catch (error) {
      this.#deps.metrics.count({ metric: 'stream', stream, outcome: 'not_believed' });
      const code = isRefusal(error) ? error.code : error instanceof Error ? error.name : typeof error;
      this.#deps.log.error({ stream, code }, 'message of the coordinator not taken; its stream is begun again');
      return false;
    }
  }

  #broken(code: string): string {
    const { stream } = this.#following;
    this.#deps.metrics.count({ metric: 'stream', stream, outcome: 'broken' });
    this.#deps.log.debug({ stream, code }, 'stream of the coordinator ended');
    this.#deps.onBroken();
    return code;
  }
}
