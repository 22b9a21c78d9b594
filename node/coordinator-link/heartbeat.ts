import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../config/settings/limits.ts';
import { safeInteger } from '../../proto/codec/wire.ts';
import type { LinkMetrics } from './metrics.ts';
import type { Session } from './session.ts';
import { callUnary } from './unary.ts';

export type HeartbeatDeps = {
  readonly session: () => Session;
  readonly metrics: LinkMetrics;
  readonly version: string;
  /** Multiaddrs at which this node listens now. */
  readonly addresses: () => readonly string[];
  /** Called with each answer: the coordinator's clock at about this moment. */
  readonly onServerTime: (serverTimeMs: number) => void;
  readonly onState: (answered: boolean) => void;
};

/** Tells the coordinator every LIMITS.heartbeatMs that this node is there and where. Never throws. */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  readonly #stopping = new AbortController();
  #wake = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Beats at once; for new addresses or another certificate. */
  now(): void {
    this.#wake.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.now();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = new AbortController();
      const { signal } = this.#wake;
      const answered = await this.#beat();
      this.#deps.metrics.count({ metric: 'heartbeat', outcome: answered ? 'answered' : 'failed' });
      this.#deps.onState(answered);
      const waitMs = answered ? LIMITS.heartbeatMs : LIMITS.heartbeatMs / 4;
      await sleep(waitMs, undefined, { signal }).catch(() => {}); // woken early
    }
  }

  async #beat(): Promise<boolean> {
    const { addresses, onServerTime, session, version } = this.#deps;
    try {
      const request = { addresses: addresses().slice(0, LIMITS.addressesPerPeer), version };
      const { serverTimeMs } = await session().during(({ registry }) =>
        callUnary(registry.heartbeat.bind(registry), request, { signal: this.#stopping.signal }),
      );
      onServerTime(safeInteger('server_time_ms', serverTimeMs));
      return true;
    } catch {
      return false; // counted and told as a state; the next beat is the retry
    }
  }
}
