import type { Clock } from '../../proto/domain/runtime.ts';

/** The machine's clock. */
export const systemClock: Clock = { nowMs: () => Date.now() };
