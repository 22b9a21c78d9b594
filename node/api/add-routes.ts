import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ROUTE_ROLES } from './access/route-roles.ts';
import { boundedStream, readBody } from './chain/body.ts';
import { stateOf } from './chain/call-state.ts';
import { parsePart } from './parse-part.ts';
import { apiRefusal } from './refusal.ts';
import { type ApiRoute, BYTE_STREAM, type Call, routeName } from './route.ts';

/**
 * Puts routes behind the chain of a server. Bodies are JSON and read whole, save those of routes that take a stream
 * of bytes. A route that the role table does not name is a broken promise and keeps the node from starting.
 */
export function addRoutes(app: FastifyInstance, routes: readonly ApiRoute[], prefix: string): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (_request: unknown, payload: Readable) =>
    parseJson(await readBody(payload)),
  );
  for (const route of routes.filter(({ body }) => body !== BYTE_STREAM)) addRoute(app, route, prefix);
  const streaming = routes.filter(({ body }) => body === BYTE_STREAM);
  if (streaming.length === 0) return;
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', async (_request: unknown, payload: Readable) => boundedStream(payload));
    for (const route of streaming) addRoute(inner, route, prefix);
  });
}

function addRoute(app: FastifyInstance, route: ApiRoute, prefix: string): void {
  const name = routeName(route);
  if (ROUTE_ROLES[name] === undefined) throw new Error(`route ${name} is not in the role table`);
  app.route({
    method: route.method,
    url: route.path.slice(prefix.length),
    config: { route: name, streams: route.body === BYTE_STREAM },
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const state = stateOf(request);
      const body = route.body === BYTE_STREAM ? request.body : parsed(route.body, request.body);
      const call = {
        params: parsed(route.params, request.params),
        query: parsed(route.query, request.query),
        body,
        viewer: state.viewer,
        signal: request.signal,
        about: (object: string) => {
          state.object = object;
        },
      };
      // Public routes have no viewer and read nothing; all others have passed authentication.
      const answer = await route.handle(call as Call<unknown, unknown, unknown>);
      return reply.code(answer.status).type('application/json; charset=utf-8').send(answer.body);
    },
  });
}

function parsed(schema: ApiRoute['params'], value: unknown): unknown {
  return schema === undefined ? undefined : parsePart(schema, value);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body), withoutPrototype);
  } catch (cause) {
    throw apiRefusal('API_INVALID', { detail: { field: '$' }, cause });
  }
}

/** A key that would reach a prototype is refused like any other unknown field, but before anything can copy it. */
function withoutPrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('forbidden key');
  return value;
}
