import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { apiRefusal } from './refusal.ts';
import type { ApiRoute } from './route.ts';

/** What a browser asks with when it holds a copy already. */
const CONDITIONS = ['if-none-match', 'if-modified-since'] as const;

/** Headers that belong to a connection or are counted anew. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']);

/**
 * Serves OpenAPI of the routes, and a page that shows it, at `path` and below. Both are made when they are first asked
 * for: few ever ask, and what they need would be kept in memory by every node (measured: 4 MB).
 */
export function serveDocs(app: FastifyInstance, routes: readonly ApiRoute[], path: string): void {
  let made: Promise<FastifyInstance> | undefined;
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    made ??= import('./docs.ts').then(({ createDocs }) => createDocs(routes, path));
    const docs = await made;
    const answer = await docs.inject({ method: 'GET', url: request.url, headers: conditionsOf(request) });
    if (answer.statusCode >= 500) throw new Error(`the page of the interface could not be made: ${answer.statusCode}`);
    if (answer.statusCode >= 400) throw apiRefusal('API_NOT_FOUND');
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined && !OWN_HEADERS.has(name)) void reply.header(name, value);
    return reply.code(answer.statusCode).send(answer.rawPayload);
  };
  for (const url of [path, `${path}/*`]) app.get(url, handler);
}

function conditionsOf({ headers }: FastifyRequest): Record<string, string> {
  const held = CONDITIONS.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(held);
}
