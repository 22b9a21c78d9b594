import type { SignalSource } from '../../config/runtime/lifecycle.ts';
import type { Clock, RandomBytes } from '../../proto/domain/runtime.ts';

/** Everything of the world outside that a command touches; tests hand in their own. */
export type CliContext = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly signals: SignalSource;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Name of the person at the keyboard, as the operating system knows it. */
  readonly userName: () => string;
  /** Sets the code that the process ends with; the first one other than 0 stays. */
  readonly exit: (code: number) => void;
};
