import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../../../proto/domain/marking.ts';
import type { PersonKey } from '../access/person.ts';

/** What the chain knows of one call, filled in step by step. */
export type CallState = {
  readonly requestId: string;
  readonly startedAtMs: number;
  /** Name in the role table, or `other` for an address that is in no table. */
  readonly route: string;
  key: PersonKey | null;
  viewer: Viewer | null;
  /** What the call is about, for its audit entry. */
  object: string;
  /** Code of the refusal or fault that the call ended with. */
  code: string | null;
  /** The body as it was read; only its hash is kept. */
  input: Uint8Array | null;
  entered: boolean;
};

declare module 'fastify' {
  interface FastifyRequest {
    callState: CallState | null;
  }
  interface FastifyContextConfig {
    /** Name in the role table. */
    route?: string;
    /** The body is handed on as it arrives. */
    streams?: boolean;
  }
}

/** State of a call that has passed the first step of the chain. */
export function stateOf(request: FastifyRequest): CallState {
  if (request.callState === null) throw new Error('a call reached the chain without its first step');
  return request.callState;
}
