import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Metrics } from '../../config/runtime/metrics.ts';
import { LIMITS } from '../../config/settings/limits.ts';
import { toHex, utf8 } from '../../crypto/bytes.ts';
import { ConcordatError } from '../../proto/domain/errors.ts';
import type { Classification } from '../../proto/domain/marking.ts';
import type { Clock, Log, RandomBytes } from '../../proto/domain/runtime.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { answerError } from './chain/answer-error.ts';
import { CallAudit } from './chain/audit.ts';
import { type Authenticator, authenticate } from './chain/authenticate.ts';
import { authorize } from './chain/authorize.ts';
import { callMetrics } from './chain/call-metrics.ts';
import { stateOf } from './chain/call-state.ts';
import { Load } from './chain/load.ts';
import { addRoutes } from './add-routes.ts';
import { serveDocs } from './docs-route.ts';
import { apiRefusal } from './refusal.ts';
import type { ApiRoute } from './route.ts';

/** The interface: `inject` calls it in process, `listen` opens it. */
export type Api = FastifyInstance;

export const API_PREFIX = '/api/v1';

export type ApiSettings = {
  readonly agency: string;
  /** Ceiling of the node. */
  readonly ceiling: Classification;
  readonly debug: boolean;
  /** Serves OpenAPI and its page under /api/v1/docs. */
  readonly docs: boolean;
};

export type ApiDeps = {
  readonly routes: readonly ApiRoute[];
  readonly keys: Authenticator;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: RandomBytes;
};

/**
 * The REST interface: routes behind one visible chain. It listens nowhere until told to; `inject` calls it in process.
 * Each answer under /api/v1 leaves after its audit entry is durable.
 */
export async function createApi(settings: ApiSettings, deps: ApiDeps): Promise<Api> {
  const app = fastify({
    genReqId: () => toHex(deps.random(8)),
    requestIdHeader: false,
    bodyLimit: LIMITS.requestBodyBytes,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 512 },
    http: {
      headersTimeout: LIMITS.requestHeaderTimeoutMs,
      connectionsCheckingInterval: 1_000,
      // Bodies have a limit of their own, which differs between a call and an upload.
      requestTimeout: 0,
      maxHeaderSize: LIMITS.requestHeaderBytes,
    },
    // Parts of a call are judged by the routes' own schemas and answers are written as they are. Without a compiler of
    // schemas handed in, fastify would load its own two.
    schemaController: { compilersFactory: { buildValidator: withoutSchema, buildSerializer: withoutSchema } },
  });
  app.server.maxConnections = LIMITS.apiConnections;
  app.decorateRequest('callState', null);
  app.setErrorHandler<Error>((error, request, reply) => answerError(error, request, reply, { ...settings, ...deps }));

  const load = new Load(deps);
  const metrics = callMetrics(deps.metrics, () => load.inFlight);
  // Request id, log, metrics: for every call, those without a key too.
  app.addHook('onRequest', async (request, reply) => {
    request.callState = {
      requestId: request.id,
      startedAtMs: performance.now(),
      route: request.routeOptions.config.route ?? 'other',
      key: null,
      viewer: null,
      object: 'api',
      code: null,
      input: null,
      entered: false,
    };
    void reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
  // While closing, a connection ends with the answer that it was waiting for, and not when the caller lets go of it.
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onSend', async (_request, reply, payload) => {
    if (closing) void reply.header('connection', 'close');
    return payload;
  });
  app.addHook('onResponse', async (request, reply) => {
    const { requestId, route, startedAtMs, code, key } = stateOf(request);
    const durationMs = performance.now() - startedAtMs;
    metrics.finished({ route, status: reply.statusCode, seconds: durationMs / 1_000, code });
    const facts = { request_id: requestId, route, status: reply.statusCode, code, key_id: key?.keyId ?? null };
    deps.log.debug({ ...facts, duration_ms: Math.round(durationMs) }, 'call');
  });

  if (settings.docs) serveDocs(app, deps.routes, `${API_PREFIX}/docs`);
  const isGuarded = ({ path }: ApiRoute): boolean => path.startsWith(`${API_PREFIX}/`);
  const notFound = (): never => {
    throw apiRefusal('API_NOT_FOUND');
  };
  await app.register(async (open) =>
    addRoutes(
      open,
      deps.routes.filter((route) => !isGuarded(route)),
      '',
    ),
  );
  await app.register(
    async (guarded) => {
      guard(guarded, settings, deps, load);
      guarded.setNotFoundHandler(notFound);
      addRoutes(guarded, deps.routes.filter(isGuarded), API_PREFIX);
    },
    { prefix: API_PREFIX },
  );
  app.setNotFoundHandler(notFound);
  return app;
}

/** The rest of the chain, for everything under /api/v1: authenticate, authorize, load, audit. */
function guard(app: FastifyInstance, settings: ApiSettings, deps: ApiDeps, load: Load): void {
  const audit = new CallAudit(deps);

  app.addHook('onRequest', async (request, reply) => {
    try {
      await authenticate(request, deps.keys, settings);
    } catch (error) {
      if (audit.admitsStranger(request.ip)) throw error;
      stateOf(request).entered = true;
      throw error instanceof ConcordatError ? apiRefusal('API_RATE') : error;
    }
    authorize(request);
    const leave = load.enter(stateOf(request).key?.keyId ?? request.ip);
    reply.raw.once('close', leave);
  });

  app.addHook('preHandler', async (request) => {
    if (request.body !== undefined && request.routeOptions.config.streams !== true)
      stateOf(request).input = utf8(JSON.stringify(request.body));
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const state = stateOf(request);
    if (state.entered) return payload;
    state.entered = true;
    try {
      await audit.enter(state, typeof payload === 'string' ? payload : null);
      return payload;
    } catch (error) {
      return withoutService(error, request, reply, deps.log);
    }
  });
}

function withoutSchema(): never {
  throw new Error('a route has a schema of the server, which judges nothing here');
}

/** No audit, no service: the answer that was ready is replaced. */
function withoutService(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Log): string {
  const state = stateOf(request);
  const refusal = apiRefusal('API_AUDIT');
  state.code = refusal.code;
  const reason = error instanceof ConcordatError ? error.code : String(error);
  log.error({ request_id: state.requestId, route: state.route, reason }, 'call not entered in the audit trail');
  void reply.code(503).header('content-type', 'application/json; charset=utf-8');
  return JSON.stringify({ status: 'error', code: refusal.code, message: refusal.message });
}
