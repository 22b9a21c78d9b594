import type { StatementBody, StatementKind } from '../../proto/domain/control.ts';
import { loggedPosition } from './logged.ts';
import { judgeAgency } from './rules/agency.ts';
import { judgeCrl } from './rules/crl.ts';
import { judgeIncarnation } from './rules/incarnation.ts';
import { judgeKeyAnnouncement } from './rules/key-announcement.ts';
import { judgeKeyErasure } from './rules/key-erasure.ts';
import { judgeNode } from './rules/node.ts';
import { judgePolicy } from './rules/policy.ts';
import { judgeSuspension } from './rules/suspension.ts';
import { judgeSuspensionLift } from './rules/suspension-lift.ts';
import type { Effect, MembershipState, StatementContext } from './state.ts';

/** Kinds whose meaning rests on their order, so that they count from their place in the log alone. */
const LOGGED_ONLY: ReadonlySet<StatementKind> = new Set(['agency', 'node', 'policy', 'crl']);

/** Judges a statement by the rule of its kind. Nothing changes before the effect is called. @throws MEMBERSHIP_* */
export function judgeStatementBody(state: MembershipState, body: StatementBody, context: StatementContext): Effect {
  if (LOGGED_ONLY.has(body.kind)) loggedPosition(context);
  switch (body.kind) {
    case 'agency':
      return judgeAgency(state, body.value, context);
    case 'node':
      return judgeNode(state, body.value, context);
    case 'policy':
      return judgePolicy(state, body.value, context);
    case 'suspension':
      return judgeSuspension(state, body.value, context);
    case 'suspension_lift':
      return judgeSuspensionLift(state, body.value, context);
    case 'key_announcement':
      return judgeKeyAnnouncement(state, body.value, context);
    case 'key_erasure':
      return judgeKeyErasure(state, body.value, context);
    case 'incarnation':
      return judgeIncarnation(state, body.value, context);
    case 'crl':
      return judgeCrl(state, body.value, context);
  }
}
