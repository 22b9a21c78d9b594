import type { Multiaddr } from '@multiformats/multiaddr';
import { LIMITS } from '../../config/settings/limits.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';
import { backoffMs } from '../backoff.ts';
import { dialable } from './addresses.ts';
import type { MemberDirectory } from './member-directory.ts';
import type { MeshMetrics } from './metrics.ts';

export type DialerDeps = {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly directory: MemberDirectory;
  readonly metrics: MeshMetrics;
  readonly isGreeted: (peerId: PeerIdText) => boolean;
  readonly isBanned: (peerId: PeerIdText) => boolean;
  /** Dials and greets; false when either fails. Never throws. */
  readonly connect: (addresses: readonly Multiaddr[], signal: AbortSignal) => Promise<boolean>;
  readonly lookUp: (peerId: PeerIdText, signal: AbortSignal) => Promise<Multiaddr[]>;
};

type Target = { failures: number; dueAtMs: number; busy: boolean; addresses: readonly string[] };

/** How often due dials are looked for; also the time in which a change of the roster is noticed at the latest. */
const ROUND_MS = 250;
/** Of two members that both could dial, the one with the higher id lets the other try first. */
const SECOND_MS = 750;

/**
 * Keeps this node connected to every member: dials who is not connected, by the roster's addresses, then by what other
 * members know; waits longer after each failure; starts again when a connection is lost.
 */
export class Dialer {
  readonly #ownPeerId: PeerIdText;
  readonly #deps: DialerDeps;
  readonly #targets = new Map<PeerIdText, Target>();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(ownPeerId: PeerIdText, deps: DialerDeps) {
    this.#ownPeerId = ownPeerId;
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => this.#round(), ROUND_MS);
    this.#timer.unref();
    this.#round();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stopping.abort();
  }

  /** Starts the dials that are due. */
  #round(): void {
    const nowMs = this.#deps.clock.nowMs();
    const members = this.#deps.directory.members().filter(({ peerId }) => peerId !== this.#ownPeerId);
    const wanted = new Set(members.map(({ peerId }) => peerId));
    for (const peerId of this.#targets.keys()) if (!wanted.has(peerId)) this.#targets.delete(peerId);
    let busy = [...this.#targets.values()].filter((target) => target.busy).length;
    for (const { peerId, addresses } of members) {
      const target = this.#targetOf(peerId, addresses, nowMs);
      if (this.#deps.isGreeted(peerId)) {
        target.failures = 0;
        target.dueAtMs = nowMs + this.#turnMs(peerId);
      } else if (!target.busy && isDue(target, nowMs) && busy < LIMITS.dialsAtOnce && !this.#deps.isBanned(peerId)) {
        busy += 1;
        void this.#dial(peerId, target);
      }
    }
  }

  /** What is known of a member; new addresses are tried at once, whatever the old ones came to. */
  #targetOf(peerId: PeerIdText, addresses: readonly string[], nowMs: number): Target {
    const target = this.#targets.get(peerId) ?? { failures: 0, dueAtMs: 0, busy: false, addresses: [] };
    if (!this.#targets.has(peerId) || target.addresses.join() !== addresses.join()) {
      target.addresses = addresses;
      target.failures = 0;
      target.dueAtMs = nowMs + this.#turnMs(peerId);
    }
    this.#targets.set(peerId, target);
    return target;
  }

  /** Both ends dialling at once would leave two connections for each pair. */
  #turnMs(peerId: PeerIdText): number {
    return this.#ownPeerId < peerId ? 0 : SECOND_MS;
  }

  async #dial(peerId: PeerIdText, target: Target): Promise<void> {
    target.busy = true;
    const greeted = await this.#attempt(peerId, dialable(target.addresses, peerId));
    target.busy = false;
    target.failures = greeted ? 0 : target.failures + 1;
    const bounds = { firstMs: LIMITS.dialRetryFirstMs, mostMs: LIMITS.dialRetryMostMs };
    const waitMs = greeted ? this.#turnMs(peerId) : backoffMs(target.failures, bounds, this.#deps.random);
    target.dueAtMs = this.#deps.clock.nowMs() + waitMs;
    this.#deps.metrics.count({ metric: 'dial', outcome: greeted ? 'greeted' : 'failed' });
  }

  async #attempt(peerId: PeerIdText, known: readonly Multiaddr[]): Promise<boolean> {
    const { signal } = this.#stopping;
    if (known.length > 0 && (await this.#deps.connect(known, signal))) return true;
    if (signal.aborted || this.#deps.isGreeted(peerId)) return this.#deps.isGreeted(peerId);
    const tried = new Set(known.map(String));
    const found = (await this.#deps.lookUp(peerId, signal)).filter((address) => !tried.has(address.toString()));
    if (found.length === 0) return false;
    this.#deps.metrics.count({ metric: 'dial', outcome: 'looked_up' });
    return this.#deps.connect(found, signal);
  }
}

/** A clock that was set back must not stop dialling for as long as it was set back. */
function isDue(target: Target, nowMs: number): boolean {
  return nowMs >= target.dueAtMs || target.dueAtMs - nowMs > LIMITS.dialRetryMostMs;
}
