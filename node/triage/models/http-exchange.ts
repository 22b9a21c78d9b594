import { isRefusal } from '../../../proto/domain/errors.ts';
import type { Clock } from '../../../proto/domain/runtime.ts';
import { LIMITS } from '../../../config/settings/limits.ts';
import { adviserRefusal } from '../advice/errors.ts';
import type { HttpAnswer, HttpPost } from '../egress/http-post.ts';
import type { Sleep } from '../ports.ts';
import type { Exchange } from './exchange.ts';

export type HttpExchangeDeps = { readonly post: HttpPost; readonly sleep: Sleep; readonly clock: Clock };

/** Statuses after which both protocols let a call be repeated; 529 is Anthropic's "overloaded". */
const AGAIN: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504, 529]);
const FIRST_WAIT_MS = 500;

/**
 * Calls a model server, again after faults that pass: at most LIMITS.adviserRetries times, no sooner than the server
 * says. A server that wants a longer wait than LIMITS.adviserRetryMs has refused.
 * @throws ADVISER_STATUS, ADVISER_PROTOCOL, EGRESS_…, or the signal's reason
 */
export function httpExchange(base: string, { clock, post, sleep }: HttpExchangeDeps): Exchange {
  return async ({ path, body, headers }, signal) => {
    const question = { url: new URL(base.replace(/\/+$/, '') + path), headers, body: JSON.stringify(body) };
    for (let retries = 0; ; retries += 1) {
      const mayRepeat = retries < LIMITS.adviserRetries;
      const answer = await sent(() => post(question, signal), mayRepeat);
      if (answer !== undefined && !AGAIN.has(answer.status)) return read(answer);
      const waitMs = Math.max(FIRST_WAIT_MS * 2 ** retries, answer === undefined ? 0 : retryAfterMs(answer, clock));
      if (!mayRepeat || waitMs > LIMITS.adviserRetryMs)
        throw adviserRefusal('ADVISER_STATUS', { detail: { status: answer?.status } });
      await sleep(waitMs, signal);
    }
  };
}

/** undefined where the call may be repeated since nobody was reached. */
async function sent(post: () => Promise<HttpAnswer>, mayRepeat: boolean): Promise<HttpAnswer | undefined> {
  try {
    return await post();
  } catch (error) {
    if (mayRepeat && isRefusal(error, 'EGRESS_UNREACHABLE')) return undefined;
    throw error;
  }
}

function read({ body, status }: HttpAnswer): { readonly status: number; readonly body: unknown } {
  try {
    return { status, body: JSON.parse(body) as unknown };
  } catch (cause) {
    if (status >= 400) return { status, body: null };
    throw adviserRefusal('ADVISER_PROTOCOL', { cause });
  }
}

/** Milliseconds, seconds or a date, in this order. Source: RFC 9110, 10.2.3; retry-after-ms of the Anthropic API. */
function retryAfterMs({ headers }: HttpAnswer, clock: Clock): number {
  const exact = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (exact >= 0) return exact;
  const value = headers['retry-after'];
  if (value === undefined) return 0;
  const seconds = Number(value);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - clock.nowMs();
  return waitMs > 0 ? waitMs : 0;
}
