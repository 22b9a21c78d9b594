import type { Clock, Log } from '../../proto/domain/runtime.ts';
import { type ClockVerdict, judgeClock } from './clock-judge.ts';

export type ClockBounds = {
  /** How far off a clock may be. */
  readonly clockSkewMs: number;
  /** How long a clock that was heard once counts. */
  readonly clockVoiceMs: number;
};

export type ClockWatchDeps = {
  readonly clock: Clock;
  /** Time that no setting of the clock moves, from any beginning. */
  readonly monotonicMs: () => number;
  readonly log: Log;
  readonly bounds: ClockBounds;
};

/** A clock as heard: what it would show at the beginning of monotonic time. */
type Voice = { readonly originMs: number; readonly heardAtMs: number };

/**
 * Watches this node's clock against those that others tell: members in their hello, the coordinator in its heartbeat.
 * What was heard is carried on by monotonic time, so that a step of the own clock shows at once, and is not taken for
 * one of theirs. While the clock is off an alarm stands, and whoever dates anything asks holds() first.
 */
export class ClockWatch {
  readonly #deps: ClockWatchDeps;
  readonly #voices = new Map<string, Voice>();
  #isOff = false;

  constructor(deps: ClockWatchDeps) {
    this.#deps = deps;
  }

  /**
   * Takes what another clock shows now.
   * @param from a member's peer id, or the coordinator; each counts once, with what it said last
   */
  heard(from: string, theirMs: number): void {
    const heardAtMs = this.#deps.monotonicMs();
    this.#voices.set(from, { originMs: theirMs - heardAtMs, heardAtMs });
    this.check();
  }

  verdict(): ClockVerdict {
    const { bounds, clock, monotonicMs } = this.#deps;
    const [ownMs, sinceMs] = [clock.nowMs(), monotonicMs()];
    const recent = [...this.#voices.values()].filter(({ heardAtMs }) => sinceMs - heardAtMs <= bounds.clockVoiceMs);
    const aheadMs = recent.map(({ originMs }) => ownMs - (originMs + sinceMs));
    return judgeClock(aheadMs, bounds.clockSkewMs);
  }

  /** Whether what this node dates can be believed; also while nobody has said otherwise. */
  holds(): boolean {
    return this.verdict().state !== 'off';
  }

  /** Raises and ends the alarm; to be called now and then, since the own clock may step while nobody speaks. */
  check(): void {
    const { offsetMs, state, voices } = this.verdict();
    const isOff = state === 'off';
    if (isOff === this.#isOff) return;
    this.#isOff = isOff;
    const facts = { offsetMs: offsetMs === null ? null : Math.round(offsetMs), voices };
    if (isOff) this.#deps.log.error(facts, 'this clock is off: nothing dated leaves until it is set right');
    else this.#deps.log.info(facts, 'this clock holds again');
  }
}
