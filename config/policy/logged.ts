import { membershipRefusal } from './refusal.ts';
import type { StatementContext } from './state.ts';

/**
 * The place in the log of a statement whose meaning rests on its order.
 * @throws MEMBERSHIP_UNLOGGED when only gossip has brought it
 */
export function loggedPosition({ position }: StatementContext): number {
  if (position === 'pending') throw membershipRefusal('MEMBERSHIP_UNLOGGED');
  return position;
}
