import type { Clock } from '../../proto/domain/runtime.ts';

/** Time since some beginning that no setting of the machine's clock moves. */
export const systemMonotonicMs = (): number => performance.now();

/** The machine's clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };
