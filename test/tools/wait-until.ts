import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves as soon as a condition holds, looking every few milliseconds.
 * @throws when it does not hold in time, naming what was waited for
 */
export async function waitUntil(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`${what}: not within ${withinMs} ms`);
    await sleep(5);
  }
}
