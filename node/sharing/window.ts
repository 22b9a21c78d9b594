import { isRefusal } from '../../proto/domain/errors.ts';
import type { Viewer } from '../../proto/domain/marking.ts';
import type { ExchangeKind, Policy } from '../../proto/domain/policy.ts';
import type { Clock, Log } from '../../proto/domain/runtime.ts';
import type { Ledger, LedgerWrite } from '../ledger/ledger.ts';
import { takeCandidates } from './flag-candidates.ts';
import type { FlagRounds } from './flag-rounds.ts';
import type { Flags } from './flags.ts';
import type { Hints } from './hints.ts';
import { MEMBERS } from './markings.ts';
import type { Mode } from './mode.ts';
import { KeyedMutex } from './mutex.ts';
import type { BusinessTime, Directory, Self } from './ports.ts';
import { sharingRefusal } from './refusal.ts';
import type { SecondRounds } from './second-round.ts';
import { otherAgencies, releaseOf, type ReleaseAnswer } from './release.ts';
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
  readonly clockHolds: () => boolean;
  readonly businessTime: BusinessTime;
  readonly log: Log;
  readonly summaries: Summaries;
  readonly hints: Hints;
  readonly secondRounds: SecondRounds;
  readonly flags: Flags;
  readonly flagRounds: FlagRounds;
};

type Closed = { readonly epoch: number; readonly businessMs: number };

const WINDOW = 'window';
const SUMMARY = 'window-summary';

/**
 * Closes windows: one an epoch, at the end of its nominal length or when the operator of a replay says so. Closing
 * publishes the summary, pushes hints and tags flags, each where policy and mode allow it; the flags leave when the
 * erasure of their key is logged. An epoch is over once its window has closed, its flags are sent or skipped, and so is
 * its second round of hints where there is one.
 */
export class Windows {
  readonly #deps: WindowsDeps;
  readonly #mutex = new KeyedMutex();
  #closed: Closed;
  /** When the epoch was first seen here, for its nominal length. */
  #begun: { readonly epoch: number; readonly atMs: number } | undefined;

  private constructor(deps: WindowsDeps, closed: Closed) {
    this.#deps = deps;
    this.#closed = closed;
  }

  static async open(deps: WindowsDeps): Promise<Windows> {
    const record = await deps.ledger.get('cursor', WINDOW, deps.viewer);
    const closed =
      record === undefined ? { epoch: 0, businessMs: 0 } : (JSON.parse(Buffer.from(record.value).toString()) as Closed);
    return new Windows(deps, closed);
  }

  closedEpoch(): number {
    return this.#closed.epoch;
  }

  /** Whether this node needs no more of an epoch. */
  isOver(epoch: number): boolean {
    const { flagRounds, secondRounds } = this.#deps;
    return this.#closed.epoch >= epoch && flagRounds.isSettled(epoch) && secondRounds.isSettled(epoch);
  }

  /** Closes the window when its epoch has lasted its nominal length, and settles flags that wait. */
  async tick(): Promise<void> {
    const { clock, directory, flagRounds, mode } = this.#deps;
    const epoch = directory.currentEpoch();
    const policy = directory.policy();
    if (epoch === 0 || policy === undefined) return;
    if (this.#begun?.epoch !== epoch) this.#begun = { epoch, atMs: clock.nowMs() };
    if (this.#closed.epoch < epoch && clock.nowMs() - this.#begun.atMs >= policy.epochLengthMs) await this.close(epoch);
    // Again, for a key that was made after the window had closed, by a holder that then left shadow mode.
    if (this.#closed.epoch >= epoch) flagRounds.windowClosed(epoch);
    const answer = this.#release('flag');
    await flagRounds.settle(policy, mode.active() && answer.allowed ? answer.gateway : undefined);
  }

  /**
   * Closes the window of an epoch once; a second call answers with no steps. In shadow mode the window closes and
   * nothing leaves. A process that ends in between goes on where it stood: no step is done twice.
   * @throws SHARING_EPOCH for an epoch that has not begun, SHARING_CLOCK while the clock is off: what the window would
   *         send then is not lost but sent when it closes later
   */
  async close(epoch: number): Promise<WindowReport> {
    return this.#mutex.run('close', async () => {
      const { businessTime, clockHolds, directory } = this.#deps;
      if (!clockHolds()) throw sharingRefusal('SHARING_CLOCK');
      const policy = directory.policy();
      if (epoch > directory.currentEpoch()) throw sharingRefusal('SHARING_EPOCH', 'ignore', { epoch });
      if (policy === undefined || epoch <= this.#closed.epoch) return { epoch, steps: [] };
      const endMs = businessTime.nowMs();
      const steps = [
        await this.#step('summary', (gateway) => this.#summary(epoch, endMs, policy, gateway)),
        await this.#step('hint', () => this.#hints(epoch, policy)),
        await this.#step('flag', () => this.#flags(epoch, policy)),
      ];
      await this.#deps.flagRounds.sitOut(epoch);
      const closed = { epoch, businessMs: endMs };
      await this.#deps.ledger.commit({ writes: [cursor(WINDOW, JSON.stringify(closed))], audit: [] });
      this.#closed = closed;
      this.#deps.flagRounds.windowClosed(epoch);
      return { epoch, steps };
    });
  }

  async #summary(epoch: number, endMs: number, policy: Policy, gateway: string): Promise<number> {
    const { ledger, summaries, viewer } = this.#deps;
    const record = await ledger.get('cursor', SUMMARY, viewer);
    if (record !== undefined && Number(Buffer.from(record.value).toString()) >= epoch) return 0;
    const window = { startMs: this.#closed.businessMs, endMs };
    const together = { writes: [cursor(SUMMARY, String(epoch))], audit: [] };
    await summaries.publish(window, epoch, policy, gateway, together);
    return 1;
  }

  async #hints(epoch: number, policy: Policy): Promise<number> {
    const { hints: pusher, secondRounds } = this.#deps;
    const ends = secondRounds.off() === undefined;
    const { hints } = await pusher.push({ epoch, policy, round: 1, ends });
    if (ends) await secondRounds.begin(epoch);
    return hints;
  }

  async #flags(epoch: number, policy: Policy): Promise<number> {
    const { flagRounds, flags, ledger, viewer } = this.#deps;
    await takeCandidates(ledger, viewer, flags);
    return flagRounds.begin(epoch, policy);
  }

  async #step(kind: ExchangeKind, work: (gateway: string) => Promise<number>): Promise<WindowStep> {
    try {
      this.#deps.mode.assertActive();
      const answer = this.#release(kind);
      if (!answer.allowed) return { kind, outcome: 'refused', code: answer.code, count: 0 };
      return { kind, outcome: 'sent', code: null, count: await work(answer.gateway) };
    } catch (error) {
      // One kind that cannot leave now does not hold back the others; faults are logged, refusals are their code.
      const code = isRefusal(error) ? error.code : 'FAULT';
      const problem = error instanceof Error ? error.name : typeof error;
      this.#deps.log.warn({ kind, code, problem }, 'nothing of this kind left with the window');
      return { kind, outcome: 'refused', code, count: 0 };
    }
  }

  /** Hints are judged again for each agency that they are for; the other kinds reach all. */
  #release(kind: ExchangeKind): ReleaseAnswer {
    const { directory, self } = this.#deps;
    const to = kind === 'hint' ? [] : otherAgencies(directory, self.agencyId);
    return releaseOf(directory, { kind, from: self.agencyId, to });
  }
}

function cursor(key: string, text: string): LedgerWrite {
  return { space: 'cursor', key, value: Buffer.from(text), marking: MEMBERS };
}
