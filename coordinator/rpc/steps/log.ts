import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Log } from '../../../proto/domain/runtime.ts';
import type { KnownCall } from '../call.ts';

/** One line a call: who, what, how it ended. A fault is logged here, once, with its text, which no caller sees. */
export async function withLog<Result>(log: Log, call: KnownCall, next: () => Promise<Result>): Promise<Result> {
  const facts = { request_id: call.requestId, method: call.method };
  try {
    const result = await next();
    log.debug({ ...facts, actor: call.actor }, 'call done');
    return result;
  } catch (error) {
    if (isRefusal(error)) log.debug({ ...facts, actor: call.actor, code: error.code }, 'call refused');
    else log.error({ ...facts, actor: call.actor, error: textOf(error) }, 'call failed');
    throw error;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
