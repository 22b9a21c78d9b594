import type { FastifyRequest } from 'fastify';
import type { Classification } from '../../../proto/domain/marking.ts';
import { type PersonKey, viewerOf } from '../access/person.ts';
import { apiRefusal } from '../refusal.ts';
import { stateOf } from './call-state.ts';

export type Authenticator = { authenticate(text: string): Promise<PersonKey | undefined> };

/**
 * Finds the person behind `authorization: Bearer <key>`, or `ApiKey <key>` as clients of yente write it.
 * @throws API_UNAUTHENTICATED: missing, malformed, unknown, expired and revoked look alike
 */
export async function authenticate(
  request: FastifyRequest,
  keys: Authenticator,
  node: { readonly agency: string; readonly ceiling: Classification },
): Promise<void> {
  const [, text] = /^(?:Bearer|ApiKey) (\S{1,256})$/i.exec(request.headers.authorization ?? '') ?? [];
  const key = text === undefined ? undefined : await keys.authenticate(text);
  if (key === undefined) throw apiRefusal('API_UNAUTHENTICATED');
  const state = stateOf(request);
  state.key = key;
  state.viewer = viewerOf(key, node);
}
