import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { VERSION } from '../../config/runtime/version.ts';

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

/** Serves OpenAPI 3.1 of the routes that are added after it, at `<path>/json`, and a page that shows it, at `<path>`. */
export async function addDocs(app: FastifyInstance, options: { path: string }): Promise<void> {
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
    routePrefix: options.path,
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
}
