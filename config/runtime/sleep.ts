/**
 * Waits. What ends the wait early is the signal's own reason: the timers of Node build an error with a stack each time,
 * which for a deadline that is given up with every alert costs more than the rest of it.
 * @throws the signal's reason when it fires first, or has fired
 */
export function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, durationMs);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
