import { ConcordatError, isRefusal } from '../../../proto/domain/errors.ts';
import type { Log } from '../../../proto/domain/runtime.ts';
import { attempt } from '../attempt.ts';
import { hostAndPort } from '../egress/guard.ts';
import type { HttpPost } from '../egress/http-post.ts';
import type { ExternalAnswer, ExternalFact, ExternalSource, ScreeningSubject, Sleep } from '../ports.ts';
import { externalRefusal } from './errors.ts';
import { parseExternalReply } from './external-reply.ts';

export type HttpSourceSettings = { readonly url: URL; readonly apiKey: string | null; readonly timeoutMs: number };
export type HttpSourceDeps = { readonly post: HttpPost; readonly sleep: Sleep; readonly log: Log };

/**
 * A source of adverse media and corporate facts behind HTTP: names go there as JSON, in the body and not in the address,
 * which logs keep. What goes wrong becomes the warning of the answer; only the stage's own end is passed on.
 */
export function httpSource({ apiKey, timeoutMs, url }: HttpSourceSettings, deps: HttpSourceDeps): ExternalSource {
  const { log, post, sleep } = deps;
  const headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  const ask = async (body: string, asOfMs: number, signal: AbortSignal): Promise<readonly ExternalFact[]> => {
    const answer = await post({ url, headers, body }, signal);
    if (answer.status !== 200) throw externalRefusal('EXTERNAL_STATUS', { detail: { status: answer.status } });
    return parseExternalReply(answer.body, asOfMs);
  };
  return {
    lookup: async (subject, asOfMs, signal): Promise<ExternalAnswer> => {
      const source = hostAndPort(url);
      const body = JSON.stringify(questionOf(subject));
      const bounded = (own: AbortSignal): Promise<readonly ExternalFact[]> =>
        ask(body, asOfMs, AbortSignal.any([own, signal]));
      try {
        return { source, facts: await attempt(bounded, { timeoutMs, maxRetries: 0 }, sleep), warning: null };
      } catch (error) {
        signal.throwIfAborted();
        const code = codeOf(error);
        log.debug({ code }, 'outside source gave nothing');
        return { source, facts: [], warning: code };
      }
    },
  };
}

function questionOf({ aliases, countries, dateOfBirth, entityType, name }: ScreeningSubject): unknown {
  return { name, aliases, countries, date_of_birth: dateOfBirth, entity_type: entityType };
}

function codeOf(error: unknown): string {
  if (isRefusal(error, 'TRIAGE_TIMEOUT')) return 'EXTERNAL_TIMEOUT';
  return error instanceof ConcordatError ? error.code : 'EXTERNAL_FAULT';
}
