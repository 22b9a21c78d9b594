import type { CrlUpdate } from '../../../proto/domain/control.ts';
import { membershipRefusal } from '../refusal.ts';
import type { Effect, MembershipState, StatementContext } from '../state.ts';

/**
 * The CA's revocation list; its number only rises. That the list itself is signed by the root is checked by whoever
 * uses it, as reading X.509 is asynchronous and this is not.
 * @throws MEMBERSHIP_APPROVALS, MEMBERSHIP_ORDER
 */
export function judgeCrl(state: MembershipState, update: CrlUpdate, context: StatementContext): Effect {
  if (!context.signers.coordinator) throw membershipRefusal('MEMBERSHIP_APPROVALS', { missing: 'coordinator' });
  if (update.number <= (state.crl?.number ?? 0)) throw membershipRefusal('MEMBERSHIP_ORDER', { number: update.number });
  return () => {
    state.crl = update;
  };
}
