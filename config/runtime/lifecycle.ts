import type { Log } from '../../proto/domain/runtime.ts';

/** Ends one part of a program: takes no more work, finishes what it has. Called once. */
export type Stop = () => Promise<void> | void;

/**
 * The parts of a program in the order in which they started. They stop in reverse, each after all that rest on it.
 * A part that fails to stop is logged, and the others are still stopped.
 */
export class Lifecycle {
  readonly #log: Log;
  readonly #parts: { readonly part: string; readonly stop: Stop }[] = [];
  #stopping: Promise<boolean> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Names a part that has just started. */
  add(part: string, stop: Stop): void {
    this.#parts.push({ part, stop });
  }

  /** Stops everything, newest first; true when each part stopped without a fault. Repeated calls share one stop. */
  stop(): Promise<boolean> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<boolean> {
    let clean = true;
    for (const { part, stop } of this.#parts.reverse()) {
      try {
        await stop();
        this.#log.debug({ part }, 'stopped');
      } catch (error) {
        clean = false;
        this.#log.error({ part, error: errorText(error) }, 'stop failed');
      }
    }
    return clean;
  }
}

/** The part of a process that the signals of a stop need. */
export type SignalSource = {
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  off(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
};

/**
 * Resolves with the exit code of an orderly stop: at the first SIGTERM or SIGINT `stop` runs, within `graceMs`;
 * a second signal, or the end of the grace, ends the wait with code 1.
 */
export function runUntilSignal(
  signals: SignalSource,
  stop: () => Promise<boolean>,
  options: { graceMs: number; log: Log },
): Promise<number> {
  return new Promise((resolve) => {
    let asked = false;
    let grace: NodeJS.Timeout | undefined;
    const finish = (code: number): void => {
      clearTimeout(grace);
      signals.off('SIGTERM', onSignal);
      signals.off('SIGINT', onSignal);
      resolve(code);
    };
    const force = (reason: string): void => {
      options.log.error({ reason }, 'stop forced');
      finish(1);
    };
    const onSignal = (): void => {
      if (asked) {
        force('second signal');
        return;
      }
      asked = true;
      options.log.info({}, 'stopping');
      grace = setTimeout(() => force('grace over'), options.graceMs);
      void stop().then((clean) => finish(clean ? 0 : 1));
    };
    signals.on('SIGTERM', onSignal);
    signals.on('SIGINT', onSignal);
  });
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
