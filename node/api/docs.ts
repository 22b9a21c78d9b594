import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance } from 'fastify';
import { VERSION } from '../../config/runtime/version.ts';
import { describeRoute } from './describe-route.ts';
import type { ApiRoute } from './route.ts';

/** Scripts, styles and calls from this node alone, none of them inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * OpenAPI 3.1 of routes at `<path>/json`, and a page that shows it at `<path>`, as a server of its own that listens
 * nowhere: its answers are got by `inject`. The routes are described here, not served.
 */
export async function createDocs(routes: readonly ApiRoute[], path: string): Promise<FastifyInstance> {
  const app = fastify();
  // The schemas are JSON Schema for the document; nothing is judged or written by them.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (body) => JSON.stringify(body));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Concordat node',
        version: VERSION,
        description: 'Alerts in, decisions out. Every call under /api/v1 needs an API key and is one audit entry.',
      },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    },
  });
  await app.register(swaggerUi, {
    routePrefix: path,
    uiConfig: { deepLinking: false, persistAuthorization: false, validatorUrl: null },
    uiHooks: {
      onRequest: (_request, reply, done) => {
        void reply.headers({
          'content-security-policy': POLICY,
          'x-frame-options': 'DENY',
          'referrer-policy': 'no-referrer',
        });
        done();
      },
    },
  });
  for (const route of routes)
    app.route({
      method: route.method,
      url: route.path,
      schema: describeRoute(route),
      handler: (_request, reply) => reply.callNotFound(),
    });
  return app;
}
