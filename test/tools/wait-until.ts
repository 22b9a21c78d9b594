import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_PAUSE_MS = 5;
/** Longer waits look less often: what is looked at shares its processors with what is waited for. */
const LONGEST_PAUSE_MS = 50;

/**
 * Resolves soon after a condition holds: it is looked at after a few milliseconds, then ever less often.
 * @throws when it does not hold in time, naming what was waited for
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  let pauseMs = FIRST_PAUSE_MS;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.2, LONGEST_PAUSE_MS);
  }
}
