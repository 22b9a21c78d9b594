import type { PeerIdText } from '../../proto/domain/ids.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { coordinatorError } from '../errors.ts';

/** One call under way. */
export type Session = { readonly signal: AbortSignal; readonly close: () => void };

type Open = { readonly controller: AbortController; readonly remote: string; readonly isStream: boolean };

/** Longest delay that a timer takes; certificates that run longer are looked at again with the next call. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The calls under way of each member, so that a suspension ends them at once and not with their next message.
 */
export class Sessions {
  readonly #open = new Map<PeerIdText, Set<Open>>();
  readonly #cutConnection: (remote: string) => void;

  /** @param cutConnection ends a connection by its remote address, after what is being written has gone out */
  constructor(cutConnection: (remote: string) => void) {
    this.#cutConnection = cutConnection;
  }

  /**
   * Notes a call of a member.
   * @throws CALL_RATE when the member has as many streams open as it may
   */
  open(peerId: PeerIdText, call: { remote: string; isStream: boolean; leftMs: number }): Session {
    const { remote, isStream, leftMs } = call;
    const calls = this.#open.get(peerId) ?? new Set<Open>();
    if (isStream && [...calls].filter((open) => open.isStream).length >= LIMITS.memberStreams) {
      throw coordinatorError('CALL_RATE');
    }
    const controller = new AbortController();
    const open = { controller, remote, isStream };
    this.#open.set(peerId, calls.add(open));
    const expiry = isStream
      ? setTimeout(() => controller.abort(coordinatorError('CALL_CERTIFICATE')), Math.min(leftMs, LONGEST_TIMER_MS))
      : undefined;
    expiry?.unref();
    const close = (): void => {
      clearTimeout(expiry);
      calls.delete(open);
      if (calls.size === 0 && this.#open.get(peerId) === calls) this.#open.delete(peerId);
    };
    return { signal: controller.signal, close };
  }

  /** Ends every call of a member and the connections that they run on. */
  cut(peerId: PeerIdText): void {
    const remotes = new Set<string>();
    for (const { controller, remote } of this.#open.get(peerId) ?? []) {
      controller.abort(coordinatorError('CALL_SUSPENDED'));
      remotes.add(remote);
    }
    for (const remote of remotes) this.#cutConnection(remote);
  }

  /** Ends all streams, so that the listener can close in order. */
  stop(): void {
    for (const calls of this.#open.values()) {
      for (const { controller, isStream } of calls) {
        if (isStream) controller.abort(coordinatorError('COORDINATOR_STOPPING'));
      }
    }
  }

  /** Streams under way. */
  get streams(): number {
    return [...this.#open.values()].flatMap((calls) => [...calls]).filter(({ isStream }) => isStream).length;
  }
}
