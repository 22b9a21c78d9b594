import { ConcordatError } from '../../proto/domain/errors.ts';
import { triageRefusal } from './errors.ts';
import type { Sleep } from './ports.ts';

export type AttemptBounds = {
  /** Of all tries and waits together. */
  readonly timeoutMs: number;
  /** Further tries after a fault. */
  readonly maxRetries: number;
};

/** Waits between tries: 2, 4, 8 s. Source: reference pipeline. */
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 10_000;

/** Why a deadline is no longer waited for; one for all, since an abort without a reason builds an error each time. */
const OVER = new Error('the stage has ended');

/**
 * Runs one stage under its deadline. Faults are tried again with growing waits; refusals and broken promises are not,
 * since they would come again. When the deadline passes, the signal fires and the stage is given up.
 * @throws TRIAGE_TIMEOUT, or what the last try threw
 */
export async function attempt<Result>(
  work: (signal: AbortSignal) => Result | Promise<Result>,
  bounds: AttemptBounds,
  sleep: Sleep,
): Promise<Result> {
  const stage = new AbortController();
  const first = run(work, stage.signal);
  // Stages that do not wait for anything need no deadline: nothing could interrupt them.
  if (!(first instanceof Promise) && 'result' in first) return first.result;
  const deadline = new AbortController();
  const timeout = sleep(bounds.timeoutMs, deadline.signal).then(
    () => {
      const late = triageRefusal('TRIAGE_TIMEOUT');
      stage.abort(late);
      throw late;
    },
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([retry(work, first, bounds.maxRetries, stage.signal, sleep), timeout]);
  } finally {
    deadline.abort(OVER);
  }
}

type Tried<Result> = { readonly result: Result } | { readonly error: unknown };

async function retry<Result>(
  work: (signal: AbortSignal) => Result | Promise<Result>,
  first: Tried<Result> | Promise<Tried<Result>>,
  maxRetries: number,
  signal: AbortSignal,
  sleep: Sleep,
): Promise<Result> {
  let tried = await first;
  for (let retries = 0; 'error' in tried; retries += 1) {
    if (retries >= maxRetries || !isFault(tried.error) || signal.aborted) throw tried.error;
    await sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retries), signal);
    tried = await run(work, signal);
  }
  return tried.result;
}

/** Starts a try at once, so that what a stage does synchronously is done when this returns. */
function run<Result>(
  work: (signal: AbortSignal) => Result | Promise<Result>,
  signal: AbortSignal,
): Tried<Result> | Promise<Tried<Result>> {
  try {
    const result = work(signal);
    if (!(result instanceof Promise)) return { result };
    return result.then(
      (value): Tried<Result> => ({ result: value }),
      (error: unknown): Tried<Result> => ({ error }),
    );
  } catch (error) {
    return { error };
  }
}

/** Disk, socket, timeout of something below: neither a refusal of ours nor a mistake in code. */
function isFault(error: unknown): boolean {
  if (error instanceof ConcordatError) return false;
  return !(error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError);
}
