import type { FastifyRequest } from 'fastify';
import { ROUTE_ROLES } from '../access/route-roles.ts';
import { apiRefusal } from '../refusal.ts';
import { stateOf } from './call-state.ts';

/**
 * Judges the key's role by the role table. An address in no table is refused later, as not found, to everybody alike.
 * @throws API_FORBIDDEN
 */
export function authorize(request: FastifyRequest): void {
  const { key, route } = stateOf(request);
  const access = ROUTE_ROLES[route];
  if (access === undefined || access === 'public') return;
  if (key === null || !access.includes(key.role)) throw apiRefusal('API_FORBIDDEN');
}
