import type { StatementBody, StatementKind } from '../../proto/domain/control.ts';
import { loggedPosition } from './logged.ts';
import { applyAgency } from './rules/agency.ts';
import { applyCrl } from './rules/crl.ts';
import { applyIncarnation } from './rules/incarnation.ts';
import { applyKeyAnnouncement } from './rules/key-announcement.ts';
import { applyKeyErasure } from './rules/key-erasure.ts';
import { applyNode } from './rules/node.ts';
import { applyPolicy } from './rules/policy.ts';
import { applySuspension } from './rules/suspension.ts';
import { applySuspensionLift } from './rules/suspension-lift.ts';
import type { MembershipState, StatementContext } from './state.ts';

/** Kinds whose meaning rests on their order, so that they count from their place in the log alone. */
const LOGGED_ONLY: ReadonlySet<StatementKind> = new Set(['agency', 'node', 'policy', 'crl']);

/** Judges a statement by the rule of its kind, which applies it or throws MEMBERSHIP_* and changes nothing. */
export function applyStatementBody(state: MembershipState, body: StatementBody, context: StatementContext): void {
  if (LOGGED_ONLY.has(body.kind)) loggedPosition(context);
  switch (body.kind) {
    case 'agency':
      return applyAgency(state, body.value, context);
    case 'node':
      return applyNode(state, body.value, context);
    case 'policy':
      return applyPolicy(state, body.value, context);
    case 'suspension':
      return applySuspension(state, body.value, context);
    case 'suspension_lift':
      return applySuspensionLift(state, body.value, context);
    case 'key_announcement':
      return applyKeyAnnouncement(state, body.value, context);
    case 'key_erasure':
      return applyKeyErasure(state, body.value, context);
    case 'incarnation':
      return applyIncarnation(state, body.value, context);
    case 'crl':
      return applyCrl(state, body.value, context);
  }
}
