import { LIMITS } from '../../config/settings/limits.ts';
import type { PeerIdText } from '../../proto/domain/ids.ts';
import type { Clock } from '../../proto/domain/runtime.ts';

export type RosterEntry = {
  readonly peerId: PeerIdText;
  /** Multiaddrs. */
  readonly addresses: readonly string[];
  readonly lastSeenMs: number;
};

type Kept = RosterEntry & { readonly revision: number };

/** A node that was silent for so long counts as returned when it speaks again, and others are told. */
const ABSENT_MS = 3 * LIMITS.heartbeatMs;

/**
 * Where members can be reached, as they said last. In memory alone: after a restart they say it again within one
 * heartbeat, and the mesh goes on by what it knows.
 */
export class Roster {
  readonly #clock: Clock;
  readonly #entries = new Map<PeerIdText, Kept>();
  readonly #waiting = new Set<() => void>();
  #revision = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Notes that a member is there. Others are told only of what matters to them: new addresses, or a return. */
  heartbeat(peerId: PeerIdText, addresses: readonly string[]): void {
    const nowMs = this.#clock.nowMs();
    const before = this.#entries.get(peerId);
    const isNews =
      before === undefined ||
      nowMs - before.lastSeenMs > ABSENT_MS ||
      before.addresses.join('\n') !== addresses.join('\n');
    if (isNews) this.#revision += 1;
    const revision = isNews ? this.#revision : before.revision;
    this.#entries.set(peerId, { peerId, addresses, lastSeenMs: nowMs, revision });
    if (isNews) this.#wake();
  }

  remove(peerId: PeerIdText): void {
    this.#entries.delete(peerId);
  }

  /** Entries that changed after a revision; all of them from 0. */
  since(revision: number): readonly RosterEntry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.revision > revision)
      .map(({ peerId, addresses, lastSeenMs }) => ({ peerId, addresses, lastSeenMs }));
  }

  get(peerId: PeerIdText): RosterEntry | undefined {
    return this.#entries.get(peerId);
  }

  /** Resolves when something has changed after a revision, or when the signal ends the wait. */
  async changed(revision: number, signal: AbortSignal): Promise<void> {
    if (this.#revision > revision || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
