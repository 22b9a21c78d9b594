import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { isRefusal } from '../../../proto/domain/errors.ts';
import { egressRefusal } from './errors.ts';
import { checkTarget, type EgressRules, guardedLookup, type Resolve } from './guard.ts';

export type HttpQuestion = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
};
export type HttpAnswer = {
  readonly status: number;
  /** Lower case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
};

/** Posts JSON and reads the whole answer. Sends once; what to do about a failure is the caller's business. */
export type HttpPost = (question: HttpQuestion, signal: AbortSignal) => Promise<HttpAnswer>;

/**
 * The only way by which triage calls services outside the federation: allowed hosts alone, judged again at each
 * connection, no redirections, no proxies, a bounded answer. Opens nothing before the first call. Built on node:http and
 * not on fetch, which offers no place to judge the address of the connection itself.
 * @param maxBytes of an answer
 * @throws EGRESS_HOST, EGRESS_PRIVATE, EGRESS_PLAIN, EGRESS_REDIRECT, EGRESS_SIZE, EGRESS_UNREACHABLE, or the signal's
 *         reason
 */
export function guardedPost(rules: EgressRules, resolve: Resolve, maxBytes: number): HttpPost {
  const plainAgent = new PlainAgent({ keepAlive: true });
  const tlsAgent = new TlsAgent({ keepAlive: true });
  return async ({ url, headers, body }, signal) => {
    checkTarget(rules, url);
    signal.throwIfAborted();
    try {
      const options = {
        method: 'POST',
        headers: lengthened(headers, body),
        signal,
        lookup: guardedLookup(rules, url, resolve),
      };
      const message = await new Promise<IncomingMessage>((answered, failed) => {
        const request =
          url.protocol === 'https:'
            ? tlsRequest(url, { ...options, agent: tlsAgent })
            : plainRequest(url, { ...options, agent: plainAgent });
        request.on('error', failed).on('response', answered).end(body);
      });
      return await answerOf(message, maxBytes);
    } catch (error) {
      signal.throwIfAborted();
      if (isRefusal(error)) throw error;
      throw egressRefusal('EGRESS_UNREACHABLE', { cause: error });
    }
  };
}

function lengthened(headers: HttpQuestion['headers'], body: string): Record<string, string | number> {
  return {
    ...headers,
    accept: 'application/json',
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
}

async function answerOf(message: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const status = message.statusCode ?? 0;
  if (status >= 300 && status < 400) {
    message.destroy();
    throw egressRefusal('EGRESS_REDIRECT', { detail: { status } });
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) throw egressRefusal('EGRESS_SIZE');
    chunks.push(chunk);
  }
  const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
  return { status, headers: Object.fromEntries(headers), body: Buffer.concat(chunks).toString('utf8') };
}
