import type { EventEmitter } from 'node:events';

export type InboxBounds = { readonly messages: number; readonly bytes: number };

type Incoming = EventEmitter & { pause(): unknown; resume(): unknown };

/**
 * Messages of a stream in, handed on by the handful. Holds so many and so many bytes; beyond that the stream is paused,
 * and HTTP/2 holds the sender back.
 */
export class Inbox<Message> {
  readonly #stream: Incoming;
  readonly #bounds: InboxBounds;
  readonly #sizeOf: (message: Message) => number;
  #messages: Message[] = [];
  #bytes = 0;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(
    stream: Incoming,
    options: {
      readonly bounds: InboxBounds;
      readonly signal: AbortSignal;
      readonly sizeOf: (message: Message) => number;
    },
  ) {
    this.#stream = stream;
    this.#bounds = options.bounds;
    this.#sizeOf = options.sizeOf;
    const finish = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    stream.on('data', (message: Message) => this.#take(message));
    stream.on('end', finish);
    options.signal.addEventListener('abort', finish, { once: true });
    if (options.signal.aborted) finish();
  }

  /** The next messages, at most so many; undefined when the stream is over and all were handed on. */
  async next(count: number): Promise<readonly Message[] | undefined> {
    while (this.#messages.length === 0) {
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const taken = this.#messages.splice(0, count);
    for (const message of taken) this.#bytes -= this.#sizeOf(message);
    if (!this.#isFull()) this.#stream.resume();
    return taken;
  }

  #take(message: Message): void {
    this.#messages.push(message);
    this.#bytes += this.#sizeOf(message);
    if (this.#isFull()) this.#stream.pause();
    this.#wake?.();
  }

  #isFull(): boolean {
    return this.#messages.length >= this.#bounds.messages || this.#bytes >= this.#bounds.bytes;
  }
}
