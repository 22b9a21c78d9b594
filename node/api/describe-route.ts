import type { FastifySchema } from 'fastify';
import * as z from 'zod';
import { ROUTE_ROLES } from './access/route-roles.ts';
import { ERROR_BODY } from './error-body.ts';
import { type ApiRoute, BYTE_STREAM, routeName } from './route.ts';

/** What OpenAPI says of a route, derived from the schemas that judge its calls. */
export function describeRoute(route: ApiRoute): FastifySchema {
  const access = ROUTE_ROLES[routeName(route)];
  const roles = access === undefined || access === 'public' ? undefined : `Roles: ${access.join(', ')}.`;
  const described = {
    summary: route.summary,
    ...(roles === undefined ? {} : { description: roles, security: [{ apiKey: [] }] }),
    ...(route.params === undefined ? {} : { params: input(route.params) }),
    ...(route.query === undefined ? {} : { querystring: input(route.query) }),
    ...bodyOf(route),
    response: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, schema]) => [status, output(schema)])),
      ...(access === 'public' ? {} : { default: output(ERROR_BODY) }),
    },
  };
  return described;
}

function bodyOf(route: ApiRoute): object {
  if (route.body === undefined) return {};
  if (route.body !== BYTE_STREAM) return { body: input(route.body) };
  return {
    consumes: ['application/octet-stream'],
    body: { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
  };
}

function input(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function output(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
}
