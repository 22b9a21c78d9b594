import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ConcordatError } from '../../../proto/domain/errors.ts';
import type { Log } from '../../../proto/domain/runtime.ts';
import type { ErrorBody } from '../error-body.ts';
import { httpStatusOf, RETRY_AFTER_SECONDS } from '../http-status.ts';
import { apiRefusal } from '../refusal.ts';
import { stateOf } from './call-state.ts';

/**
 * Turns whatever a call ended with into the answer: refusals by their code, faults of the framework by their status,
 * everything else as an internal error whose reason stays in the log.
 * @param debug development only: the text of a fault goes into the answer
 */
export function answerError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
  deps: { readonly log: Log; readonly debug: boolean },
): FastifyReply {
  const state = stateOf(request);
  const refusal = refusalOf(error);
  state.code = refusal.code;
  if (refusal.code === 'API_INTERNAL') {
    const facts = { request_id: state.requestId, route: state.route, error: error.message, stack: error.stack };
    deps.log.error(facts, 'call failed');
  }
  const status = httpStatusOf(refusal);
  if (status === 429 || status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (status === 401) void reply.header('www-authenticate', 'Bearer');
  // The rest of a body that was refused is not waited for.
  if (status === 408 || status === 413) void reply.header('connection', 'close');
  const field = refusal.detail['field'];
  const body: ErrorBody = {
    status: 'error',
    code: refusal.code,
    message: deps.debug && refusal.code === 'API_INTERNAL' ? error.message : refusal.message,
    ...(typeof field === 'string' ? { field } : {}),
  };
  return reply.code(status).send(body);
}

function refusalOf(error: FastifyError | Error): ConcordatError {
  if (error instanceof ConcordatError) return error;
  if ('code' in error && error.code === 'ECONNRESET') return apiRefusal('API_ABORTED', { cause: error });
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return apiRefusal('API_TOO_LARGE', { cause: error });
  if (status === 415) return apiRefusal('API_MEDIA_TYPE', { cause: error });
  if (status !== undefined && status >= 400 && status < 500)
    return apiRefusal('API_INVALID', { detail: { field: '$' }, cause: error });
  return apiRefusal('API_INTERNAL', { cause: error });
}
