import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { ExchangeKind, Policy } from '../../proto/domain/policy.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { takeCandidates } from './flag-candidates.ts';
import { activeAgencies } from './flag-key-holder.ts';
import type { Flags } from './flags.ts';
import type { Hints } from './hints.ts';
import { MEMBERS } from './markings.ts';
import type { Mode } from './mode.ts';
import { KeyedMutex } from './mutex.ts';
import type { BusinessTime, Directory, Self } from './ports.ts';
import { judge, type ReleaseAnswer } from './release.ts';
import type { Summaries } from './summaries.ts';

/** What one kind did when the window closed. */
export type WindowStep = {
  readonly kind: ExchangeKind;
  readonly outcome: 'sent' | 'refused';
  readonly code: string | null;
  readonly count: number;
};

export type WindowReport = { readonly epoch: number; readonly steps: readonly WindowStep[] };

export type WindowsDeps = {
  readonly ledger: Ledger;
  readonly viewer: Viewer;
  readonly directory: Directory;
  readonly self: Self;
  readonly mode: Mode;
  readonly clock: Clock;
  readonly businessTime: BusinessTime;
  readonly log: Log;
  readonly summaries: Summaries;
  readonly hints: Hints;
  readonly flags: Flags;
  /** How long flags of a closed window wait for the erasure of their key before the epoch is skipped. */
  readonly collectMs: number;
};

type Closed = { readonly epoch: number; readonly atMs: number; readonly businessMs: number };

/**
 * Closes windows: one an epoch, at the end of its nominal length or when the operator of a replay says so. Closing
 * publishes the summary, pushes hints and tags flags, each where policy and mode allow it; the flags leave when the
 * erasure of their key is logged. An epoch is over once its window has closed and its flags are sent or skipped.
 */
export class Windows {
  readonly #deps: WindowsDeps;
  readonly #mutex = new KeyedMutex();
  #closed: Closed;
  /** When each epoch was first seen here, for its nominal length. */
  #begun: { readonly epoch: number; readonly atMs: number } | undefined;
  #flagsSettled = 0;

  private constructor(deps: WindowsDeps, closed: Closed) {
    this.#deps = deps;
    this.#closed = closed;
    this.#flagsSettled = Math.max(0, closed.epoch - 1);
  }

  static async open(deps: WindowsDeps): Promise<Windows> {
    const record = await deps.ledger.get('cursor', 'window', deps.viewer);
    const closed =
      record === undefined
        ? { epoch: 0, atMs: 0, businessMs: 0 }
        : (JSON.parse(Buffer.from(record.value).toString()) as Closed);
    return new Windows(deps, closed);
  }

  closedEpoch(): number {
    return this.#closed.epoch;
  }

  /** Whether this node needs no more of an epoch. */
  isOver(epoch: number): boolean {
    return this.#closed.epoch >= epoch && this.#flagsSettled >= epoch;
  }

  /** Closes the window when its epoch has lasted its nominal length, and settles flags that wait. */
  async tick(): Promise<void> {
    const { clock, directory } = this.#deps;
    const epoch = directory.currentEpoch();
    const policy = directory.policy();
    if (epoch === 0 || policy === undefined) return;
    if (this.#begun?.epoch !== epoch) this.#begun = { epoch, atMs: clock.nowMs() };
    if (this.#closed.epoch < epoch && clock.nowMs() - this.#begun.atMs >= policy.epochLengthMs) await this.close(epoch);
    await this.#settleFlags(policy);
  }

  /**
   * Closes the window of an epoch once; a second call answers with no steps. In shadow mode the window closes and
   * nothing leaves.
   */
  async close(epoch: number): Promise<WindowReport> {
    return this.#mutex.run('close', async () => {
      const policy = this.#deps.directory.policy();
      if (policy === undefined || epoch <= this.#closed.epoch) return { epoch, steps: [] };
      const window = { startMs: this.#closed.businessMs, endMs: this.#deps.businessTime.nowMs() };
      const steps = [
        await this.#step('summary', async (gateway) => {
          await this.#deps.summaries.publish(window, epoch, policy, gateway);
          return 1;
        }),
        await this.#step('hint', async (gateway) => (await this.#deps.hints.push(epoch, policy, gateway)).hints),
        await this.#step('flag', async () => {
          await takeCandidates(this.#deps.ledger, this.#deps.viewer, this.#deps.flags);
          return this.#deps.flags.tag(epoch, policy);
        }),
      ];
      await this.#remember({ epoch, atMs: this.#deps.clock.nowMs(), businessMs: window.endMs });
      return { epoch, steps };
    });
  }

  async #step(kind: ExchangeKind, work: (gateway: string) => Promise<number>): Promise<WindowStep> {
    try {
      this.#deps.mode.assertActive();
      const answer = this.#judge(kind);
      if (!answer.allowed) return { kind, outcome: 'refused', code: answer.code, count: 0 };
      return { kind, outcome: 'sent', code: null, count: await work(answer.gateway) };
    } catch (error) {
      // One kind that cannot leave now does not hold back the others; faults are logged, refusals are their code.
      const code = isRefusal(error) ? error.code : 'FAULT';
      this.#deps.log.warn(
        { kind, code, detail: isRefusal(error) ? undefined : String(error) },
        'nothing of this kind left with the window',
      );
      return { kind, outcome: 'refused', code, count: 0 };
    }
  }

  #judge(kind: ExchangeKind): ReleaseAnswer {
    const { directory, self } = this.#deps;
    return judge({
      kind,
      agencyId: self.agencyId,
      policy: directory.policy(),
      memberAgencies: activeAgencies(directory),
    });
  }

  async #remember(closed: Closed): Promise<void> {
    const value = Buffer.from(JSON.stringify(closed));
    await this.#deps.ledger.commit({
      writes: [{ space: 'cursor', key: 'window', value, marking: MEMBERS }],
      audit: [],
    });
    this.#closed = closed;
  }

  /** Sends the closed epoch's flags when their key is erased; gives the epoch up when it never will be. */
  async #settleFlags(policy: Policy): Promise<void> {
    const { epoch, atMs } = this.#closed;
    if (this.#flagsSettled >= epoch) return;
    const { clock, collectMs, directory, flags, mode } = this.#deps;
    const answer = this.#judge('flag');
    if (!mode.active() || !answer.allowed) {
      this.#flagsSettled = epoch;
      return;
    }
    if (directory.erasure('flag', epoch, { logged: true }) !== undefined) {
      await flags.send(epoch, policy, answer.gateway);
      this.#flagsSettled = epoch;
    } else if (clock.nowMs() - atMs >= 2 * collectMs || epoch < directory.currentEpoch()) {
      await flags.skip(epoch);
      this.#flagsSettled = epoch;
    }
  }
}
